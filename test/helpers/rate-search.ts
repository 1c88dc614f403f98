import type { CapacitySearch } from '../../src/core/capacity.ts'
import { micros, seconds } from '../../src/core/units.ts'

/** A search by rate, in streaming mode, with nothing out of the ordinary. */
export const rateSearch = (over: Partial<CapacitySearch> = {}): CapacitySearch => ({
  axis: 'rate',
  from: 1,
  width: 0.05,
  trial: seconds(10),
  budget: {},
  mode: 'streaming',
  phase: 'steady',
  runs: 0,
  think: micros(0),
  seed: 1,
  ...over,
})
