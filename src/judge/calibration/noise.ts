import type { MetricNoise } from '../../core/calibration.ts'
import type { ComparisonSettings, Round } from '../../core/comparison.ts'
import type { ExperimentLine } from '../../core/experiment.ts'
import { keyed } from '../../core/random.ts'
import { type Micros, milliseconds } from '../../core/units.ts'
import { moments } from '../../stats/paired.ts'
import { figureNames } from '../comparison/comparison-summary.ts'
import { detectableChange } from '../comparison/expected-change.ts'
import { LOOK_ALPHA } from '../comparison/experiment.ts'
import { logChange, logRatios, type Versus } from '../comparison/pairs.ts'
import { toWorse, verdictOf } from '../comparison/verdict.ts'
import { betterOf, figureName } from '../figure-name.ts'

/** Two equal arms, as calibrate names them. */
export const EQUAL_ARMS: Versus = { baseline: 'one', candidate: 'other' }

/** For which numbers of pairs, and for which changes in per cent, the noise is told. */
export const TOLD_PAIRS = [8, 16, 30] as const
export const TOLD_CHANGES = [5, 10, 15] as const
const FEWEST_PAIRS = 8
/** Nobody runs more. */
const MOST_PAIRS = 200

/** What equal arms showed of each figure that the settings name and that at least two pairs have as numbers. */
export function metricNoise(rounds: readonly Round[], settings: ComparisonSettings): Readonly<Record<string, MetricNoise>> {
  return Object.fromEntries(
    figureNames(settings).flatMap((name) => {
      const differences = logRatios(rounds, EQUAL_ARMS, name).filter(Number.isFinite)
      if (differences.length < 2) return []
      const logs = rounds
        .flatMap((round) => Object.values(round).map(({ figures }) => figures[name]))
        .filter((value): value is number => typeof value === 'number' && value > 0)
        .map(Math.log)
      return [[name, noiseOf(moments(differences).deviation, moments(logs).deviation)] as const]
    }),
  )
}

function noiseOf(pairToPair: number, runToRun: number): MetricNoise {
  const detectable = (pairs: number) => detectableChange(pairToPair, pairs)
  return {
    runToRun,
    pairToPair,
    detectable: Object.fromEntries(TOLD_PAIRS.map((pairs) => [pairs, detectable(pairs)])),
    pairsFor: Object.fromEntries(TOLD_CHANGES.map((change) => [change, pairsThatFind(change / 100, detectable)])),
  }
}

function pairsThatFind(change: number, detectable: (pairs: number) => number): number | null {
  for (let pairs = FEWEST_PAIRS; pairs <= MOST_PAIRS; pairs += 2) if (detectable(pairs) <= change) return pairs
  return null
}

/**
 * What a pair takes in real time, washout and all: of the whole log, what lay between two sessions left out. The log tells of at least one run that
 * has ended.
 */
export function pairTakes(lines: readonly ExperimentLine<unknown>[]): Micros {
  let [spent, runs] = [0, 0]
  let since: number | undefined
  for (const line of lines) {
    const at = Date.parse(line.at)
    if (since !== undefined && !('resumed' in line)) spent += at - since
    if ('ended' in line) runs++
    since = 'resumed' in line ? undefined : at
  }
  return milliseconds((2 * spent) / runs)
}

/** Up to here every way to flip is judged; above it so many drawn ones. */
const MOST_FLIPPED = 8
const DRAWN_FLIPS = 500

/**
 * Of equal arms nobody can say which is the first: every way to give the pairs' differences their signs is as likely as the one seen. The
 * share of them that the primary metric's rule would call a regression. 0 where there are no pairs.
 */
export function falseAlarms(rounds: readonly Round[], settings: ComparisonSettings): number {
  const differences = logRatios(rounds, EQUAL_ARMS, settings.primary)
  const n = differences.length
  if (n === 0) return 0
  const better = betterOf(figureName(settings.primary))
  const random = keyed(settings.seed, 'flips')
  const flips =
    n <= MOST_FLIPPED
      ? Array.from({ length: 2 ** n }, (_, pattern) => differences.map((value, at) => ((pattern >> at) & 1 ? -value : value)))
      : Array.from({ length: DRAWN_FLIPS }, () => differences.map((value) => (random() < 0.5 ? -value : value)))
  const alarms = flips.filter((flipped) => verdictOf(toWorse(logChange(flipped, LOOK_ALPHA), better), settings) === 'regressed')
  return alarms.length / flips.length
}
