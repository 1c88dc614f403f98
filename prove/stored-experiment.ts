import type { ArmReading, StoredSettings, Verdict } from '../src/core/comparison.ts'
import { keyed } from '../src/core/random.ts'
import { judgeSides } from '../src/judge/comparison/judge-sides.ts'
import { quantile } from '../src/stats/order.ts'
import type { Law } from './law.ts'
import { target } from './law.ts'
import { FIGURE, readingOf } from './paired-experiment.ts'

const SETTINGS: StoredSettings = { primary: FIGURE, informing: [], margin: 0.1, noise: 0.03 }

/** A question to the comparison of stored runs: so many of the baseline, then so many of the candidate. */
export interface StoredQuestion {
  readonly law: Law
  /** Of every response time of the candidate, relative. */
  readonly change: number
  readonly before: number
  readonly after: number
}

/** The verdict that `flowbench compare <baseline> <candidate>` would give, by the same code. */
export function storedExperiment({ law, change, before, after }: StoredQuestion, seed: number): Verdict {
  const run = target(law, keyed(seed, 'stored times'))
  const readings = (count: number, by: number): readonly ArmReading[] =>
    Array.from({ length: count }, () => readingOf(Math.exp(quantile(run(by).sort(), 0.95)!), law.exchanges))
  const baseline = readings(before, 0)
  return judgeSides({ baseline, candidate: readings(after, Math.log1p(change)) }, SETTINGS).verdict
}
