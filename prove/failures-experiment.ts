import type { FailureJudgement, Round } from '../src/core/comparison.ts'
import { keyed, type Random } from '../src/core/random.ts'
import { judgeFailures } from '../src/judge/comparison/failure-growth.ts'
import { readingOf } from './paired-experiment.ts'

/** Every exchange fails by itself, with its arm's chance. */
export interface FailuresQuestion {
  readonly exchanges: number
  readonly baseline: number
  readonly candidate: number
}

const PAIRS = 8

/** What is said of failures at the first look, and where that is neither `grown` nor `not-grown`, at the second. */
export function failuresExperiment(
  { exchanges, baseline, candidate }: FailuresQuestion,
  seed: number,
): { readonly verdict: FailureJudgement['verdict']; readonly look: 1 | 2 } {
  const random = keyed(seed, 'failures')
  const run = (chance: number) => ({ ...readingOf(1, exchanges), failures: { count: failing(exchanges, chance, random), of: exchanges } })
  const rounds = Array.from({ length: 2 * PAIRS }, (): Round => ({ baseline: run(baseline), candidate: run(candidate) }))
  const at = (pairs: number) => judgeFailures(rounds.slice(0, pairs), { baseline: 'baseline', candidate: 'candidate' }).verdict
  const first = at(PAIRS)
  return first === 'may-have-grown' ? { verdict: at(2 * PAIRS), look: 2 } : { verdict: first, look: 1 }
}

function failing(exchanges: number, chance: number, random: Random): number {
  let count = 0
  for (let n = 0; n < exchanges; n++) if (random() < chance) count++
  return count
}
