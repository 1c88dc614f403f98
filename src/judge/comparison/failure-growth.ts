import type { ArmReading, FailureJudgement, Round, Sides } from '../../core/comparison.ts'
import { moments, pairedInterval } from '../../stats/paired.ts'
import { type Share, shareDifferenceInterval, trialsToBound } from '../../stats/share-difference.ts'
import type { Interval } from '../../stats/sign-flip.ts'
import { contrast, contrastChange, FEWEST_BASELINE } from './contrast.ts'
import type { Versus } from './pairs.ts'

/** Growth of failures that counts: one percentage point. */
const NOTABLE_GROWTH = 0.01
const ALPHA = 0.05

/** The fewest exchanges of each arm that can rule out that failures grew by a point: where not one of them fails. */
export const FEWEST_TO_CLEAR = trialsToBound({ count: 0, of: 1 }, { count: 0, of: 1 }, NOTABLE_GROWTH)!

const shareOf = ({ count, of }: Share): number => (of === 0 ? 0 : count / of)

/**
 * Whether failures grew, by the 95 % interval of the difference of their shares. Below a lower end above one point the candidate is worse whatever
 * its latency; with an upper end above one point nothing good can be said of it. The interval is the union of that of the pairs and of the exact one
 * of all exchanges together: pairs without a failure have no scatter, and yet could have had one.
 */
export function judgeFailures(rounds: readonly Round[], { baseline, candidate }: Versus): FailureJudgement {
  const pairs = rounds.flatMap((round) => {
    const [before, after] = [round[baseline], round[candidate]]
    return before && after ? [{ before, after }] : []
  })
  const [before, after] = [pairs.map((pair) => pair.before), pairs.map((pair) => pair.after)]
  const ofPairs =
    pairs.length > 1
      ? pairedInterval(
          pairs.map((pair) => shareOf(pair.after.failures) - shareOf(pair.before.failures)),
          ALPHA,
        )
      : undefined
  return judged({ before, after, ofRuns: ofPairs, mayCount: ofPairs !== undefined })
}

/**
 * The same of stored runs: by the union with the historical interval of the shares of each run. No interval where the baseline has too few runs.
 */
export function judgeFailuresOfSides({ baseline: before, candidate: after }: Sides<readonly ArmReading[]>): FailureJudgement {
  const shares = (readings: readonly ArmReading[]) => readings.map(({ failures }) => shareOf(failures))
  const [ofBefore, ofAfter] = [shares(before), shares(after)]
  const ofRuns = contrast(ofBefore, ofAfter) && contrastChange(ofBefore, ofAfter, ALPHA)
  return judged({ before, after, ofRuns, mayCount: before.length >= FEWEST_BASELINE })
}

const totalOf = (readings: readonly ArmReading[]): Share => ({
  count: readings.reduce((sum, { failures }) => sum + failures.count, 0),
  of: readings.reduce((sum, { failures }) => sum + failures.of, 0),
})

interface Judging {
  readonly before: readonly ArmReading[]
  readonly after: readonly ArmReading[]
  /** Of the shares of the runs; undefined where they have none. */
  readonly ofRuns: Interval | undefined
  /** Whether there are runs enough for any interval. */
  readonly mayCount: boolean
}

function judged({ before, after, ofRuns, mayCount }: Judging): FailureJudgement {
  const mean = (readings: readonly ArmReading[]) =>
    readings.length === 0 ? 0 : moments(readings.map(({ failures }) => shareOf(failures))).mean
  const [baseline, candidate] = [mean(before), mean(after)]
  const [one, other] = [totalOf(before), totalOf(after)]
  const difference = candidate - baseline
  const ofExchanges = mayCount && one.of > 0 && other.of > 0 ? shareDifferenceInterval(one, other) : undefined
  // Where no run has a share with scatter, the means themselves must lie inside.
  const { low, high } = ofRuns ?? { low: difference, high: difference }
  const interval = ofExchanges && { low: Math.min(low, ofExchanges.low), high: Math.max(high, ofExchanges.high) }
  const verdict =
    interval && interval.low > NOTABLE_GROWTH ? 'grown' : (interval?.high ?? difference) > NOTABLE_GROWTH ? 'may-have-grown' : 'not-grown'
  const isTooFew = verdict === 'may-have-grown' && high <= NOTABLE_GROWTH && ofExchanges !== undefined
  const needed = isTooFew ? trialsToBound(one, other, NOTABLE_GROWTH) : undefined
  return {
    baseline,
    candidate,
    difference,
    ...interval,
    confidence: 1 - ALPHA,
    verdict,
    exchanges: { baseline: one.of, candidate: other.of },
    ...(needed !== undefined && { exchangesToClear: needed }),
  }
}
