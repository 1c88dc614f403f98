import { exponential, keyed, normal, type Random } from '../src/core/random.ts'
import { effectiveCount } from '../src/stats/autocorrelation.ts'
import { clopperPearson } from '../src/stats/binomial.ts'
import { quantile, scaledRanks } from '../src/stats/order.ts'
import { pairedInterval, studentInterval } from '../src/stats/paired.ts'
import { type Interval, signFlipInterval } from '../src/stats/sign-flip.ts'
import { welch, welchHalfWidth } from '../src/stats/welch.ts'
import { REQUIRED_LAW, target } from './law.ts'
import { neighbourCount } from './neighbour-correlation.ts'

/** How often an interval held the truth, and how often there was one. */
export interface Coverage {
  readonly held: number
  readonly intervals: number
  readonly tried: number
}

type Cover = (random: Random) => boolean | undefined

/** Laws of a difference that are symmetric about 0. */
const SYMMETRIC: Readonly<Record<string, (random: Random) => number>> = {
  normal,
  uniform: (random) => random() - 0.5,
  Laplace: (random) => exponential(random) - exponential(random),
  'Student with 3 degrees of freedom': (random) => {
    const squares = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2
    return normal(random) / Math.sqrt(squares / 3)
  },
}

const drawn = (n: number, law: (random: Random) => number, random: Random): readonly number[] =>
  Array.from({ length: n }, () => law(random))

const holds = (interval: Interval | undefined, truth: number): boolean | undefined =>
  interval && interval.low <= truth && truth <= interval.high

/** Differences of pairs of runs of the required law, between equal arms. */
function pairsOfRuns(n: number, random: Random): readonly number[] {
  const run = target(REQUIRED_LAW, random)
  const p95 = () => quantile(run(0).sort(), 0.95)!
  return Array.from({ length: n }, (_, round) => (round % 2 === 0 ? -p95() + p95() : p95() - p95()))
}

const PAIRS = [8, 16]
const shape = Object.entries(SYMMETRIC)

/** Every interval that is held to a coverage by itself; names are printed. */
export const APPROXIMATE: Readonly<Record<string, Cover>> = {
  ...Object.fromEntries(
    PAIRS.flatMap((n): [string, Cover][] => [
      [`Student, ${n} pairs of runs of the required law`, (random) => holds(studentInterval(pairsOfRuns(n, random), 0.05), 0)],
      [`Student, ${n} normal differences`, (random) => holds(studentInterval(drawn(n, normal, random), 0.05), 0)],
    ]),
  ),
  'Welch, 8 runs against 8 of twice the scatter': (random) => {
    const compared = welch(
      drawn(8, normal, random),
      drawn(8, (draw) => 2 * normal(draw), random),
    )!
    return Math.abs(compared.difference) <= welchHalfWidth(compared, 0.05)
  },
}

export const EXACT: Readonly<Record<string, Cover>> = {
  ...Object.fromEntries(
    PAIRS.flatMap((n) =>
      shape.map(([name, law]): [string, Cover] => [
        `sign flips, ${n}, ${name}`,
        (random) => holds(signFlipInterval(drawn(n, law, random), 0.05), 0),
      ]),
    ),
  ),
  ...Object.fromEntries(
    PAIRS.flatMap((n) =>
      shape.map(([name, law]): [string, Cover] => [
        `union, ${n}, ${name}`,
        (random) => holds(pairedInterval(drawn(n, law, random), 0.05), 0),
      ]),
    ),
  ),
  ...Object.fromEntries(
    PAIRS.map((n): [string, Cover] => [
      `union, ${n} pairs of runs of the required law`,
      (random) => holds(pairedInterval(pairsOfRuns(n, random), 0.05), 0),
    ]),
  ),
  'union, both looks at 97.06 % together, required law': (random) => {
    const differences = pairsOfRuns(16, random)
    return holds(pairedInterval(differences.slice(0, 8), 0.0294), 0) && holds(pairedInterval(differences, 0.0294), 0)
  },
  ...Object.fromEntries(
    [0.5, 0.95, 0.99].map((p): [string, Cover] => [
      `order statistics of 600 independent numbers, p${p * 100}`,
      (random) => {
        const ascending = Float64Array.from({ length: 600 }, () => random()).sort()
        const ranks = scaledRanks(600, 600, p)!
        return ascending[ranks.low - 1]! <= p && p <= ascending[ranks.high - 1]!
      },
    ]),
  ),
  ...Object.fromEntries(
    [0.01, 0.2].map((share): [string, Cover] => [
      `Clopper–Pearson, 200 exchanges, share ${share * 100} %`,
      (random) => {
        let failures = 0
        for (let i = 0; i < 200; i++) if (random() < share) failures++
        return holds(clopperPearson(failures, 200), share)
      },
    ]),
  ),
}

/** Coverage of one of these over `trials` trials, drawn by its name. */
export function coverage(
  cover: Cover,
  { name, trials, seed }: { readonly name: string; readonly trials: number; readonly seed: number },
): Coverage {
  let [held, intervals] = [0, 0]
  for (let trial = 0; trial < trials; trial++) {
    const held1 = cover(keyed(seed, 'coverage', name, trial))
    if (held1 === undefined) continue
    intervals++
    if (held1) held++
  }
  return { held, intervals, tried: trials }
}

/** How many independent numbers a run counts as: by the sum of all correlations, as flowbench does, and by the neighbour alone. */
export const COUNTS = { sum: effectiveCount, neighbour: neighbourCount } as const

/** Exchanges between two runs cut from one series, so that one hardly knows of the other. */
const APART = 300

/** Coverage of the within-run intervals of runs of `length` exchanges cut from one long series whose own quantile is the truth. */
export function withinRun(
  series: Float64Array,
  { length, p, count }: { readonly length: number; readonly p: number; readonly count: (run: Float64Array) => number },
): Coverage {
  const truth = quantile(series.slice().sort(), p)!
  let [held, intervals, tried] = [0, 0, 0]
  for (let from = 0; from + length <= series.length; from += length + APART) {
    const run = series.subarray(from, from + length)
    const ranks = scaledRanks(length, count(run), p)
    tried++
    if (!ranks) continue
    const ascending = run.slice().sort()
    intervals++
    if (ascending[ranks.low - 1]! <= truth && truth <= ascending[ranks.high - 1]!) held++
  }
  return { held, intervals, tried }
}
