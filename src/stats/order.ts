import { binomialMass } from './binomial.ts'

/** Every interval within a run is one of at least this confidence. */
const CONFIDENCE = 0.95

/**
 * The rank (from 1) of the p-quantile among n numbers in ascending order: the smallest x with at least p·n of them ≤ x.
 * For 0 ≤ p ≤ 1 and n ≥ 1; p = 0 gives the smallest number.
 */
export function quantileRank(n: number, p: number): number {
  const exact = p * n
  const whole = Math.round(exact)
  // 0.95 · 20 is a little above 19 in doubles, and must not become the 20th.
  const rank = Math.abs(exact - whole) < 1e-9 * Math.max(1, exact) ? whole : Math.ceil(exact)
  return Math.min(n, Math.max(1, rank))
}

/** The exact p-quantile of `ascending`: its smallest number with at least a share p at or below it. Undefined where there are no numbers. */
export function quantile(ascending: ArrayLike<number>, p: number): number | undefined {
  return ascending.length === 0 ? undefined : ascending[quantileRank(ascending.length, p) - 1]
}

/** Ranks from 1 of two order statistics, low < high. */
export interface RankInterval {
  readonly low: number
  readonly high: number
}

/** Whether an order-statistic interval of 95 % exists for the p-quantile of n numbers: whether smallest and largest enclose it often enough. */
export const hasInterval = (n: number, p: number): boolean => n >= 1 && 1 - p ** n - (1 - p) ** n >= CONFIDENCE

/** The smallest n for which a 95 % order-statistic interval of the p-quantile exists: p50 6, p90 29, p95 59, p99 299, p99.9 2,995. */
export function fewestForQuantile(p: number): number {
  let n = Math.max(1, Math.floor(Math.log(1 - CONFIDENCE) / Math.log(Math.max(p, 1 - p))) - 1)
  while (!hasInterval(n, p)) n++
  return n
}

/**
 * The shortest pair of ranks whose order statistics enclose the true p-quantile of n independent numbers with at least 95 %.
 * Exact: the true quantile lies between the l-th and the u-th smallest where l to u − 1 of the numbers fall below it, and how many do
 * is binomial (David and Nagaraja, Order Statistics, 2003, §7.1). Undefined where no pair reaches 95 %; n is whole, 0 < p < 1.
 */
export function quantileRanks(n: number, p: number): RankInterval | undefined {
  if (!hasInterval(n, p)) return undefined
  // The law has one peak, so taking the likelier neighbour each time gives the narrowest range there is.
  let low = Math.min(n - 1, Math.max(1, Math.floor((n + 1) * p)))
  let high = low
  const peak = binomialMass(low, n, p)
  let [below, above] = [peak, peak]
  const odds = p / (1 - p)
  const stepDown = (mass: number, k: number) => (mass * k) / ((n - k + 1) * odds)
  const stepUp = (mass: number, k: number) => (mass * (n - k) * odds) / (k + 1)
  let covered = peak
  // What rounding may take from a sum that reaches 95 % exactly at the smallest n.
  while (covered < CONFIDENCE - 1e-12) {
    const down = low > 1 ? stepDown(below, low) : -1
    const up = high < n - 1 ? stepUp(above, high) : -1
    if (down < 0 && up < 0) break
    if (down >= up) {
      low--
      below = down
      covered += down
    } else {
      high++
      above = up
      covered += up
    }
  }
  return { low, high: high + 1 }
}

/**
 * `quantileRanks` for n numbers that tell no more than `effective` independent ones would (effective ≤ n, need not be whole).
 * With m = ⌊effective⌋ each of the m stands for a block of n / m neighbours in rank, and the interval takes its outer blocks whole:
 * it may be a block too wide and is never too narrow. With m = n it is the exact interval.
 */
export function scaledRanks(n: number, effective: number, p: number): RankInterval | undefined {
  const m = Math.min(n, Math.floor(effective))
  const ranks = quantileRanks(m, p)
  if (!ranks || m === n) return ranks
  const block = n / m
  return { low: Math.max(1, Math.floor((ranks.low - 1) * block) + 1), high: Math.min(n, Math.ceil(ranks.high * block)) }
}
