import type { CapacitySummary } from '../../src/core/capacity-summary.ts'
import type { Mode } from '../../src/core/sample.ts'
import { seconds } from '../../src/core/units.ts'
import type { CapacityModesHeader } from '../../src/judge/capacity/capacity-modes.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import { openPhase, planOf } from './samples.ts'
import { type VirtualSearchOptions, virtualSearch } from './virtual-search.ts'

const SETTINGS = { axis: 'rate', from: 8, to: 32, width: 0.2, trial: seconds(4), budget: { trials: 60 } } as const

const planIn = (mode: Mode) => planOf({ phases: [openPhase({ mode })], objectives: [{ text: 'response_time p95 < 1s' }] })

/** A search in virtual time on the profile `saturating`, whose truth is 20 runs a second. */
export async function searched(mode: Mode, over: VirtualSearchOptions = {}): Promise<CapacitySummary> {
  const plan = planIn(mode)
  return (await virtualSearch(plan, searchOf(plan, SETTINGS, mode), loadProfile('saturating'), over)).summary
}

/** What such searches in several modes are begun with. */
export const modesHeader = (modes: readonly Mode[]): CapacityModesHeader => ({
  schema: 'flowbench-experiment',
  version: 1,
  kind: 'capacity-modes',
  experiment: '20261126T120000Z-0000',
  name: 'test',
  start: '2026-11-26T12:00:00.000Z',
  arms: modes.map((mode) => ({ name: mode, planHash: planIn(mode).hash })),
  settings: { searches: modes.map((mode) => searchOf(planIn(mode), SETTINGS, mode)) },
})
