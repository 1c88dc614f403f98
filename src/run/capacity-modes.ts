import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CapacityBudget } from '../core/capacity.ts'
import { createRedactor } from '../core/redact.ts'
import type { Mode } from '../core/sample.ts'
import type { CapacityModesHeader } from '../judge/capacity/capacity-modes.ts'
import { follow } from '../judge/capacity/capacity-progress.ts'
import { type Cost, costOf, modeBudget } from '../judge/capacity/mode-budget.ts'
import { appendToExperiment, isExperimentFolder, mendExperiment, reopenSearch } from '../store/experiment-folder.ts'
import { makeFolder, newRunId, scenarioFolder } from '../store/run-folder.ts'
import { beginSearchIn, CAPACITY_PREFIX, isOver, refuseChanged, type Search, type ToSearch, takeUpSearch } from './capacity.ts'
import { eventsIn } from './conclude-capacity.ts'
import { modesHeaderIn, modeWasBegun } from './conclude-capacity-modes.ts'
import { armHeader, heedKeys, type KeysOnResume } from './keys-of-experiment.ts'

/** Searches in several modes, each in a folder of its own in that of all. */
export interface SearchOfModes {
  readonly folder: string
  /** With the budget of all, in the order in which they are made. */
  readonly searches: readonly ToSearch[]
  /** Whether another key than that of a search is one of the same app. */
  readonly keys: KeysOnResume
}

/** Makes the folder of a new search in several modes below `out`. Throws a WriteError where it cannot. */
export function beginModes(searches: readonly ToSearch[], out: string): SearchOfModes {
  const [{ plan, secrets }] = searches as [ToSearch]
  const start = new Date()
  const experiment = newRunId(start)
  const folder = makeFolder(scenarioFolder(out, plan.name), `${CAPACITY_PREFIX}-${experiment}`)
  const header: CapacityModesHeader = {
    schema: 'flowbench-experiment',
    version: 1,
    kind: 'capacity-modes',
    experiment,
    name: plan.name,
    ...(plan.description !== undefined && { description: plan.description }),
    start: start.toISOString(),
    arms: searches.map(({ search, apiKey }) => armHeader({ name: search.mode, plan, apiKey, experiment })),
    settings: { searches: searches.map(({ search }) => search) },
  }
  appendToExperiment(folder, JSON.parse(createRedactor(secrets)(JSON.stringify(header))) as CapacityModesHeader)
  return { folder, searches, keys: 'as-begun' }
}

/**
 * Takes up a search in several modes, in whichever were not finished; `asked` has those modes, in any order. Throws a UsageError where all are over,
 * or where scenario or key are no longer those that it began with.
 */
export async function resumeModes(folder: string, asked: readonly ToSearch[], keys: KeysOnResume): Promise<SearchOfModes> {
  const { arms, settings } = modesHeaderIn(folder)
  const searches = settings.searches.map((stored): ToSearch => {
    const now = asked.find(({ search }) => search.mode === stored.mode)!
    refuseChanged(folder, { arm: arms.find(({ name }) => name === stored.mode), settings: stored }, now)
    // What was left to chance is as it was: the modes differ in nothing else.
    return { ...now, search: { ...now.search, seed: stored.seed } }
  })
  const all = { folder, searches, keys }
  const standing = await Promise.all(searches.map(async ({ search: { mode } }) => standingOf(folder, mode, await allotmentOf(all, mode))))
  if (standing.every((one) => one !== 'not begun' && one.over)) throw isOver(folder)
  const named = searches.map(({ search, apiKey }) => ({ name: search.mode, apiKey }))
  const otherKeys = heedKeys(folder, named, { kind: 'capacity-modes', keys })
  mendExperiment(folder)
  reopenSearch(folder)
  appendToExperiment(folder, {
    resumed: true,
    at: new Date().toISOString(),
    changed: { searches: searches.map(({ search }) => search) },
    ...(otherKeys && { keyPrints: otherKeys.prints }),
  })
  return all
}

/** The search in a mode, begun or gone on with within what the budget leaves it; undefined where it is over. */
export async function searchInMode(all: SearchOfModes, mode: Mode): Promise<Search | undefined> {
  const { folder, searches, keys } = all
  const toSearch = searches.find(({ search }) => search.mode === mode)!
  const within = { ...toSearch, search: { ...toSearch.search, budget: await allotmentOf(all, mode) } }
  const own = join(folder, mode)
  if (modeWasBegun(folder, mode)) return takeUpSearch(own, within, keys)
  if (!existsSync(own)) makeFolder(folder, mode)
  else if (isExperimentFolder(own)) mendExperiment(own)
  const start = new Date()
  return beginSearchIn(own, within, { experiment: newRunId(start), start })
}

/** What a mode may cost, by what the others have cost and whether those after it have yet to come. */
async function allotmentOf({ folder, searches }: SearchOfModes, mode: Mode): Promise<CapacityBudget> {
  const place = searches.findIndex(({ search }) => search.mode === mode)
  const whole = searches[place]!.search.budget
  const spent: Cost[] = []
  let toDo = 0
  for (const [at, { search }] of searches.entries()) {
    if (at === place) continue
    const standing = await standingOf(folder, search.mode, whole)
    if (standing !== 'not begun') spent.push(standing.spent)
    if (at > place && (standing === 'not begun' || !standing.over)) toDo++
  }
  return modeBudget(whole, { spent, toDo })
}

type Standing = 'not begun' | { readonly over: boolean; readonly spent: Cost }

/** Where the search in a mode stands if it may cost this. */
async function standingOf(folder: string, mode: Mode, budget: CapacityBudget): Promise<Standing> {
  if (!modeWasBegun(folder, mode)) return 'not begun'
  const { header, events } = await eventsIn(join(folder, mode))
  const progress = follow({ ...header.settings, budget }, events)
  return { over: progress.next.kind === 'over', spent: costOf(progress) }
}
