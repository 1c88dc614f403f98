import type { CapacitySummary, CapacityTrial } from '../../../core/capacity-summary.ts'
import type { Axis } from '../../charts/frame.ts'
import { logarithmic, logTicks, tickText } from '../../charts/scale.ts'

/** Trials that are votes or proofs of their load. */
export const counted = ({ trialList }: CapacitySummary): readonly CapacityTrial[] =>
  trialList.filter(({ finding }) => finding === 'held' || finding === 'missed')

/** Loads on an axis of logarithms, since a search goes by factors. */
export function loadAxis({ levels, axis }: Pick<CapacitySummary, 'levels' | 'axis'>): Axis {
  const loads = levels.map(({ load }) => load)
  const [low, high] = loads.length === 0 ? [1, 10] : [Math.min(...loads), Math.max(...loads)]
  const round = logTicks(low, high > low ? high : low * 2)
  return {
    label: axis === 'rate' ? 'runs per second asked for' : 'slots',
    scale: logarithmic(round[0]!, round.at(-1)!),
    ticks: round.map((at) => ({ at, label: tickText(at) })),
  }
}
