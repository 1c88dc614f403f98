import type { HistoryEntry } from '../src/core/history.ts'
import { keyed, normal, wholeBetween } from '../src/core/random.ts'
import { concludeHistory } from '../src/judge/history/history.ts'
import { FIGURE } from './paired-experiment.ts'

/** A question to a history of runs whose figure scatters: where did it change? */
export interface HistoryQuestion {
  /** Standard deviation from run to run, in logarithms. */
  readonly scatter: number
  /** Relative; 0 for none. */
  readonly step: number
}

export const RUNS = 60
/** A change that is found so near to where it was is found. */
const NEAR = 5
/** Runs on either side of a step. */
const MARGIN = 10

/** What is found in one history: the step that was planted, changes that nobody planted. */
export function historyExperiment({ scatter, step }: HistoryQuestion, seed: number): { readonly found: boolean; readonly others: number } {
  const random = keyed(seed, 'history')
  const at = wholeBetween(random, MARGIN, RUNS - MARGIN)
  const entries = Array.from({ length: RUNS }, (_, n) => entryOf(n, Math.exp(scatter * normal(random) + (n >= at ? Math.log1p(step) : 0))))
  const [series] = concludeHistory(entries, { figures: [FIGURE], last: RUNS }).series
  const places = series!.trends[0]!.changes.map(({ run }) => Number(run))
  const near = places.filter((place) => step !== 0 && Math.abs(place - at) <= NEAR)
  return { found: near.length > 0, others: places.length - Math.min(1, near.length) }
}

const entryOf = (n: number, value: number): HistoryEntry => ({
  schema: 'flowbench-history',
  version: 1,
  run: String(n),
  name: 'simulated',
  start: new Date(n * 86_400_000).toISOString(),
  planHash: '',
  machine: { print: '', words: '' },
  versions: { flowbench: '', node: '' },
  valid: true,
  caveats: [],
  exitCode: 0,
  figures: { [FIGURE]: { value } },
  failures: { count: 0, of: 1 },
  work: {},
  exchanges: 1,
  tokens: 0,
  seconds: 1,
})
