import type { FailureJudgement, Round } from '../core/comparison.ts'
import { moments, pairedInterval } from '../stats/paired.ts'
import type { Versus } from './pairs.ts'

/** Growth of failures that counts: one percentage point. */
const NOTABLE_GROWTH = 0.01
const ALPHA = 0.05

const shareOf = ({ count, of }: { readonly count: number; readonly of: number }): number => (of === 0 ? 0 : count / of)

/**
 * Whether failures grew, by the 95 % interval of the paired difference of their shares. Below a lower end above one point the candidate is worse
 * whatever its latency; with an upper end above one point nothing good can be said of it.
 */
export function judgeFailures(rounds: readonly Round[], { baseline, candidate }: Versus): FailureJudgement {
  const shares = rounds.flatMap((round) => {
    const [before, after] = [round[baseline], round[candidate]]
    return before && after ? [[shareOf(before.failures), shareOf(after.failures)] as const] : []
  })
  const mean = (of: (pair: readonly [number, number]) => number) => (shares.length === 0 ? 0 : moments(shares.map(of)).mean)
  const interval =
    shares.length > 1
      ? pairedInterval(
          shares.map(([before, after]) => after - before),
          ALPHA,
        )
      : undefined
  const difference = mean(([before, after]) => after - before)
  const verdict =
    interval && interval.low > NOTABLE_GROWTH ? 'grown' : (interval?.high ?? difference) > NOTABLE_GROWTH ? 'may-have-grown' : 'not-grown'
  return {
    baseline: mean(([before]) => before),
    candidate: mean(([, after]) => after),
    difference,
    ...interval,
    confidence: 1 - ALPHA,
    verdict,
  }
}
