import {
  type AnsweredWithin,
  JUDGED_QUANTILES,
  type JudgedQuantile,
  type MetricSummary,
  QUANTILES,
  type QuantileName,
} from '../core/metric-summary.ts'
import { quantileRank, type RankInterval, scaledRanks } from '../stats/order.ts'
import type { Histogram } from './histogram.ts'
import type { Metric } from './metrics.ts'

/** Among whom the numbers of a histogram were gathered. */
export interface Population {
  /** All intended exchanges but those in no statistic. */
  readonly exchanges: number
  /** How many independent numbers tell as much as the histogram's; absent where no interval may be given. */
  readonly effective?: number
  /** The longest time that any exchange was observed for; only for latencies. */
  readonly longest?: number
}

/** Points of the percentile curve for each factor of ten in 1/(1 − p). */
const POINTS_PER_DECADE = 16

/** A metric's distribution as plain data, in the metric's unit. The histogram may not be empty. */
export function summariseMetric({ scale, latency }: Metric, histogram: Histogram, population: Population): MetricSummary {
  const { count } = histogram
  const { exchanges, effective } = population
  const read = (rank: number) => histogram.at(rank) / scale
  const quantiles = mapQuantiles((_, p) => read(quantileRank(count, p)))
  const intervals: Partial<Record<QuantileName, { low: number; high: number }>> = {}
  if (effective !== undefined)
    for (const [name, p] of Object.entries(QUANTILES) as [QuantileName, number][]) {
      const ranks = scaledRanks(count, effective, p)
      if (ranks) intervals[name] = { low: read(ranks.low), high: read(ranks.high) }
    }
  return {
    count,
    unanswered: Math.max(0, exchanges - count),
    mean: histogram.mean / scale,
    min: histogram.min / scale,
    max: histogram.max / scale,
    ...quantiles,
    intervals,
    ...(latency && { ofAll: answeredWithin(histogram, population, scale) }),
    effectiveCount: effective ?? count,
    curve: percentileCurve(count, read),
  }
}

const mapQuantiles = (of: (name: QuantileName, p: number) => number): Record<QuantileName, number> =>
  Object.fromEntries(Object.entries(QUANTILES).map(([name, p]) => [name, of(name as QuantileName, p)])) as Record<QuantileName, number>

/** Quantiles over all exchanges, those without an answer counted as endless: a rank among them gives the longest time observed, as a lower bound. */
function answeredWithin(histogram: Histogram, population: Population, scale: number): Record<JudgedQuantile, AnsweredWithin> {
  const { count } = histogram
  const all = Math.max(count, population.exchanges)
  const longest = Math.max(population.longest ?? 0, histogram.max / scale)
  // Neighbours among the answered are as alike as their neighbours among all.
  const effective = ((population.effective ?? count) / count) * all
  const read = (rank: number) => (rank <= count ? histogram.at(rank) / scale : undefined)
  const of = (p: number): AnsweredWithin => {
    const value = read(quantileRank(all, p))
    const ranks: RankInterval | undefined = population.effective === undefined ? undefined : scaledRanks(all, effective, p)
    const [low, high] = ranks ? [read(ranks.low), read(ranks.high)] : []
    return {
      value: value ?? longest,
      atLeast: value === undefined,
      ...(ranks && { interval: { ...(low !== undefined && { low }), ...(high !== undefined && { high }) } }),
    }
  }
  return Object.fromEntries(JUDGED_QUANTILES.map((name) => [name, of(QUANTILES[name])])) as Record<JudgedQuantile, AnsweredWithin>
}

/** [1/(1 − p), value] at evenly spread exponents from p = 0 to p = 1 − 1/count, where the curve of this many numbers ends. */
function percentileCurve(count: number, read: (rank: number) => number): (readonly [number, number])[] {
  const curve: (readonly [number, number])[] = []
  const end = Math.log10(count)
  for (let step = 0; ; step++) {
    const exponent = Math.min(end, step / POINTS_PER_DECADE)
    const odds = 10 ** exponent
    curve.push([odds, read(quantileRank(count, 1 - 1 / odds))])
    if (exponent >= end) return curve
  }
}
