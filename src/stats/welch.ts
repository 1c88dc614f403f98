import { moments } from './paired.ts'
import { studentQuantile, studentUpperTail } from './student.ts'

/** Of two independent lists, the second less the first. */
export interface Welch {
  readonly difference: number
  /** Standard error of the difference. */
  readonly error: number
  /** Degrees of freedom by Satterthwaite (1946); need not be whole. */
  readonly freedom: number
}

/** Welch's comparison of means (1947, Biometrika 34), for lists of unequal spread. Undefined where a list has fewer than 2 numbers, or all of both are equal. */
export function welch(first: readonly number[], second: readonly number[]): Welch | undefined {
  if (first.length < 2 || second.length < 2) return undefined
  const [a, b] = [moments(first), moments(second)]
  const [ofA, ofB] = [a.deviation ** 2 / a.n, b.deviation ** 2 / b.n]
  if (ofA + ofB === 0) return undefined
  return {
    difference: b.mean - a.mean,
    error: Math.sqrt(ofA + ofB),
    freedom: (ofA + ofB) ** 2 / (ofA ** 2 / (a.n - 1) + ofB ** 2 / (b.n - 1)),
  }
}

/** Half the width of its interval of confidence 1 − alpha. */
export const welchHalfWidth = ({ error, freedom }: Welch, alpha: number): number => studentQuantile(1 - alpha / 2, freedom) * error

/** One more number against a list, on the supposition that it scatters as the list does, since one number has no scatter of its own. Undefined for lists that do not scatter. */
export function singleAgainst(list: readonly number[], single: number): Welch | undefined {
  if (list.length < 2) return undefined
  const { n, mean, deviation } = moments(list)
  return deviation === 0 ? undefined : { difference: single - mean, error: deviation * Math.sqrt(1 + 1 / n), freedom: n - 1 }
}

/** Two-sided p that the difference lies above `least`: the smallest alpha at which the lower end of the interval exceeds it. */
export const welchP = ({ difference, error, freedom }: Welch, least: number): number =>
  Math.min(1, 2 * studentUpperTail((difference - least) / error, freedom))
