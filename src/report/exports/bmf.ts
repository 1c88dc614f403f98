import type { RunSummary } from '../../core/summary.ts'
import { jsonText } from '../json.ts'
import { type Measurement, measurements } from './measurements.ts'

/** Nanoseconds in a microsecond: the format's latencies are in nanoseconds. */
const NS = 1000

/**
 * `bmf.json`: Bencher Metric Format. A benchmark for each number, under its name; latencies in nanoseconds as measure `latency`, throughput in
 * runs per second as `throughput`, shares as `share`. Interval bounds stand as `lower_value` and `upper_value`.
 */
export function bmf(summary: RunSummary): string {
  return jsonText(Object.fromEntries(measurements(summary).map((one) => [one.name, measureOf(one)])))
}

function measureOf({ value, interval, unit }: Measurement): Readonly<Record<string, unknown>> {
  const scale = unit === 'µs' ? NS : 1
  const kind = unit === 'µs' ? 'latency' : unit === 'per second' ? 'throughput' : 'share'
  return {
    [kind]: {
      value: value * scale,
      ...(interval && { lower_value: interval.low * scale, upper_value: interval.high * scale }),
    },
  }
}
