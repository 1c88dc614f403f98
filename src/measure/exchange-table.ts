import type { MetricSummary } from '../core/metric-summary.ts'
import type { Mode, Sample } from '../core/sample.ts'
import { OUT_OF_STATISTICS } from '../core/sample.ts'
import { effectiveCount } from '../stats/autocorrelation.ts'
import { type Column, createColumn } from './column.ts'
import { createHistogram, type Histogram } from './histogram.ts'
import { summariseMetric } from './metric-summary.ts'
import { METRIC_NAMES, type Metric, type MetricName, metric, ofFromSent } from './metrics.ts'
import { type Accepts, createOutcomeCounter, type OutcomeCounts, tally } from './outcome-count.ts'
import { type SplitRows, splitOf } from './split.ts'

/** Distributions of a phase, or of one input set in it. */
export interface Distributions {
  readonly outcomes: OutcomeCounts
  readonly metrics: Readonly<Partial<Record<MetricName, MetricSummary>>>
  /** Of latencies that count from `intended`: the same counted from `sent`. */
  readonly fromSent: Readonly<Partial<Record<MetricName, MetricSummary>>>
  readonly longestObserved?: number
}

/** What a phase keeps of its exchanges: a row of numbers each, and no object. */
export interface ExchangeTable {
  /** Takes an exchange that ended at `end`; gives the row it got, undefined where it has no numbers to keep. */
  take(sample: Sample, end: number): number | undefined
  /** The stream of that row's exchange closed this long after its end. */
  closed(row: number, lag: number): void
  all(): Distributions
  ofInputSet(name: string): Distributions
  /** Moments of intention and response times (NaN where there is none) of accepted exchanges, in order of intention. */
  responses(): { readonly intended: Float64Array; readonly response: Float64Array }
  /** A metric's values of accepted exchanges, in order of intention. */
  values(name: MetricName): Float64Array
  /** By row: what each exchange spent its time on. */
  splits(): SplitRows
  readonly histograms: ReadonlyMap<MetricName, Histogram>
}

export interface TableOptions {
  readonly mode: Mode
  readonly accepts: Accepts
  /** Names of the input sets where there are several. */
  readonly inputSets: readonly string[]
}

/** The longest time an exchange was observed for, from `intended` and from `sent`. */
interface Observed {
  intended: number
  sent: number
}

/** What `map` holds under `key`; made and put there where it holds nothing yet. */
function madeOnce<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const held = map.get(key)
  if (held !== undefined) return held
  const made = make()
  map.set(key, made)
  return made
}

export function createExchangeTable({ mode, accepts, inputSets }: TableOptions): ExchangeTable {
  const applied = METRIC_NAMES.filter((name) => metric(name).modes.includes(mode))
  const twins = applied.filter((name) => metric(name).from === 'intended')
  const positions = createColumn()
  const intendeds = createColumn()
  const sets = createColumn('narrow')
  const columns = new Map<string, Column>()
  const histograms = new Map<MetricName, Histogram>()
  const pooledBySet = new Map<string, Histogram>()
  const counters = new Map<string, ReturnType<typeof createOutcomeCounter>>()
  const observed = new Map<string, Observed>()
  const ALL = ''
  let rows = 0
  let order: Uint32Array | undefined

  const columnOf = (key: string) => madeOnce(columns, key, () => createColumn(key === 'response_time' ? 'double' : 'narrow'))
  const histogramOf = (name: MetricName) => madeOnce(histograms, name, createHistogram)
  const keep = (name: MetricName, row: number, value: number) => {
    columnOf(name).put(row, value)
    histogramOf(name).record(value * metric(name).scale)
  }
  const pool = (name: MetricName, set: string, values: readonly number[]) => {
    if (values.length === 0) return
    const ofSet = inputSets.length > 1 ? madeOnce(pooledBySet, `${name} ${set}`, createHistogram) : undefined
    for (const value of values) {
      histogramOf(name).record(value * metric(name).scale)
      ofSet?.record(value * metric(name).scale)
    }
  }
  const observe = (set: string, { marks: { intended, sent } }: Sample, end: number) => {
    const longest = observed.get(set) ?? { intended: 0, sent: 0 }
    longest.intended = Math.max(longest.intended, end - intended)
    if (sent !== undefined) longest.sent = Math.max(longest.sent, end - sent)
    observed.set(set, longest)
  }
  const count = (set: string, sample: Sample) => madeOnce(counters, set, createOutcomeCounter).add(sample.outcome.kind)

  /** Row numbers in order of intention. */
  const ordered = () => {
    if (order?.length !== rows) {
      const place = positions.view()
      order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => place[a]! - place[b]!)
    }
    return order
  }
  const inOrder = (key: string, set: number | undefined): Float64Array => {
    const column = columns.get(key)
    const found = new Float64Array(rows)
    let size = 0
    if (column)
      for (const row of ordered()) {
        const value = column.at(row)
        if (!Number.isNaN(value) && (set === undefined || sets.at(row) === set)) found[size++] = value
      }
    return found.subarray(0, size)
  }
  const filled = (values: Float64Array, { scale }: Metric) => {
    const histogram = createHistogram()
    for (const value of values) histogram.record(value * scale)
    return histogram
  }

  const distributions = (set: string): Distributions => {
    const number = set === ALL ? undefined : inputSets.indexOf(set)
    const outcomes = counters.get(set)?.read() ?? {}
    const { counted } = tally(outcomes, accepts)
    const longest = observed.get(set)
    const metrics: Partial<Record<MetricName, MetricSummary>> = {}
    const fromSent: Partial<Record<MetricName, MetricSummary>> = {}
    for (const name of applied) {
      const entry = metric(name)
      const values = entry.applies === 'one' ? inOrder(name, number) : undefined
      const histogram = number === undefined ? histograms.get(name) : values ? filled(values, entry) : pooledBySet.get(`${name} ${set}`)
      if (!histogram || histogram.count === 0) continue
      metrics[name] = summariseMetric(entry, histogram, {
        exchanges: counted,
        ...(values && { effective: effectiveCount(values) }),
        ...(longest && { longest: longest[entry.from ?? 'intended'] }),
      })
    }
    for (const name of twins) {
      const values = inOrder(`${name} from sent`, number)
      if (values.length === 0) continue
      fromSent[name] = summariseMetric(metric(name), filled(values, metric(name)), {
        exchanges: counted,
        effective: effectiveCount(values),
        ...(longest && { longest: longest.sent }),
      })
    }
    return { outcomes, metrics, fromSent, ...(longest && { longestObserved: longest.intended }) }
  }

  return {
    take(sample, end) {
      const { kind } = sample.outcome
      const set = inputSets.length > 1 ? sample.inputSet : ALL
      count(ALL, sample)
      if (set !== ALL) count(set, sample)
      if (OUT_OF_STATISTICS.has(kind) || kind === 'dropped') return undefined
      observe(ALL, sample, end)
      if (set !== ALL) observe(set, sample, end)
      const accepted = accepts(kind)
      const row = rows++
      positions.put(row, sample.n)
      intendeds.put(row, sample.marks.intended)
      sets.put(row, inputSets.indexOf(sample.inputSet))
      for (const name of applied) {
        const { over, of } = metric(name)
        if (over === 'accepted' && !accepted) continue
        const value = of(sample)
        if (typeof value === 'number') keep(name, row, value)
        else if (value) pool(name, sample.inputSet, value)
      }
      if (accepted)
        for (const name of twins) {
          const value = ofFromSent(name, sample)
          if (value !== undefined) columnOf(`${name} from sent`).put(row, value)
        }
      return accepted ? row : undefined
    },
    closed: (row, lag) => keep('close_lag', row, lag),
    all: () => distributions(ALL),
    ofInputSet: distributions,
    responses() {
      const [intended, response] = [new Float64Array(rows), new Float64Array(rows)]
      ordered().forEach((row, i) => {
        intended[i] = intendeds.at(row)
        response[i] = columns.get('response_time')?.at(row) ?? Number.NaN
      })
      return { intended, response }
    },
    values: (name) => inOrder(name, undefined),
    splits: () => ({
      count: rows,
      split: (row) => splitOf(mode, (name) => columns.get(name)?.at(row)),
      closeLag: (row) => columns.get('close_lag')?.at(row) ?? Number.NaN,
    }),
    histograms,
  }
}
