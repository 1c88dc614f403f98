import { keyed } from '../core/random.ts'

/**
 * The sign-flip test of paired differences (Fisher 1935, The Design of Experiments, §21): if their law is symmetric about δ, each of the 2ⁿ
 * ways to give the dᵢ − δ their signs is as likely as the one seen. Flipping the signs of a subset F leaves a sum at least as large as the
 * one seen exactly where the mean over F is at most δ. So the interval for δ runs between two of the 2ⁿ − 1 subset means, in order of size
 * (Hartigan 1969, JASA 64), and its confidence is exact for any symmetric law.
 *
 * A difference may be ±∞. A subset with both signs of infinity counts as the end that makes the interval wider.
 */

/** Up to here every subset is counted, half against half (2¹⁴ sums each, 50 ms for both ends); above it a sample of them stands for all. */
const MOST_EXACT = 28
/** Random subsets; with the one seen 100,000. The test stays valid whichever are drawn (Dwass 1957), the draw only adds noise to its ends. */
const SAMPLE = 99_999
const HALVINGS = 60

/** Ends of an interval; ±∞ where it has none on that side. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** The interval of confidence 1 − alpha (or a little more) for the centre of the differences. Undefined where they are too few: it needs 2ⁿ ≥ 2 / alpha. */
export function signFlipInterval(differences: readonly number[], alpha: number): Interval | undefined {
  const low = lowerBound(differences, alpha / 2)
  const high = lowerBound(
    differences.map((value) => -value),
    alpha / 2,
  )
  return low === undefined || high === undefined ? undefined : { low, high: -high }
}

/** The chance, at most, of a mean as large as the one seen if the centre is `centre`: the share of all flips that are as extreme. At least 2⁻ⁿ. */
export function signFlipP(differences: readonly number[], centre: number): number {
  const n = differences.length
  if (n > MOST_EXACT) {
    const means = sampledMeans(differences)
    return (1 + means.filter((mean) => mean <= centre).length) / (SAMPLE + 1)
  }
  return (1 + subsetsAtMost(differences, centre)) / 2 ** n
}

/** The smallest p that `signFlipP` can give. */
export const signFlipFloor = (n: number): number => (n > MOST_EXACT ? 1 / (SAMPLE + 1) : 2 ** -n)

/** The smallest centre that the one-sided test at level `tail` does not reject: a subset mean, by its rank. */
function lowerBound(differences: readonly number[], tail: number): number | undefined {
  const n = differences.length
  // What rounding may take from a product that is a whole number.
  const rank = Math.floor(tail * (n > MOST_EXACT ? SAMPLE + 1 : 2 ** n) + 1e-9)
  if (rank < 1) return undefined
  if (n > MOST_EXACT) return sampledMeans(differences)[rank - 1]
  const finite = differences.filter(Number.isFinite)
  if (subsetsAtMost(differences, Number.MAX_VALUE) < rank) return Number.POSITIVE_INFINITY
  if (subsetsAtMost(differences, -Number.MAX_VALUE) >= rank) return Number.NEGATIVE_INFINITY
  let [low, high] = [Math.min(...finite), Math.max(...finite)]
  const close = 1e-13 * Math.max(Math.abs(low), Math.abs(high))
  for (let i = 0; i < HALVINGS && high - low > close; i++) {
    const middle = low + (high - low) / 2
    if (subsetsAtMost(differences, middle) >= rank) high = middle
    else low = middle
  }
  return high
}

/** How many subsets, the empty one left out, have a mean of at most `centre`. */
function subsetsAtMost(differences: readonly number[], centre: number): number {
  const n = differences.length
  const negative = differences.filter((value) => value === Number.NEGATIVE_INFINITY).length
  const finite = differences.filter(Number.isFinite)
  const endless = 2 ** n - 2 ** (n - negative)
  if (centre === Number.MAX_VALUE) return endless + 2 ** finite.length - 1
  if (centre === -Number.MAX_VALUE) return endless
  const moved = finite.map((value) => value - centre)
  // Sums that are 0 but for rounding are as extreme as what was seen, and must be counted.
  const slack = 1e-13 * moved.reduce((sum, value) => sum + Math.abs(value), 0)
  const half = moved.length >> 1
  const [left, right] = [subsetSums(moved.slice(0, half)), subsetSums(moved.slice(half))]
  let count = 0
  let fitting = right.length
  for (const sum of left) {
    while (fitting > 0 && sum + right[fitting - 1]! > slack) fitting--
    count += fitting
  }
  return endless + count - 1
}

/** The sums of all subsets in ascending order, the empty one's 0 among them: each value merges the list with itself, moved by that value. */
function subsetSums(values: readonly number[]): Float64Array {
  let [sums, next] = [new Float64Array(2 ** values.length), new Float64Array(2 ** values.length)]
  let length = 1
  for (const value of values) {
    let [without, within] = [0, 0]
    for (let i = 0; i < 2 * length; i++) {
      const fromWithin = without === length || (within < length && sums[within]! + value < sums[without]!)
      next[i] = fromWithin ? sums[within++]! + value : sums[without++]!
    }
    ;[sums, next] = [next, sums]
    length *= 2
  }
  return sums
}

/** Means of random subsets in ascending order. */
function sampledMeans(differences: readonly number[]): Float64Array {
  const random = keyed(0, 'sign flips', differences.length)
  return Float64Array.from({ length: SAMPLE }, () => {
    let [sum, size, negative] = [0, 0, false]
    for (const value of differences) {
      if (random() < 0.5) continue
      if (value === Number.NEGATIVE_INFINITY) negative = true
      else sum += value
      size++
    }
    return negative ? Number.NEGATIVE_INFINITY : size === 0 ? Number.NEGATIVE_INFINITY : sum / size
  }).sort()
}
