import type { CapacityOrder, CapacitySearch } from '../core/capacity.ts'
import { EXIT, type ExitCode, UsageError } from '../core/errors.ts'
import type { ExperimentArm } from '../core/experiment.ts'
import type { Plan } from '../core/plan.ts'
import { createRedactor } from '../core/redact.ts'
import type { CapacityEvent } from '../judge/capacity/capacity-events.ts'
import { type CapacityProgress, follow } from '../judge/capacity/capacity-progress.ts'
import type { CapacityHeader } from '../judge/capacity/capacity-summary.ts'
import { trialPlan } from '../scenario/trial-plan.ts'
import { appendToExperiment, mendExperiment, reopenSearch } from '../store/experiment-folder.ts'
import { makeFolder, newRunId, scenarioFolder } from '../store/run-folder.ts'
import { eventsIn } from './conclude-capacity.ts'
import { armHeader, heedKeys, type KeysOnResume } from './keys-of-experiment.ts'
import type { Ready, RunSeries } from './run-series.ts'

/** What the folders of searches are called, before the id. */
export const CAPACITY_PREFIX = 'capacity'

/** A search under way, or to be gone on with. */
export interface Search {
  readonly folder: string
  readonly header: CapacityHeader
  readonly events: readonly CapacityEvent[]
}

export interface ToSearch {
  readonly plan: Plan
  readonly search: CapacitySearch
  readonly secrets: readonly string[]
  readonly apiKey: string | undefined
}

/** Makes the folder of a new search below `out`. Throws a WriteError where it cannot. */
export function beginSearch(toSearch: ToSearch, out: string): Search {
  const start = new Date()
  const experiment = newRunId(start)
  return beginSearchIn(makeFolder(scenarioFolder(out, toSearch.plan.name), `${CAPACITY_PREFIX}-${experiment}`), toSearch, {
    experiment,
    start,
  })
}

/** Begins a search in a folder that is there and empty. Throws a WriteError where the disk does not take it. */
export function beginSearchIn(
  folder: string,
  { plan, search, secrets, apiKey }: ToSearch,
  { experiment, start }: { readonly experiment: string; readonly start: Date },
): Search {
  const header: CapacityHeader = {
    schema: 'flowbench-experiment',
    version: 1,
    kind: 'capacity',
    experiment,
    name: plan.name,
    ...(plan.description !== undefined && { description: plan.description }),
    start: start.toISOString(),
    arms: [armHeader({ name: search.mode, plan, apiKey, experiment })],
    settings: search,
  }
  appendToExperiment(folder, JSON.parse(createRedactor(secrets)(JSON.stringify(header))) as CapacityHeader)
  return { folder, header, events: [] }
}

/**
 * Takes up a search that was interrupted or killed. Throws a UsageError where it is over, or where scenario or key are no longer those that it began
 * with: trials of different plans or apps cannot be put together. `keys`: whether another key is one of the same app.
 */
export async function resumeSearch(folder: string, toSearch: ToSearch, keys: KeysOnResume): Promise<Search> {
  const search = await takeUpSearch(folder, toSearch, keys)
  if (!search) throw isOver(folder)
  return search
}

/** What ended at its budget looks over as long as the budget is the same. */
export const isOver = (folder: string): UsageError =>
  new UsageError(
    `The search in ${folder} is over.`,
    `Show it with: flowbench report ${folder}. Where its budget ended it, it goes on once capacity.budget is larger.`,
  )

/** The same; undefined where it is over. */
export async function takeUpSearch(folder: string, toSearch: ToSearch, keys: KeysOnResume): Promise<Search | undefined> {
  const { header, events } = await eventsIn(folder)
  refuseChanged(folder, { arm: header.arms[0], settings: header.settings }, toSearch)
  const otherKeys = heedKeys(folder, [{ name: toSearch.search.mode, apiKey: toSearch.apiKey }], { kind: 'capacity', keys })
  const { budget } = toSearch.search
  const settings = { ...header.settings, budget }
  const last = events.at(-1)
  const goesOn = last ? [...events.slice(0, -1), { ...last, resumed: true as const }] : []
  const { next } = follow(settings, goesOn)
  if (next.kind === 'over') return undefined
  mendExperiment(folder)
  reopenSearch(folder)
  const at = new Date().toISOString()
  appendToExperiment(folder, { resumed: true, at, changed: { budget }, ...(otherKeys && { keyPrints: otherKeys.prints }) })
  if (otherKeys) appendToExperiment(folder, { note: otherKeys.note, at })
  return { folder, header: { ...header, settings }, events: goesOn }
}

interface Begun {
  readonly arm: ExperimentArm | undefined
  readonly settings: CapacitySearch
}

/** Throws a UsageError where a stored search was begun with something else. */
export function refuseChanged(folder: string, begun: Begun, toSearch: ToSearch): void {
  const changed = whatChanged(begun, toSearch)
  if (changed !== undefined)
    throw new UsageError(
      `The search in ${folder} cannot go on: ${changed}.`,
      'Put the scenario back as it was, or begin a new search without --resume.',
    )
}

/** The seed may differ where the scenario leaves it to chance: the search goes on with its own. So may the budget: more of it is a reason to go on. */
function whatChanged({ arm, settings }: Begun, { plan, search }: ToSearch): string | undefined {
  if (arm?.name !== search.mode) return `it searched in ${arm?.name} mode`
  if (arm.planHash !== plan.hash) return 'the plan has changed since it began'
  const { seed: _seed, budget: _budget, ceiling: _ceiling, ...then } = settings
  const { seed: _newSeed, budget: _newBudget, ceiling: _newCeiling, ...now } = search
  return JSON.stringify(then) === JSON.stringify(now) ? undefined : 'it was begun with other settings (capacity, --axis)'
}

export interface SearchPorts {
  readonly ready: Ready
  /** A simulator that takes no time, for as long as it is needed; undefined where a signal came before it was there. */
  readonly instant: () => Promise<(Ready & { release(): Promise<void> }) | undefined>
  readonly series: RunSeries
  /** Told before a run is begun, and when one has ended, where the search stands. */
  readonly watcher: {
    beginning(order: CapacityOrder, progress: CapacityProgress): void
    ended(progress: CapacityProgress, last: CapacityOrder): void
  }
}

/** How a search ended before its end: what the last run ended in, or a signal that came between two runs. */
export interface SearchCutShort {
  readonly exitCode: ExitCode
  readonly because: string
}

const STOPPED_BETWEEN: SearchCutShort = { exitCode: EXIT.interrupted, because: 'it was stopped between two runs' }

/** Runs that end the whole search: nothing that follows could be better. */
const ENDS_ALL: ReadonlySet<number> = new Set([EXIT.interrupted, EXIT.terminated, EXIT.notWritten, EXIT.bug, EXIT.unreachable])

/** Does the runs that are missing, until the search is over. Undefined where it came to its end. */
export async function carryOnSearch(
  { folder, header, events: before }: Search,
  { ready, instant, series, watcher }: SearchPorts,
): Promise<SearchCutShort | undefined> {
  const events = [...before]
  for (;;) {
    const progress = follow(header.settings, events)
    if (progress.next.kind === 'over') return undefined
    const { order } = progress.next
    watcher.beginning(order, progress)
    const log = (line: Parameters<typeof appendToExperiment>[1]) => appendToExperiment(folder, line)
    const onInstant = order.purpose === 'ceiling' ? await instant() : undefined
    if (order.purpose === 'ceiling' && !onInstant) return STOPPED_BETWEEN
    const { target, headers } = onInstant ?? ready
    let id = ''
    let began = Date.now()
    const conclusion = await series
      .run({ target: { ...target, plan: trialPlan(target.plan, header.settings, order, progress.next) }, headers }, order.seed, (run) => {
        id = run
        began = Date.now()
        log({ began: run, at: new Date(began).toISOString(), order })
      })
      .finally(() => onInstant?.release())
    if (!conclusion) return STOPPED_BETWEEN
    const ended = Date.now()
    log({ ended: id, at: new Date(ended).toISOString(), order })
    const { summary } = conclusion
    if (ENDS_ALL.has(summary.exitCode))
      return {
        exitCode: summary.exitCode as ExitCode,
        because: `in the run ${folder}/${id}, since ${summary.exitReason.replace(/^Exit code \d+, since /, '')}`,
      }
    events.push({ run: id, order, summary, began, ended })
    watcher.ended(follow(header.settings, events), order)
  }
}
