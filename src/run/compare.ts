import { EXIT, type ExitCode, UsageError } from '../core/errors.ts'
import { createRedactor } from '../core/redact.ts'
import { readArm } from '../judge/arm-reading.ts'
import { type ComparisonHeader, eventsOf, figureNames } from '../judge/comparison/comparison-summary.ts'
import { type Design, type ExperimentEvent, follow, type Progress, type RunOrder } from '../judge/comparison/experiment.ts'
import type { PlannedArms } from '../scenario/plan-written.ts'
import { appendToExperiment, mendExperiment } from '../store/experiment-folder.ts'
import { makeFolder, newRunId, scenarioFolder } from '../store/run-folder.ts'
import type { Conclusion } from './conclude.ts'
import { readComparison } from './conclude-comparison.ts'
import { armHeader, heedKeys, type KeysOnResume } from './keys-of-experiment.ts'
import type { ReadyArm } from './reach-arms.ts'
import type { RunSeries } from './run-series.ts'

/** What the folders of comparisons are called, before the id. */
export const COMPARISON_PREFIX = 'compare'

/** A comparison under way, or to be gone on with. */
export interface Comparison {
  readonly folder: string
  readonly header: ComparisonHeader
  readonly events: readonly ExperimentEvent[]
}

/** Makes the folder of a new comparison below `out`, its name beginning with `prefix`. Throws a WriteError where it cannot. */
export function beginComparison(
  { arms, settings }: PlannedArms,
  out: string,
  { prefix = COMPARISON_PREFIX }: { readonly prefix?: string } = {},
): Comparison {
  const start = new Date()
  const experiment = newRunId(start)
  const { name, description } = arms[0]!.plan
  const folder = makeFolder(scenarioFolder(out, name), `${prefix}-${experiment}`)
  const header: ComparisonHeader = {
    schema: 'flowbench-experiment',
    version: 1,
    kind: 'comparison',
    experiment,
    name,
    ...(description !== undefined && { description }),
    start: start.toISOString(),
    arms: arms.map(({ name, plan, apiKey }) => armHeader({ name, plan, apiKey, experiment })),
    settings,
  }
  const redact = createRedactor(arms.flatMap(({ secrets }) => secrets))
  appendToExperiment(folder, JSON.parse(redact(JSON.stringify(header))) as ComparisonHeader)
  return { folder, header, events: [] }
}

/**
 * Takes up a comparison that was interrupted or killed. Throws a UsageError where it is over, or where scenario or keys are no longer those that it
 * began with: pairs of different plans or apps cannot be put together. `keys`: whether other keys are those of the same apps.
 */
export async function resumeComparison(folder: string, planned: PlannedArms, keys: KeysOnResume): Promise<Comparison> {
  const stored = await readComparison(folder)
  const { header } = stored
  const changed = whatChanged(header, planned)
  if (changed !== undefined)
    throw new UsageError(
      `The comparison in ${folder} cannot go on: ${changed}.`,
      'Put the scenario back as it was, or begin a new comparison without --resume.',
    )
  const otherKeys = heedKeys(folder, planned.arms, { kind: 'comparison', keys })
  const before = eventsOf(stored)
  if (follow(designOf(header), before).next.kind !== 'run')
    throw new UsageError(`The comparison in ${folder} is over.`, `Show it with: flowbench report ${folder}`)
  mendExperiment(folder)
  appendToExperiment(folder, { resumed: true, at: new Date().toISOString(), ...(otherKeys && { keyPrints: otherKeys.prints }) })
  if (otherKeys) appendToExperiment(folder, { note: otherKeys.note, at: new Date().toISOString() })
  return { folder, header, events: [...before, { resumed: true }] }
}

/** The seed may differ where the scenario leaves it to chance: the comparison goes on with its own. */
function whatChanged({ arms, settings }: ComparisonHeader, planned: PlannedArms): string | undefined {
  const names = arms.map(({ name }) => name)
  if (names.join() !== planned.arms.map(({ name }) => name).join()) return `its arms were ${names.join(' and ')}`
  const other = arms.find(({ planHash }, place) => planHash !== planned.arms[place]?.plan.hash)
  if (other) return `the plan of ${other.name} has changed since it began`
  const { seed: _seed, ...judged } = settings
  const { seed: _newSeed, ...judgedNow } = planned.settings
  return JSON.stringify(judged) === JSON.stringify(judgedNow)
    ? undefined
    : 'it was begun to be judged in another way (judge, --pairs, --inconclusive)'
}

export const designOf = ({ arms, settings }: Pick<ComparisonHeader, 'arms' | 'settings'>): Design => ({
  arms: arms.map(({ name }) => name),
  settings,
})

export interface ComparePorts {
  readonly arms: readonly ReadyArm[]
  readonly series: RunSeries
  /** Told before a run is begun, and when one has ended, where the comparison stands. */
  readonly watcher: { beginning(order: RunOrder, progress: Progress): void; ended(progress: Progress, last: RunOrder): void }
}

/** How a comparison ended before its end: what the last run ended in, or a signal that came between two runs. */
export interface CutShort {
  readonly exitCode: ExitCode
  readonly because: string
}

/** Runs that end the whole comparison: nothing that follows could be better. */
const ENDS_ALL: ReadonlySet<number> = new Set([EXIT.interrupted, EXIT.terminated, EXIT.notWritten, EXIT.bug, EXIT.unreachable])

/** Does the runs that are missing, until the comparison is decided or cannot be. Undefined where it came to its end. */
export async function carryOn(
  { folder, header, events: before }: Comparison,
  { arms, series, watcher }: ComparePorts,
): Promise<CutShort | undefined> {
  const names = figureNames(header.settings)
  const events = [...before]
  for (;;) {
    const progress = follow(designOf(header), events)
    if (progress.next.kind !== 'run') return undefined
    const { order } = progress.next
    watcher.beginning(order, progress)
    const log = (line: Parameters<typeof appendToExperiment>[1]) => appendToExperiment(folder, line)
    let id = ''
    const conclusion = await series.run(arms.find(({ name }) => name === order.arm)!, order.seed, (run) => {
      id = run
      log({ began: run, at: new Date().toISOString(), order })
    })
    if (!conclusion) return { exitCode: EXIT.interrupted, because: 'it was stopped between two runs' }
    log({ ended: id, at: new Date().toISOString(), order })
    const { summary } = conclusion
    if (ENDS_ALL.has(summary.exitCode)) {
      const because = whyOf(conclusion, order, id)
      // A signal is no news to whoever reads this again; an arm that answers nobody is.
      if (summary.exitCode === EXIT.unreachable)
        log({ note: `Cut short: ${because} What was measured before is kept.`, at: new Date().toISOString() })
      return { exitCode: summary.exitCode as ExitCode, because }
    }
    events.push({ order, reading: readArm(summary, names) })
    watcher.ended(follow(designOf(header), events), order)
  }
}

/** Which run of which arm ended it, and why; of a target that answers nobody what it said last. */
export function whyOf(
  { summary: { exitCode, exitReason }, measured: { notes } }: Pick<Conclusion, 'summary' | 'measured'>,
  { arm, round }: Pick<RunOrder, 'arm' | 'round'>,
  run: string,
): string {
  const reason = exitReason.replace(/^Exit code \d+, since /, '')
  const told = exitCode === EXIT.unreachable ? notes.findLast(({ note }) => note === 'stopped')?.text : undefined
  return told === undefined
    ? `run ${run} of ${arm} ended it: ${reason}`
    : `arm ${arm} was given up in pair ${round + 1} (run ${run}): ${told}`
}
