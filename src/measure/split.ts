import type { Mode } from '../core/sample.ts'
import type { PhaseSplit, SplitMeans, SplitPart, TimeSplit } from '../core/summary.ts'
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

/** A row of a phase: its parts, and how long its stream stayed open after its end. */
export interface SplitRow {
  readonly split: TimeSplit
  readonly closeLag?: number
}

/** Means over all, the typical and the slowest. Percentiles of parts do not add up to a percentile of the whole; means over one group of runs do. */
export function summariseSplits(mode: Mode, rows: readonly SplitRow[]): PhaseSplit | undefined {
  if (rows.length === 0) return undefined
  const parts = SPLIT_PARTS[mode]
  const response = ({ split }: SplitRow) => parts.reduce((sum, part) => sum + (split[part] ?? 0), 0)
  const ascending = rows
    .map((row) => ({ row, response: response(row) }))
    .sort((a, b) => a.response - b.response)
    .map(({ row }) => row)
  const means = (group: readonly SplitRow[]): SplitMeans => {
    const mean = (of: (row: SplitRow) => number) => group.reduce((sum, row) => sum + of(row), 0) / group.length
    const closed = group.filter(({ closeLag }) => closeLag !== undefined)
    return {
      runs: group.length,
      response: mean(response),
      parts: Object.fromEntries(parts.map((part) => [part, mean(({ split }) => split[part] ?? 0)])),
      ...(closed.length > 0 && { closeLag: closed.reduce((sum, row) => sum + row.closeLag!, 0) / closed.length }),
    }
  }
  const n = rows.length
  const [from, to] = [Math.floor(n * (0.5 - TYPICAL / 2)), Math.ceil(n * (0.5 + TYPICAL / 2))]
  return {
    all: means(ascending),
    ...(n >= FEWEST.typical && { typical: means(ascending.slice(from, to)) }),
    ...(n >= FEWEST.slowest && { slowest: means(ascending.slice(n - Math.ceil(n * SLOWEST))) }),
  }
}

const known = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value)
