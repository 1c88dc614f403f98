import type { ComparisonSettings } from '../../core/comparison.ts'
import type { ComparedRun, ComparisonSummary, RunUse } from '../../core/comparison-summary.ts'
import { type ExperimentHeader, type ExperimentLine, identityOf } from '../../core/experiment.ts'
import type { Plan } from '../../core/plan.ts'
import type { RunSummary } from '../../core/summary.ts'
import { readArm } from '../arm-reading.ts'
import { compareModes, type RunsOfPair } from '../modes/compare-modes.ts'
import { caveatsOf, costOf, factsOf } from './compared-runs.ts'
import { concludeComparison } from './comparison-exit.ts'
import { type ExperimentEvent, follow, type Progress, type RunOrder } from './experiment.ts'
import { planDifferences } from './plan-differences.ts'

export type ComparisonHeader = ExperimentHeader<'comparison', ComparisonSettings>

/** What is stored of a run: its summary is absent where it was killed. */
export interface StoredRun {
  readonly plan: Plan
  readonly summary?: RunSummary
}

/** All that is stored of a comparison. */
export interface StoredComparison {
  readonly header: ComparisonHeader
  readonly lines: readonly ExperimentLine<RunOrder>[]
  /** By run id; a run whose folder is gone is absent. */
  readonly runs: ReadonlyMap<string, StoredRun>
}

export interface ConcludedComparison {
  readonly summary: ComparisonSummary
  /** What is to come next, where it is unfinished. */
  readonly progress: Progress
}

/** The names of all figures that a comparison takes from a run. */
export const figureNames = ({ primary, informing }: ComparisonSettings): readonly string[] => [primary, ...informing]

/** What a stored comparison's lines mean to the experiment, in their order. Of a run that was killed nothing counts. */
export function eventsOf({ header, lines, runs }: StoredComparison): readonly ExperimentEvent[] {
  const names = figureNames(header.settings)
  return lines.flatMap((line): readonly ExperimentEvent[] => {
    if ('resumed' in line) return [{ resumed: true }]
    if (!('ended' in line)) return []
    const summary = runs.get(line.ended)?.summary
    return summary ? [{ order: line.order, reading: readArm(summary, names) }] : []
  })
}

/** All that is concluded of a comparison, from what is stored of it alone: the same whenever made again. */
export function concludeStored(stored: StoredComparison): ConcludedComparison {
  const { header, runs } = stored
  const { settings } = header
  const arms = header.arms.map(({ name }) => name)
  const [baseline = '', candidate = ''] = arms
  const progress = follow({ arms, settings }, eventsOf(stored))
  const compared = comparedRuns(stored, progress)
  const look = progress.next.kind === 'run' || progress.next.kind === 'invalid' ? undefined : progress.looks.at(-1)
  const judged = look?.judgements[0]
  const counted = compared.filter(({ use }) => use === 'counted')
  const modes = look && compareModes(runsByPair(counted, runs), { arms, alpha: look.alpha, noise: settings.noise })
  const planOf = (arm: string) => [...runs.values()].find(({ plan }) => plan.arm === arm)?.plan
  const [before, after] = [planOf(baseline), planOf(candidate)]
  return {
    progress,
    summary: {
      schema: 1,
      kind: 'interleaved',
      ...identityOf(header),
      status: progress.next.kind === 'run' ? 'unfinished' : 'whole',
      ...concludeComparison(progress.next, judged?.verdict, settings),
      arms: [baseline, candidate],
      pairs: progress.rounds.length,
      looks: progress.looks.length,
      primary: settings.primary,
      verdict: judged?.verdict ?? null,
      sentences: judged?.sentences ?? [],
      metrics: judged?.metrics ?? {},
      failures: judged?.failures ?? null,
      work: Object.fromEntries((judged?.work ?? []).map(({ of, ...difference }) => [of, difference])),
      ...(judged?.node && { node: judged.node }),
      ...(modes && { modes }),
      repeated: progress.repeated,
      restarted: progress.restarted,
      settings,
      differences: before && after ? planDifferences(before, after) : [],
      caveats: caveatsOf(
        counted.map(({ run, arm }) => ({ run, arm, caveats: runs.get(run)?.summary?.caveats ?? [] })),
        arms,
      ),
      notes: [
        ...(progress.next.kind === 'invalid' ? whatSpoiled(stored, compared) : []),
        ...(modes ? [] : modesApart([before, after])),
        ...notesOf(stored, [before, after]),
      ],
      cost: costOf(compared),
      runs: compared,
    },
  }
}

function comparedRuns({ header, lines, runs }: StoredComparison, { rounds }: Progress): readonly ComparedRun[] {
  const names = figureNames(header.settings)
  const ended = new Set(lines.flatMap((line) => ('ended' in line ? [line.ended] : [])))
  const began = lines.flatMap((line) => ('began' in line ? [line] : []))
  /** The attempt of each pair that counts: the last one. */
  const lastAttempt = new Map<number, number>()
  for (const { order } of began) lastAttempt.set(order.round, Math.max(order.attempt, lastAttempt.get(order.round) ?? 0))
  return began.map(({ began: run, at, order }): ComparedRun => {
    const summary = runs.get(run)?.summary
    const reading = summary && readArm(summary, names)
    const fitness = reading?.fitness ?? { kind: 'cut-short' }
    const isOfPair = order.round < rounds.length && order.attempt === lastAttempt.get(order.round)
    const use = ((): RunUse => {
      if (!ended.has(run) || fitness.kind === 'cut-short') return 'cut-short'
      if (fitness.kind === 'generator') return 'spoiled'
      return isOfPair ? 'counted' : 'left-out'
    })()
    return {
      run,
      arm: order.arm,
      pair: order.round + 1,
      attempt: order.attempt,
      began: at,
      use,
      reasons: fitness.kind === 'generator' ? fitness.reasons : [],
      ...factsOf(summary, reading),
    }
  })
}

/** The judged runs of each pair, by arm. */
const runsByPair = (counted: readonly ComparedRun[], runs: StoredComparison['runs']): readonly RunsOfPair[] =>
  [...Map.groupBy(counted, ({ pair }) => pair).values()].map((both) =>
    Object.fromEntries(both.flatMap(({ arm, run }) => (runs.get(run)?.summary ? [[arm, runs.get(run)!.summary!]] : []))),
  )

/** What the last spoiled run says of our own machine: what was wrong, and what to do. Caveats are told of judged runs alone. */
function whatSpoiled({ runs }: StoredComparison, compared: readonly ComparedRun[]): readonly string[] {
  const last = compared.findLast(({ use }) => use === 'spoiled')?.run ?? ''
  const caveats = runs.get(last)?.summary?.caveats ?? []
  return caveats.flatMap(({ invalidates, text }) => (invalidates ? [`Of run ${last}, which was one too many: ${text}`] : []))
}

/** Where modes differ and nothing more is told of that. */
function modesApart(plans: readonly (Plan | undefined)[]): readonly string[] {
  const modes = plans.map((plan) => [...new Set(plan?.phases.flatMap(({ measured, mode }) => (measured ? [mode] : [])))].sort().join())
  return plans.includes(undefined) || new Set(modes).size < 2
    ? []
    : [
        'The arms differ in mode. In Dify streaming and blocking runs are done by different processes, so that two deployments are compared, not only two forms of a reply.',
      ]
}

function notesOf({ lines }: StoredComparison, [before, after]: readonly (Plan | undefined)[]): readonly string[] {
  const plans = [before, after].filter((plan) => plan !== undefined)
  const cold = plans.filter(({ phases }) => phases[0]?.measured !== false)
  return [
    ...(cold.length > 0
      ? [
          'Runs begin without a warm-up: the first exchanges of each are in the numbers. Let load begin with a phase that has measured: false.',
        ]
      : []),
    ...new Set(lines.flatMap((line) => ('note' in line ? [line.note] : []))),
  ]
}
