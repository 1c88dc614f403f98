import { clopperPearson } from './binomial.ts'
import type { Interval } from './sign-flip.ts'

/** So many of so many; `of` ≥ 1, `count` may be a fraction where shares are scaled. */
export interface Share {
  readonly count: number
  readonly of: number
}

/**
 * The 95 % interval of the difference of two independent shares, `after` less `before`: the exact interval of each, squared and added as method 10
 * of Newcombe (1998, Statistics in Medicine 17, 873–890) does with Wilson's. Wider than his, and never of no width: 0 of 100 in both gives ±0.036.
 */
export function shareDifferenceInterval(before: Share, after: Share): Interval {
  const [p, q] = [before.count / before.of, after.count / after.of]
  const [one, other] = [clopperPearson(before.count, before.of), clopperPearson(after.count, after.of)]
  return { low: q - p - Math.hypot(q - other.low, one.high - p), high: q - p + Math.hypot(other.high - q, p - one.low) }
}

/** Trials of each side beyond which nobody asks. */
const MOST = 1e6

/**
 * The fewest trials of each side after which the interval of these shares ends at or below `bound`, if both shares stay what they are. For no
 * success on either side and a bound of 0.01 it is 368: ln 0.025 / ln 0.99. Undefined where the difference itself reaches the bound, or a million
 * would not do.
 */
export function trialsToBound(before: Share, after: Share, bound: number): number | undefined {
  const scaled = ({ count, of }: Share, trials: number): Share => ({ count: (count / of) * trials, of: trials })
  const isBound = (trials: number) => shareDifferenceInterval(scaled(before, trials), scaled(after, trials)).high <= bound
  if (after.count / after.of - before.count / before.of >= bound || !isBound(MOST)) return undefined
  let [tooFew, enough] = [1, MOST]
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >> 1
    if (isBound(middle)) enough = middle
    else tooFew = middle
  }
  return enough
}
