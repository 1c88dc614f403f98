import { digest } from '../core/digest.ts'
import { FATES, type Fate, type LookUp, type StoredRun } from '../core/fate.ts'
import type { Plan } from '../core/plan.ts'
import type { LogLine } from '../core/record.ts'
import type { Mode, OutcomeKind, Sample } from '../core/sample.ts'
import type { Reconciled } from '../core/summary.ts'
import type { Breach } from './books.ts'
import { createColumn } from './column.ts'
import { createTokenEstimator, type Progress, tokensOfNodes } from './token-estimate.ts'
import { isUnheard } from './unheard.ts'

type Told = Extract<LogLine, { stop: number } | { fate: number } | { logged: string } | { lookedUp: unknown }>

/** Puts together what was heard of runs while they were measured and what was looked up afterwards. */
export interface Reconciliation {
  /** Every exchange, those under way when flowbench was killed among them. */
  take(sample: Sample): void
  hear(line: Told): void
  read(): { readonly reconciled: Reconciled; readonly breaches: readonly Breach[] }
}

interface Lost extends Progress {
  readonly kind: OutcomeKind
  readonly mode: Mode
  readonly workflowRunId?: string
}

/** One lost run with what became of it. */
interface Found {
  readonly fate: Fate
  readonly stored?: StoredRun | undefined
  readonly lost: Lost
  readonly id?: string | undefined
  /** The server has taken our word to stop it. */
  readonly stopTaken: boolean
}

/** Ids beyond this many would fill the page and help nobody. */
const MOST_IDS = 1000

/** Of a run that left no trace, in these cases it may be waiting in the server's queue. */
const MAY_WAIT: ReadonlySet<OutcomeKind> = new Set(['timed-out', 'unfinished', 'interrupted', 'no-result'])

/** The likelier to have begun the lower: a blocking run begins at once, a streaming one without an id was still waiting when last heard of. */
const likelihood = ({ kind, mode }: Lost): number => (!MAY_WAIT.has(kind) ? 2 : mode === 'blocking' ? 0 : 1)

export function createReconciliation(plan: Pick<Plan, 'user'>): Reconciliation {
  const lost = new Map<number, Lost>()
  /** Ids of all runs, as digests. */
  const ours = createColumn()
  const estimator = createTokenEstimator()
  const stopped = new Set<number>()
  const details = new Map<number, Extract<LogLine, { fate: number }>>()
  const logged = new Map<string, StoredRun>()
  let lookUp: LookUp | undefined

  /** Runs in the logs that no exchange of this run knows as its own. */
  function unclaimed(): readonly (readonly [string, StoredRun])[] {
    if (logged.size === 0) return []
    const known = new Set<number>()
    const wanted = new Set([...logged.keys()].map(digest))
    for (const id of ours.view()) if (wanted.has(id)) known.add(id)
    return [...logged].filter(([id]) => !known.has(digest(id)))
  }

  function withId(seq: number, run: Lost, workflowRunId: string): Found {
    const stored = details.get(seq)?.stored ?? logged.get(workflowRunId)
    const stopTaken = stopped.has(seq)
    // A server that stopped a run in mid-text never writes its end down; one that lets it go on says the same.
    const fate = stored?.status === 'running' && stopTaken ? 'stop-unconfirmed' : (stored?.status ?? 'unknown')
    return { fate, stored, lost: run, id: workflowRunId, stopTaken }
  }

  /** The logs tell how many came to what, not which: the likelier runs take the rows. With more rows than runs, some are others' runs. */
  function withoutId(runs: readonly Lost[], rows: readonly (readonly [string, StoredRun])[]): readonly Found[] {
    const crowded = rows.length > runs.length
    return runs.map((run, n): Found => {
      const [id, stored] = crowded ? [] : (rows[n] ?? [])
      const fate = stored?.status ?? (lookUp === 'whole' && !crowded ? 'no-trace' : 'unknown')
      return { fate, stored, lost: run, id, stopTaken: false }
    })
  }

  return {
    take(sample) {
      const { seq, workflowRunId, outcome, mode, inputSet, textChunks, nodes } = sample
      if (workflowRunId !== undefined) ours.push(digest(workflowRunId))
      estimator.learn(sample)
      if (!isUnheard(sample)) return
      const progress = { inputSet, textChunks, nodeTokens: tokensOfNodes(nodes) }
      lost.set(seq, { ...progress, kind: outcome.kind, mode, ...(workflowRunId !== undefined && { workflowRunId }) })
    },
    hear(line) {
      if ('stop' in line) {
        if (line.result === 'stopped') stopped.add(line.stop)
      } else if ('fate' in line) details.set(line.fate, line)
      else if ('logged' in line) logged.set(line.logged, line.stored)
      else lookUp = line.lookedUp
    },
    read() {
      const rows = unclaimed()
      const nameless = [...lost.values()].filter(({ workflowRunId }) => workflowRunId === undefined)
      const found = [
        ...[...lost].flatMap(([seq, run]) => (run.workflowRunId === undefined ? [] : [withId(seq, run, run.workflowRunId)])),
        ...withoutId(
          nameless.toSorted((a, b) => likelihood(a) - likelihood(b)),
          rows,
        ),
      ]
      const breaches = [...details.keys()]
        .filter((seq) => !lost.has(seq))
        .map((seq): Breach => ({ kind: 'fates', text: `Exchange ${seq} was looked up, but its own end is known.` }))
      return {
        breaches,
        reconciled: {
          lost: lost.size,
          lookUp: lost.size === 0 ? 'needless' : (lookUp ?? 'never'),
          fates: countFates(found),
          // What nobody has read holds nothing that could be told.
          ...(nameless.length > 0 &&
            (logged.size > 0 || lookUp === 'whole') && {
              inLogs: {
                user: isOwn(plan.user) ? 'own' : 'shared',
                nameless: nameless.length,
                runs: rows.length,
                fates: countFates(rows.map(([, { status }]) => ({ fate: status }))),
              },
            }),
          elapsedUs: found.reduce((sum, { stored }) => sum + (stored?.elapsed ?? 0), 0),
          tokens: bookTokens(found, estimator.estimate),
          mayStillRun: mayStillRun(found),
        },
      }
    },
  }
}

function countFates(found: readonly { readonly fate: Fate }[]): Reconciled['fates'] {
  const counts = Map.groupBy(found, ({ fate }) => fate)
  return Object.fromEntries(FATES.flatMap((fate) => (counts.has(fate) ? [[fate, counts.get(fate)!.length]] : [])))
}

/** Whether the runs of this user are this run's: any of these differs from run to run. */
const isOwn = (user: string): boolean => /\{\{\s*(run|uuid|nonce)\b/.test(user)

/** What became of the tokens: as reported, and estimated where a run was failed or stopped (it then reports 0) or has not ended. */
function bookTokens(found: readonly Found[], estimate: (progress: Progress, fate: Fate) => number | undefined): Reconciled['tokens'] {
  const tokens = { reported: 0, estimated: 0, estimatedRuns: 0, unpricedRuns: 0 }
  for (const { fate, stored, lost } of found) {
    if (fate === 'no-trace') continue
    const told = stored?.tokens ?? 0
    if (told > 0 || fate === 'succeeded' || fate === 'partial') {
      tokens.reported += told
      continue
    }
    const guess = estimate(lost, fate)
    if (guess === undefined) tokens.unpricedRuns++
    else if (guess > 0) {
      tokens.estimated += guess
      tokens.estimatedRuns++
    }
  }
  return tokens
}

function mayStillRun(found: readonly Found[]): Reconciled['mayStillRun'] {
  const running = found.filter(({ fate }) => fate === 'running')
  const untold = found.filter(({ fate, stopTaken }) => fate === 'unknown' && !stopTaken)
  const waiting = found.filter(({ fate, lost }) => fate === 'no-trace' && MAY_WAIT.has(lost.kind))
  const ids = [...running, ...untold].flatMap(({ id }) => id ?? [])
  return {
    running: running.length,
    untold: untold.length,
    waiting: waiting.length,
    blocking: [...running, ...untold, ...waiting].filter(({ lost }) => lost.mode === 'blocking').length,
    ids: ids.slice(0, MOST_IDS),
  }
}
