import { type Interval, signFlipFloor, signFlipInterval, signFlipP } from './sign-flip.ts'
import { studentQuantile, studentUpperTail } from './student.ts'

/** Share of cases in which a change of the smallest detectable size is found. */
const POWER = 0.8

export interface Moments {
  readonly n: number
  readonly mean: number
  /** With n − 1; 0 where n is 1. */
  readonly deviation: number
}

/** Mean and standard deviation of at least one finite number. */
export function moments(values: readonly number[]): Moments {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { n, mean, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0 }
}

/** The centre of paired differences: their mean; their median where one is ±∞. NaN for none. */
export function centreOf(differences: readonly number[]): number {
  if (differences.every(Number.isFinite)) return moments(differences).mean
  const ascending = differences.toSorted((a, b) => a - b)
  const middle = ascending.length >> 1
  if (ascending.length % 2 === 1) return ascending[middle]!
  const [below, above] = [ascending[middle - 1]!, ascending[middle]!]
  return below === above ? below : (below + above) / 2
}

/** Student's interval of confidence 1 − alpha for the mean of at least two finite numbers. */
export function studentInterval(values: readonly number[], alpha: number): Interval {
  const { n, mean, deviation } = moments(values)
  const half = (studentQuantile(1 - alpha / 2, n - 1) * deviation) / Math.sqrt(n)
  return { low: mean - half, high: mean + half }
}

/**
 * The union of Student's interval and the exact sign-flip interval: right where differences are normal, and where they are only symmetric.
 * With a difference of ±∞ the sign-flip interval alone. Undefined where that does not exist: 6 differences or fewer at alpha 0.0294.
 */
export function pairedInterval(differences: readonly number[], alpha: number): Interval | undefined {
  const flips = signFlipInterval(differences, alpha)
  if (!flips || !differences.every(Number.isFinite)) return flips
  const student = studentInterval(differences, alpha)
  return { low: Math.min(student.low, flips.low), high: Math.max(student.high, flips.high) }
}

/**
 * Two-sided p that the centre lies above `centre`: the smallest alpha at which the lower end of the interval exceeds it. The larger of both
 * methods' p; where no flip is as extreme as what was seen, flips cannot say more than 2 · 2⁻ⁿ, and Student's p stands.
 */
export function pairedP(differences: readonly number[], centre: number): number {
  const flips = signFlipP(differences, centre)
  if (!differences.every(Number.isFinite)) return Math.min(1, 2 * flips)
  const { n, mean, deviation } = moments(differences)
  if (n < 2) return 1
  const distance = mean - centre
  const t = deviation > 0 ? distance / (deviation / Math.sqrt(n)) : distance === 0 ? 0 : Math.sign(distance) * Number.POSITIVE_INFINITY
  const student = studentUpperTail(t, n - 1)
  return Math.min(1, 2 * (flips <= signFlipFloor(n) ? student : Math.max(student, flips)))
}

/** The smallest difference of the mean that n pairs of this deviation find with 80 %: (t₁₋α/₂ + t₀.₈) s / √n; n ≥ 2. */
export function detectableDifference(deviation: number, n: number, alpha: number): number {
  const freedom = n - 1
  return ((studentQuantile(1 - alpha / 2, freedom) + studentQuantile(POWER, freedom)) * deviation) / Math.sqrt(n)
}
