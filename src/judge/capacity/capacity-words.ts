import type { CapacityAxis } from '../../core/capacity.ts'

/** A load as people say it: `12.3/s`, `8 slots`. */
export const loadInUnits = (load: number, axis: CapacityAxis): string =>
  axis === 'rate' ? `${Number(load.toPrecision(4))}/s` : `${Math.round(load)} ${load === 1 ? 'slot' : 'slots'}`
