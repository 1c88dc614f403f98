import type { HistoryEntry } from '../../src/core/history.ts'
import { keyed, normal } from '../../src/core/random.ts'

const DAY = 86_400_000
const FIRST = Date.parse('2026-09-01T04:00:00.000Z')

export type MadeEntry = Partial<HistoryEntry> & {
  /** response_time p95 in µs; p50 is half of it. */
  readonly p95?: number
}

/** The entry of run number `n`, one a day. */
export function historyEntryOf(n: number, { p95 = 1e6, ...over }: MadeEntry = {}): HistoryEntry {
  const start = new Date(FIRST + n * DAY).toISOString()
  return {
    schema: 'flowbench-history',
    version: 1,
    run: `${start.slice(0, 10).replaceAll('-', '')}T040000Z-${String(n).padStart(4, '0')}`,
    name: 'translate',
    start,
    commit: (0xabc000 + n).toString(16).padStart(40, '0').split('').reverse().join(''),
    branch: 'main',
    planHash: '3fa9c1d2'.repeat(8),
    machine: { print: 'aaaaaaaaaaa', words: '2 × Any CPU, 8 GB, linux x64' },
    versions: { flowbench: '0.1.0', node: '24.9.0' },
    valid: true,
    caveats: [],
    exitCode: 0,
    figures: { 'response_time p95': { value: p95, low: 0.96 * p95, high: 1.05 * p95 }, 'response_time p50': { value: p95 / 2 } },
    failures: { count: 0, of: 200 },
    work: { tokens: 100, steps: 3, chunks: 40 },
    exchanges: 240,
    tokens: 24_000,
    seconds: 30,
    ...over,
  }
}

/** A run a day that scatters by 5 %, with steps: [first run, relative change]. */
export function noisyHistory(runs: number, steps: readonly (readonly [number, number])[], key: number): readonly HistoryEntry[] {
  const random = keyed(key, 'history of runs')
  return Array.from({ length: runs }, (_, n) => {
    const level = steps.reduce((sum, [from, change]) => sum + (n >= from ? Math.log1p(change) : 0), 0)
    return historyEntryOf(n, { p95: 1e6 * Math.exp(level + 0.05 * normal(random)) })
  })
}
