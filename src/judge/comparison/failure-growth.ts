import type { ArmReading, FailureJudgement, Round, Sides } from '../../core/comparison.ts'
import { clopperPearson } from '../../stats/binomial.ts'
import { moments, pairedInterval } from '../../stats/paired.ts'
import { contrast, contrastChange, FEWEST_BASELINE } from './contrast.ts'
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
  return judged(
    mean(([before]) => before),
    mean(([, after]) => after),
    interval,
  )
}

/**
 * The same of stored runs: by the union of the historical interval of the shares of each run, and of Newcombe's (1998) of all exchanges together,
 * since shares of 0 in every run have no scatter and yet could have been another number. No interval where the baseline has too few runs.
 */
export function judgeFailuresOfSides({ baseline, candidate }: Sides<readonly ArmReading[]>): FailureJudgement {
  const shares = (readings: readonly ArmReading[]) => readings.map(({ failures }) => shareOf(failures))
  const [before, after] = [shares(baseline), shares(candidate)]
  const ofRuns = contrast(before, after)
  const { centre, low, high } = contrastChange(before, after, ALPHA)
  const ofExchanges = before.length < FEWEST_BASELINE ? undefined : newcombe(totalOf(baseline), totalOf(candidate))
  const interval = ofExchanges && {
    low: ofRuns ? Math.min(low, ofExchanges.low) : Math.min(centre, ofExchanges.low),
    high: ofRuns ? Math.max(high, ofExchanges.high) : Math.max(centre, ofExchanges.high),
  }
  return judged(before.length === 0 ? 0 : moments(before).mean, after.length === 0 ? 0 : moments(after).mean, interval)
}

interface Share {
  readonly count: number
  readonly of: number
}

const totalOf = (readings: readonly ArmReading[]): Share => ({
  count: readings.reduce((sum, { failures }) => sum + failures.count, 0),
  of: readings.reduce((sum, { failures }) => sum + failures.of, 0),
})

/** Newcombe's interval of the difference of two shares, out of the exact one of each. Undefined where there are no exchanges. */
function newcombe(before: Share, after: Share): { readonly low: number; readonly high: number } | undefined {
  if (before.of === 0 || after.of === 0) return undefined
  const [one, other] = [clopperPearson(before.count, before.of), clopperPearson(after.count, after.of)]
  const [p, q] = [shareOf(before), shareOf(after)]
  return { low: q - p - Math.hypot(q - other.low, one.high - p), high: q - p + Math.hypot(other.high - q, p - one.low) }
}

function judged(
  baseline: number,
  candidate: number,
  interval: { readonly low: number; readonly high: number } | undefined,
): FailureJudgement {
  const difference = candidate - baseline
  const verdict =
    interval && interval.low > NOTABLE_GROWTH ? 'grown' : (interval?.high ?? difference) > NOTABLE_GROWTH ? 'may-have-grown' : 'not-grown'
  return { baseline, candidate, difference, ...interval, confidence: 1 - ALPHA, verdict }
}
