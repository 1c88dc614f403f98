import type { ArmReading, ComparisonSettings, Verdict } from '../src/core/comparison.ts'
import { keyed, wholeBetween } from '../src/core/random.ts'
import { advance, begin } from '../src/judge/comparison/experiment.ts'
import { quantile } from '../src/stats/order.ts'
import { type Law, target } from './law.ts'

/** What simulated runs are compared by. */
export const FIGURE = 'response_time p95'
const SETTINGS: Omit<ComparisonSettings, 'seed'> = { primary: FIGURE, informing: [], margin: 0.1, noise: 0.03, pairs: 8 }

/** A question to the method: what the candidate truly is, and under which law. */
export interface Question {
  readonly law: Law
  /** Of every response time of the candidate, relative: 0.15 is 15 % slower. */
  readonly change: number
}

/** One experiment as `flowbench compare` would lead it, by the same code: its verdict and how many runs it took. */
export function pairedExperiment({ law, change }: Question, seed: number): { readonly verdict: Verdict; readonly runs: number } {
  const run = target(law, keyed(seed, 'times'))
  let progress = begin({ arms: ['baseline', 'candidate'], settings: { ...SETTINGS, seed: wholeBetween(keyed(seed, 'order'), 0, 2 ** 31) } })
  let runs = 0
  while (progress.next.kind === 'run') {
    const { order } = progress.next
    const times = run(order.arm === 'candidate' ? Math.log1p(change) : 0).sort()
    progress = advance(progress, { order, reading: readingOf(Math.exp(quantile(times, 0.95)!), law.exchanges) })
    runs++
  }
  return { verdict: progress.looks.at(-1)!.judgements[0]!.verdict, runs }
}

/** A simulated run as a comparison sees it. */
export const readingOf = (p95: number, exchanges: number): ArmReading => ({
  figures: { [FIGURE]: p95 },
  failures: { count: 0, of: exchanges },
  work: { modes: ['streaming'] },
  fitness: { kind: 'sound' },
})
