import { effectiveCount } from './autocorrelation.ts'
import { twoSidedP } from './normal.ts'

/** Both methods look at every pair: longer series are thinned to this many means first, about 180,000 pairs. */
export const MOST_BINS = 600

/** A point of a series: a moment and what was seen then. */
export type Point = readonly [at: number, value: number]

/** `series` itself, or the means of at most 600 runs of neighbours as even in length as can be. */
export function thinned(series: readonly Point[]): readonly Point[] {
  if (series.length <= MOST_BINS) return series
  return Array.from({ length: MOST_BINS }, (_, bin) => {
    const from = Math.floor((bin * series.length) / MOST_BINS)
    const to = Math.floor(((bin + 1) * series.length) / MOST_BINS)
    let [at, value] = [0, 0]
    for (let i = from; i < to; i++) {
      at += series[i]![0]
      value += series[i]![1]
    }
    return [at / (to - from), value / (to - from)] as const
  })
}

/**
 * The median of the slopes between all pairs of points: a trend that a few wild points cannot bend (Theil 1950, Sen 1968).
 * In value per unit of `at`; undefined for fewer than two different moments.
 */
export function theilSen(series: readonly Point[]): number | undefined {
  const points = thinned(series)
  const slopes: number[] = []
  for (let i = 0; i < points.length; i++)
    for (let j = i + 1; j < points.length; j++) {
      const [from, to] = [points[i]!, points[j]!]
      if (to[0] !== from[0]) slopes.push((to[1] - from[1]) / (to[0] - from[0]))
    }
  return slopes.length === 0 ? undefined : median(Float64Array.from(slopes).sort())
}

function median(ascending: Float64Array): number {
  const middle = ascending.length >> 1
  return ascending.length % 2 === 1 ? ascending[middle]! : (ascending[middle - 1]! + ascending[middle]!) / 2
}

export interface MannKendall {
  /** Pairs that rise less pairs that fall. */
  readonly s: number
  /** Of s, corrected for ties. */
  readonly variance: number
  /** s as a standard normal number, with continuity correction. */
  readonly z: number
  /** Two-sided: the chance of such a trend in a series without one. */
  readonly p: number
}

/**
 * Does a series, in order of time, rise or fall? The test of Mann (1945) and Kendall (1975) with the variance corrected for ties, as in
 * Gilbert, Statistical Methods for Environmental Pollution Monitoring (1987), §16.4. Undefined for fewer than 4 points.
 */
export function mannKendall(series: readonly Point[]): MannKendall | undefined {
  const points = thinned(series)
  const n = points.length
  if (n < 4) return undefined
  let s = 0
  const ties = new Map<number, number>()
  for (let i = 0; i < n; i++) {
    const value = points[i]![1]
    ties.set(value, (ties.get(value) ?? 0) + 1)
    for (let j = i + 1; j < n; j++) s += Math.sign(points[j]![1] - value)
  }
  const spread = (count: number) => count * (count - 1) * (2 * count + 5)
  let tied = 0
  for (const count of ties.values()) tied += spread(count)
  const variance = (spread(n) - tied) / 18
  const z = s === 0 || variance === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance)
  return { s, variance, z, p: twoSidedP(z) }
}

/**
 * `mannKendall` for a series whose neighbours are alike, such as a queue's length second by second: its variance is raised by the correlation
 * that is left once the Theil–Sen line is taken off, n / n' with n' of Bayley and Hammersley (1946), as Hamed and Rao (1998) do by all lags.
 * Undefined for fewer than 4 points.
 */
export function mannKendallOfCorrelated(series: readonly Point[]): MannKendall | undefined {
  const points = thinned(series)
  const plain = mannKendall(points)
  const slope = theilSen(points)
  if (!plain || slope === undefined) return plain
  const rest = points.map(([at, value]) => value - slope * at)
  const variance = plain.variance * (points.length / effectiveCount(rest))
  const z = plain.s === 0 || variance === 0 ? 0 : (plain.s - Math.sign(plain.s)) / Math.sqrt(variance)
  return { s: plain.s, variance, z, p: twoSidedP(z) }
}
