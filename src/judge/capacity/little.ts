import type { LittleSplit } from '../../core/capacity-summary.ts'
import { SECOND } from '../../core/units.ts'
import type { MadeTrial } from './capacity-events.ts'

/** Little's split (1961) of each load, from means over its trials that are votes or proofs: in flight = throughput × response; inside the engine = throughput × elapsed_time. */
export function littleOver(trials: readonly MadeTrial[]): readonly LittleSplit[] {
  const counted = trials.filter(({ finding }) => finding === 'held' || finding === 'missed')
  const loads = [...new Set(counted.map(({ load }) => load))].sort((a, b) => a - b)
  return loads.flatMap((load) => {
    const splits = counted.filter((trial) => trial.load === load).flatMap(splitOf)
    if (splits.length === 0) return []
    const mean = (of: (split: Omit<LittleSplit, 'load'>) => number) => splits.reduce((sum, split) => sum + of(split), 0) / splits.length
    return [
      {
        load,
        inFlight: mean(({ inFlight }) => inFlight),
        byLaw: mean(({ byLaw }) => byLaw),
        inside: mean(({ inside }) => inside),
        outside: mean(({ outside }) => outside),
      },
    ]
  })
}

function splitOf({ phase }: MadeTrial): readonly Omit<LittleSplit, 'load'>[] {
  const { throughput, metrics, inFlight } = phase
  const [response, elapsed] = [metrics['response_time']?.mean, metrics['elapsed_time']?.mean]
  if (response === undefined || elapsed === undefined) return []
  const byLaw = (throughput * response) / SECOND
  const inside = (throughput * elapsed) / SECOND
  return [{ inFlight: inFlight.mean, byLaw, inside, outside: Math.max(0, byLaw - inside) }]
}
