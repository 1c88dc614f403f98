import type { Verdict } from '../src/core/comparison.ts'
import { keyed } from '../src/core/random.ts'
import { verdictOf } from '../src/judge/comparison/verdict.ts'
import { welch, welchHalfWidth } from '../src/stats/welch.ts'
import { target } from './law.ts'
import type { Question } from './paired-experiment.ts'

/** What is usual: two runs, one of each arm, compared request by request. */
export interface Opponent {
  /** By the rule of two margins, as flowbench's own. */
  readonly verdict: Verdict
  /** Whether it would call the difference significant, p < 0.05. */
  readonly significant: boolean
}

const ALPHA = 0.05
const MARGINS = { margin: 0.1, noise: 0.03 }
/** Two-sided 5 % of the normal law. */
const Z = 1.959_963_985

/** `times`: how many times longer its two runs are than those of the law. */
export function opponents(
  { law, change }: Question,
  { seed, times }: { readonly seed: number; readonly times: number },
): { readonly welch: Opponent; readonly mannWhitney: Opponent } {
  const run = target({ ...law, exchanges: law.exchanges * times }, keyed(seed, 'times'))
  const [before, after] = [run(0), run(Math.log1p(change))]
  return { welch: byMeans(before, after), mannWhitney: byRanks(before.sort(), after.sort()) }
}

function byMeans(before: Float64Array, after: Float64Array): Opponent {
  const compared = welch([...before], [...after])!
  const half = welchHalfWidth(compared, ALPHA)
  const change = { centre: compared.difference, low: compared.difference - half, high: compared.difference + half }
  return { verdict: verdictOf(change, MARGINS), significant: change.low > 0 || change.high < 0 }
}

/** The interval of all shifts that the test of Mann and Whitney (1947) does not reject, around that of Hodges and Lehmann (1963); both lists in ascending order. */
function byRanks(before: Float64Array, after: Float64Array): Opponent {
  const shiftAt = (level: number) => {
    let [low, high] = [after[0]! - before.at(-1)!, after.at(-1)! - before[0]!]
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2
      if (rankScore(before, after, middle) > level) low = middle
      else high = middle
    }
    return low
  }
  const change = { centre: shiftAt(0), low: shiftAt(Z), high: shiftAt(-Z) }
  return { verdict: verdictOf(change, MARGINS), significant: change.low > 0 || change.high < 0 }
}

/** Mann and Whitney's count of pairs in which the later list exceeds the earlier by more than `shift`, as a standard normal number. */
function rankScore(before: Float64Array, after: Float64Array, shift: number): number {
  const [n, m] = [before.length, after.length]
  let [count, below] = [0, 0]
  for (const value of after) {
    while (below < n && before[below]! < value - shift) below++
    count += below
  }
  return (count - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12)
}
