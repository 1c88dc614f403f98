import { type Planted, profileText } from '../../prove/planted.ts'
import { seconds } from '../../src/core/units.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { parseProfile } from '../../src/simulator/profile.ts'
import { openPhase, planOf } from './samples.ts'
import { type VirtualSearchResult, virtualSearch } from './virtual-search.ts'

/** A whole search on it, in virtual time: Poisson arrivals, trials of ten seconds, a bracket of a tenth. */
export function plantedSearch(planted: Planted, seed: number): Promise<VirtualSearchResult> {
  const { mode, axis, from, to } = planted
  const plan = planOf({
    phases: [openPhase({ mode, arrivals: 'poisson' })],
    objectives: [{ text: 'response_time p95 < 2s' }, { text: 'failures < 5%' }],
    seed,
  })
  const search = searchOf(plan, { axis, from, to, width: 0.1, trial: seconds(10), budget: {} }, mode)
  return virtualSearch(plan, search, parseProfile(profileText(planted), 'planted', 'planted.yaml'))
}
