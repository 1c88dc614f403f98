import { QUANTILES } from '../../core/metric-summary.ts'
import { detectableDifference } from '../../stats/paired.ts'
import { studentQuantile } from '../../stats/student.ts'
import type { FigureName } from '../figure-name.ts'
import { LOOK_ALPHA } from './experiment.ts'

/**
 * The scatter that a workflow is supposed to have before any was measured, in logarithms: from one exchange to the next, a slow part that
 * lasts for many, and from run to run. The same numbers as in the grid of the method page.
 */
export const SUPPOSED = { exchange: 0.3, slow: 0.15, persistence: 0.95, run: 0.04 } as const

/** The smallest relative change that so many pairs would find in four cases out of five, where a pair's difference of logarithms scatters by `deviation`. */
export const detectableChange = (deviation: number, pairs: number): number => Math.expm1(detectableDifference(deviation, pairs, LOOK_ALPHA))

/** As good as endless: Student's law is then the normal one. */
const NORMAL = 1e7

/** The smallest relative change that `pairs` pairs of runs of `exchanges` exchanges would find in four cases out of five, at the supposed scatter. */
export function expectedChange(
  { subject }: FigureName,
  { exchanges, pairs }: { readonly exchanges: number; readonly pairs: number },
): number {
  const spread = Math.hypot(SUPPOSED.exchange, SUPPOSED.slow)
  const statistic = 'statistic' in subject ? subject.statistic : 'mean'
  const ofStatistic = statistic in QUANTILES ? quantileError(QUANTILES[statistic as keyof typeof QUANTILES]) : 1
  const exchangePart = (SUPPOSED.exchange ** 2 * ofStatistic) / exchanges
  // A slow part moves all exchanges of a stretch alike: it counts for so many fewer of them.
  const slowPart = (SUPPOSED.slow ** 2 * (1 + SUPPOSED.persistence)) / (1 - SUPPOSED.persistence) / exchanges
  const ofRun = Math.sqrt(Math.min(exchangePart, spread ** 2) + Math.min(slowPart, SUPPOSED.slow ** 2) + SUPPOSED.run ** 2)
  return detectableChange(Math.SQRT2 * ofRun, pairs)
}

/** Variance of a quantile of normal numbers against that of their mean: p(1 − p)/φ(z)². */
function quantileError(p: number): number {
  const z = p === 0.5 ? 0 : studentQuantile(Math.max(p, 1 - p), NORMAL)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  return (p * (1 - p)) / density ** 2
}
