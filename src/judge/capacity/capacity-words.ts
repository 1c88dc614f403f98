import type { CapacityAxis } from '../../core/capacity.ts'
import type { Margin } from '../../core/capacity-summary.ts'
import { digits, figure } from '../../measure/figures.ts'
import { parseObjective, unitOf } from '../objectives/objective-grammar.ts'

/** A load as people say it: `12.3/s`, `8 slots`. */
export const loadInUnits = (load: number, axis: CapacityAxis): string =>
  axis === 'rate' ? `${Number(load.toPrecision(4))}/s` : `${Math.round(load)} ${load === 1 ? 'slot' : 'slots'}`

/** How far an objective's interval reaches beyond its limit: `up to 1.83 s`. */
export function boundInWords({ objective, value, bound = value }: Margin): string {
  const parsed = parseObjective(objective)
  const text = 'problem' in parsed ? digits(bound) : figure(bound, unitOf(parsed.objective.subject))
  return `${bound > value ? 'up to' : 'down to'} ${text}`
}
