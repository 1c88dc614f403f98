import type { CapacitySummary } from '../../src/core/capacity-summary.ts'
import type { Mode } from '../../src/core/sample.ts'
import { seconds } from '../../src/core/units.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import { openPhase, planOf } from './samples.ts'
import { type VirtualSearchOptions, virtualSearch } from './virtual-search.ts'

/** A search in virtual time on the profile `saturating`, whose truth is 20 runs a second. */
export async function searched(mode: Mode, over: VirtualSearchOptions = {}): Promise<CapacitySummary> {
  const plan = planOf({ phases: [openPhase({ mode })], objectives: [{ text: 'response_time p95 < 1s' }] })
  const settings = { axis: 'rate', from: 8, to: 32, width: 0.2, trial: seconds(4), budget: { trials: 60 } } as const
  return (await virtualSearch(plan, searchOf(plan, settings, mode), loadProfile('saturating'), over)).summary
}
