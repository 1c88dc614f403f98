import { UsageError } from '../core/errors.ts'
import type { HistoryEntry } from '../core/history.ts'
import type { Plan } from '../core/plan.ts'
import { shardInWords } from '../core/shard.ts'
import type { StoredSideRun } from '../judge/comparison/choose-runs.ts'
import { parseFigureName } from '../judge/figure-name.ts'
import { historyEntry } from '../judge/history/history-entry.ts'
import { parseObjective, subjectText } from '../judge/objectives/objective-grammar.ts'
import { planJudge } from '../scenario/judge.ts'
import { appendToHistory, readHistory } from '../store/history-file.ts'
import { branchOf, commitOf } from './environment.ts'
import { allRunsIn } from './stored-runs.ts'

export interface Adding {
  readonly file: string
  readonly commit?: string
  readonly branch?: string
  /** Whether runs that our own machine spoiled are taken too. */
  readonly invalid: 'refuse' | 'take'
  readonly env: NodeJS.ProcessEnv
}

export interface Added {
  readonly added: readonly HistoryEntry[]
  /** Whole sentences: which runs were not added, and why. */
  readonly refused: readonly string[]
  /** Runs in the history now. */
  readonly runs: number
}

/** Adds runs, or all runs of folders, to a history. Throws a UsageError where none of them can be added. */
export function addToHistory(paths: readonly string[], { file, commit, branch, invalid, env }: Adding): Added {
  const known = readHistory(file).entries
  const ids = new Set(known.map(({ run }) => run))
  const [added, refused]: [HistoryEntry[], string[]] = [[], []]
  for (const stored of paths.flatMap(allRunsIn).toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const why = refusal(stored, ids, invalid)
    if (why !== undefined) {
      refused.push(`${stored.run} ${why}`)
      continue
    }
    ids.add(stored.run)
    const [itsCommit, itsBranch] = [commit ?? stored.environment.commit ?? commitOf(env), branch ?? branchOf(env)]
    added.push(
      historyEntry(
        { ...stored, summary: stored.summary! },
        {
          figures: figuresOf(stored.plan),
          ...(itsCommit !== undefined && { commit: itsCommit }),
          ...(itsBranch !== undefined && { branch: itsBranch }),
        },
      ),
    )
  }
  if (added.length === 0) {
    const told = refused.slice(0, MOST_TOLD).join(' ')
    const more = refused.length > MOST_TOLD ? ` And ${refused.length - MOST_TOLD} more.` : ''
    throw new UsageError(`Nothing was added: ${told}${more}`, hintFor(refused))
  }
  appendToHistory(file, added)
  return { added, refused, runs: known.length + added.length }
}

const INVALID = 'is invalid'
const MOST_TOLD = 5

function refusal({ run, summary }: StoredSideRun, ids: ReadonlySet<string>, invalid: Adding['invalid']): string | undefined {
  if (ids.has(run)) return 'is in the history already.'
  if (summary?.status !== 'whole') return 'did not come to its end: half a run is no point of a trend.'
  if (summary.shard) return `is ${shardInWords(summary.shard)}: put the shards together with flowbench merge first.`
  if (summary.valid || invalid === 'take') return undefined
  const kinds = [...new Set(summary.caveats.flatMap(({ kind, invalidates }) => (invalidates ? [kind] : [])))]
  return `${INVALID} (${kinds.join(', ')}).`
}

const hintFor = (refused: readonly string[]): string =>
  refused.some((why) => why.includes(INVALID)) ? 'Add a sound run; --invalid takes one that is not, marked.' : 'Add another run.'

/** What a comparison would compare, then what objectives judge; of several measured phases each by itself too. */
function figuresOf(plan: Plan): readonly string[] {
  const { primary, informing } = planJudge(undefined, { arms: [plan], seed: 1, complain: () => {} })
  const judged = plan.objectives.flatMap(({ text }) => {
    const parsed = parseObjective(text)
    return 'objective' in parsed && parsed.objective.subject.kind !== 'failures' ? [subjectText(parsed.objective.subject)] : []
  })
  const names = [...new Set([primary, ...informing, ...judged])].filter((name) => !('problem' in parseFigureName(name)))
  const phases = plan.phases.filter(({ measured }) => measured).map(({ name }) => name)
  return phases.length < 2 ? names : names.flatMap((name) => [name, ...phases.map((phase) => `${name} in ${phase}`)])
}
