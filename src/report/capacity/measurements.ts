import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { namePart } from '../exports/measurements.ts'
import { jsonText } from '../json.ts'

/** `scenario/mode/capacity`: the name that services which keep numbers over time know the verified load by. */
const nameOf = ({ name, mode }: CapacitySummary): string => `${namePart(name)}/${mode}/capacity`

/**
 * `bmf.json` of a search: Bencher Metric Format with the verified load, as measure `throughput` in runs per second or as `slots`; its upper bound is the
 * load that was too much. Empty where no load was proven: a service must not take what is unknown for 0.
 */
export function capacityBmf(summary: CapacitySummary): string {
  const { verified, upper, axis } = summary
  const measure = axis === 'rate' ? 'throughput' : 'slots'
  return jsonText(
    verified === null ? {} : { [nameOf(summary)]: { [measure]: { value: verified, ...(upper !== null && { upper_value: upper }) } } },
  )
}

/**
 * `benchmark.json` of a search: what github-action-benchmark reads as `customBiggerIsBetter`, unlike that of a run, in which less is better. One number,
 * the verified load; none where no load was proven.
 */
export function capacityBenchmark(summary: CapacitySummary): string {
  const { verified, upper, unit, heldSeconds, experiment } = summary
  const range = upper === null ? {} : { range: `${verified} to ${upper}` }
  const extra = `search ${experiment}, held for ${Number(heldSeconds.toPrecision(3))} s`
  return jsonText(verified === null ? [] : [{ name: nameOf(summary), unit, value: verified, ...range, extra }])
}
