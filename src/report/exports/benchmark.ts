import type { RunSummary } from '../../core/summary.ts'
import { MILLISECOND } from '../../core/units.ts'
import { jsonText } from '../json.ts'
import { measurements } from './measurements.ts'

/**
 * `benchmark.json`: what github-action-benchmark reads as `customSmallerIsBetter`. Numbers of which more is better, such as throughput, are
 * left out: the format has one direction for a whole file. Latencies in milliseconds, shares in percent.
 */
export function benchmark(summary: RunSummary): string {
  const list = measurements(summary)
    .filter(({ better }) => better === 'lower')
    .map(({ name, value, interval, unit }) => {
      const [shown, size] = unit === 'µs' ? (['ms', 1 / MILLISECOND] as const) : (['%', 100] as const)
      const number = (of: number) => Number((of * size).toPrecision(6))
      return {
        name,
        unit: shown,
        value: number(value),
        ...(interval && { range: `${number(interval.low)} to ${number(interval.high)}` }),
        extra: `run ${summary.run}, ${summary.valid ? 'valid' : 'invalid: not to be believed'}`,
      }
    })
  return jsonText(list)
}
