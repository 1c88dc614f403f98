import type { PhaseSplit, SplitMeans, SplitPart, TimeSplit } from '../core/phase-summary.ts'
import type { Mode } from '../core/sample.ts'
import type { MetricName } from './metrics.ts'

/** Parts in the order in which they come. */
export const SPLIT_PARTS: Readonly<Record<Mode, readonly SplitPart[]>> = {
  streaming: ['beforeSent', 'firstByte', 'admission', 'engine', 'delivery'],
  blocking: ['beforeSent', 'outside', 'engine'],
}

/** Share of the runs, by response time, that a typical run is the mean of: around the middle. */
const TYPICAL = 0.2
const SLOWEST = 0.05
const FEWEST = { typical: 10, slowest: 20 } as const

/** Reads one metric of an exchange; NaN or undefined where it has no such number. */
type Read = (name: MetricName) => number | undefined

/** The parts of one exchange from its metrics; undefined where a mark or the server's elapsed_time is missing. */
export function splitOf(mode: Mode, read: Read): TimeSplit | undefined {
  const [response, service, engine] = [read('response_time'), read('service_time'), read('elapsed_time')]
  if (!known(response) || !known(service) || !known(engine)) return undefined
  const beforeSent = response - service
  if (mode === 'blocking') return { beforeSent, outside: service - engine, engine }
  const [byte, event] = [read('first_byte'), read('first_event')]
  if (!known(byte) || !known(event)) return undefined
  return { beforeSent, firstByte: byte - beforeSent, admission: event - byte, engine, delivery: response - event - engine }
}

/** The exchanges of a phase by row number; nothing is kept of them here but the order. */
export interface SplitRows {
  readonly count: number
  /** Undefined where the row lacks a part, or was not accepted. */
  split(row: number): TimeSplit | undefined
  /** NaN where its stream's close is not known. */
  closeLag(row: number): number
}

/** Means over all, the typical and the slowest. Percentiles of parts do not add up to a percentile of the whole; means over one group of runs do. */
export function summariseSplits(mode: Mode, rows: SplitRows): PhaseSplit | undefined {
  const parts = SPLIT_PARTS[mode]
  const responses = new Float64Array(rows.count)
  const told = new Uint32Array(rows.count)
  let n = 0
  for (let row = 0; row < rows.count; row++) {
    const split = rows.split(row)
    if (!split) continue
    responses[row] = parts.reduce((sum, part) => sum + (split[part] ?? 0), 0)
    told[n++] = row
  }
  if (n === 0) return undefined
  const ascending = told.subarray(0, n).sort((a, b) => responses[a]! - responses[b]!)
  const [from, to] = [Math.floor(n * (0.5 - TYPICAL / 2)), Math.ceil(n * (0.5 + TYPICAL / 2))]
  const means = (group: Uint32Array) => meansOf(group, parts, rows)
  return {
    all: means(ascending),
    ...(n >= FEWEST.typical && { typical: means(ascending.subarray(from, to)) }),
    ...(n >= FEWEST.slowest && { slowest: means(ascending.subarray(n - Math.ceil(n * SLOWEST))) }),
  }
}

function meansOf(group: Uint32Array, parts: readonly SplitPart[], rows: SplitRows): SplitMeans {
  const sums = parts.map(() => 0)
  let [lags, closed] = [0, 0]
  for (const row of group) {
    const split = rows.split(row)!
    parts.forEach((part, at) => {
      sums[at]! += split[part] ?? 0
    })
    const lag = rows.closeLag(row)
    if (Number.isNaN(lag)) continue
    lags += lag
    closed++
  }
  const runs = group.length
  return {
    runs,
    response: sums.reduce((sum, one) => sum + one, 0) / runs,
    parts: Object.fromEntries(parts.map((part, at) => [part, sums[at]! / runs])),
    ...(closed > 0 && { closeLag: lags / closed }),
  }
}

const known = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value)
