import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { CapacityOrder, CapacitySearch } from '../../src/core/capacity.ts'
import type { PhaseSummary } from '../../src/core/phase-summary.ts'
import { micros, SECOND, seconds } from '../../src/core/units.ts'
import type { MadeTrial } from '../../src/judge/capacity/capacity-events.ts'
import type { CapacityProgress } from '../../src/judge/capacity/capacity-progress.ts'
import { bracketOf, levelsOf } from '../../src/judge/capacity/capacity-search.ts'
import { promised } from '../../src/judge/capacity/search-cost.ts'
import { type FrameOptions, searchFrame } from '../../src/report/capacity/live-frame.ts'
import { width } from '../../src/report/width.ts'

const search: CapacitySearch = {
  axis: 'rate',
  from: 1,
  to: 64,
  width: 0.05,
  trial: seconds(10),
  budget: { trials: 90, time: micros(3600 * SECOND) },
  mode: 'streaming',
  phase: 'steady',
  runs: 0,
  think: micros(0),
  seed: 1,
}
const phase = {} as PhaseSummary
const FINDINGS = { '+': 'held', x: 'missed', '?': 'spoiled' } as const

/** Trials as `1:+++ 32:xxx`, each of 20 s and 100 tokens; those behind a bar are proofs. */
function trialsOf(written: string): readonly MadeTrial[] {
  const votes = (text: string, purpose: MadeTrial['purpose']) =>
    text.split(' ').flatMap((level) => {
      const [load, findings = ''] = level.split(':')
      return [...findings].map((sign): MadeTrial => {
        const finding = FINDINGS[sign as keyof typeof FINDINGS]
        return { load: Number(load), purpose, finding, spentUs: 20 * SECOND, tokens: 100, run: 'r', began: 0, because: '', phase }
      })
    })
  const [levels = '', proofs = ''] = written.split('|')
  return [...votes(levels, 'level'), ...votes(proofs, 'verify')]
}

interface Going extends Partial<FrameOptions> {
  readonly order?: Omit<CapacityOrder, 'seed'>
  readonly asked?: Partial<CapacitySearch>
  readonly done?: number
}

const NUMBERS = ['12 in flight', '18.1/s', 'p50 200 ms', 'p95 850 ms', '40 ended', '0 failed']

/** The frame after these trials with this run under way. */
function frame(written: string | undefined, { order, asked, done = 0.4, ...options }: Going = {}): readonly string[] {
  const trials = trialsOf(written ?? '')
  const unloaded = { p50: micros(200_000), tokensPerRun: 10, phase }
  const settings = { axis: 'rate', from: 1, top: 64, width: 0.05, budget: { trials: 90 } } as const
  const bounded = { unloaded, settings, promised: promised({ ...search, ...asked }, 64, unloaded) }
  const sum = (of: (trial: MadeTrial) => number) => trials.reduce((all, trial) => all + of(trial), 0)
  const spent = { time: sum(({ spentUs }) => spentUs), tokens: sum(({ tokens }) => tokens), runs: 0 }
  const next = { kind: 'over', end: 'found' } as const
  const progress: CapacityProgress = { spent, trials, next, ...bracketOf(levelsOf(trials)), ...(written !== undefined && bounded) }
  const now = order && { order: { ...order, seed: 1 }, done, left: 5_200_000, numbers: NUMBERS }
  return searchFrame(
    { search: { ...search, ...asked }, progress, now },
    { columns: 80, rows: 30, colour: 'off', glyphs: 'unicode', ...options },
  )
}

const CLIMB = '1:+++ 2:+++ 4:+?++'
const CLOSING = '1:+++ 2:+++ 4:+++ 8:+++ 16:+++ 32:xxx 22.63:xxx 19.03:+++ 20.75:x+xx 19.87:+x'
const PROVEN = '1:+++ 2:+++ 4:+++ 8:+++ 16:+++ 32:xxx 22.63:xxx 19.03:+++ 20.75:xxx 19.87:+x++|19.87:+ 20.75:x'
const level = (load: number) => ({ purpose: 'level', load }) as const
const lines = (text: string) => text.split('\n').slice(1, -1)

describe('a search as it is drawn while it goes on', () => {
  test('before there is a bound, the run under way alone', () => {
    expect(frame(undefined, { order: { purpose: 'unloaded', load: 1 } })).toEqual([
      'one run at a time  █████████░░░░░░░░░░░░░░░  6 s left',
      '12 in flight  18.1/s  p50 200 ms  p95 850 ms  40 ended  0 failed',
    ])
  })

  test('before anything is decided, an axis without a bracket', () => {
    expect(frame('1:+', { order: level(1) }).slice(0, 7)).toEqual(
      lines(`
streaming, runs per second

  •
  ✓
──┼─────────────────────────────────────────────────────────────────────────
  1
nothing is decided yet
`),
    )
  })

  test('in the climb the bracket is open above the highest load that holds; a trial that we spoiled is no vote', () => {
    expect(frame(CLIMB, { order: level(8) })).toEqual(
      lines(`
streaming, runs per second
                                                 ✓
  ✓                       ✓                      ✓
  ✓                       ✓                      ?
  ✓                       ✓                      ✓                       •
──┼───────────────────────┼──────────────────────[══════════════════════════
  1                       2                      4                       8
4/s holds; nothing is too much yet
8/s, vote 1 of ≤ 5  █████████░░░░░░░░░░░░░░░  6 s left
12 in flight  18.1/s  p50 200 ms  p95 850 ms  40 ended  0 failed
10 of about 40 trials, 3 min 20 s of about 14 min
1\u202f000 of about 240\u202f000 tokens
`),
    )
  })

  test('where the lowest load is too much already, it is open below', () => {
    expect(frame('1:xxx', { order: { purpose: 'verify', load: 1 } }).slice(4, 8)).toEqual(
      lines(`
  ✗
══]─────────────────────────────────────────────────────────────────────────
  1
1/s is too much; nothing holds yet
`),
    )
  })

  test('then it closes: `[` holds, `]` is too much, what is under way is a dot between them', () => {
    expect(frame(CLOSING, { order: level(19.87) })).toEqual(
      lines(`
streaming, runs per second
                                                                ✗
  ✓             ✓             ✓              ✓             ✓  ✓•✗ ✗      ✗
  ✓             ✓             ✓              ✓             ✓  ✓✗✓ ✗      ✗
  ✓             ✓             ✓              ✓             ✓  ✓✓✗ ✗      ✗
──┼─────────────┼─────────────┼──────────────┼─────────────┼──[═]─┼──────┼──
  1             2             4              8           19.03  20.75   32
19.03/s holds; 20.75/s is too much; 9.04 % apart, 5 % sought
19.87/s, vote 3 of ≤ 5  █████████░░░░░░░░░░░░░░░  6 s left
12 in flight  18.1/s  p50 200 ms  p95 850 ms  40 ended  0 failed
30 of about 40 trials, 10 min of about 14 min, 3\u202f000 of about 240\u202f000 tokens
`),
    )
  })

  test('in 50 columns of a terminal that knows no other characters nothing is lost: what has no room goes on in a line of its own', () => {
    expect(frame(CLOSING, { order: level(19.87), columns: 50, glyphs: 'ascii' })).toEqual(
      lines(`
streaming, runs per second
                                       x
  +       +       +        +       + +oxx  x
  +       +       +        +       + +x+x  x
  +       +       +        +       + ++xx  x
--|-------|-------|--------|-------|-[=]|--|--
  1       2       4        8    19.03  20.75
19.03/s holds; 20.75/s is too much
9.04 % apart, 5 % sought
19.87/s, vote 3 of <= 5  ####.......  6 s left
12 in flight  18.1/s  p50 200 ms  p95 850 ms
40 ended  0 failed
30 of about 40 trials, 10 min of about 14 min
3,000 of about 240,000 tokens
`),
    )
  })

  test('each end says whether it is proven, and between two runs it says what is waited for', () => {
    const drawn = frame(PROVEN)
    expect(drawn).toContain('19.87/s holds, proven; 20.75/s is too much, proven; 4.43 % apart, 5 % sought')
    expect(drawn).toContain('waiting until nothing is under way')
    expect(frame(PROVEN, { order: { purpose: 'probe', load: 1 } }).join('\n')).toContain('is it at rest again?  █')
  })

  test('of slots it speaks as such, and of a budget that is smaller than the worst case', () => {
    const asked = { axis: 'concurrency', budget: { trials: 9, time: seconds(60), tokens: 500 } } as const
    const drawn = frame('1:+++ 2:xxx', { order: level(1), asked }).join('\n')
    expect(drawn).toContain('streaming, slots\n')
    expect(drawn).toContain('1 slot holds; 2 slots is too much')
    expect(drawn).toContain('6 of ≤ 9 trials, 2 min of ≤ 1 min, 600 of ≤ 500 tokens')
  })

  test('every load has a column of its own, however narrow the bracket and the terminal', () => {
    const many = '1:+++ 2:+++ 4:+++ 8:+++ 16:+++ 32:xxx 20:xxx 18:+++ 19:+++ 19.5:xxx 19.2:xxx 19.1:+++ 19.15:xxx'
    const [axis, ...more] = frame(many, { columns: 40 }).filter((line) => line.includes('[') || line.includes('┼'))
    expect(more).toEqual([])
    expect(axis!.match(/[┼[\]]/g)).toHaveLength(13)
    expect(axis).toMatch(/^[─┼]+\[\][─┼]+$/)
  })

  test.each([40, 41, 50, 67, 80, 200])('in %i columns no line is wider than the terminal, with room for an echoed ^C', (columns) => {
    for (const glyphs of ['unicode', 'ascii'] as const)
      for (const written of [undefined, '', CLIMB, CLOSING, PROVEN])
        for (const order of [undefined, level(8), { purpose: 'probe', load: 1 } as const, { purpose: 'ceiling', load: 1 } as const])
          for (const line of frame(written, { columns, glyphs, ...(order && { order }) }))
            expect(width(line)).toBeLessThanOrEqual(columns - 4)
  })

  test('where the terminal is too low for the picture, words must do', () => {
    const order = level(19.87)
    expect(frame(CLOSING, { order, rows: 12 })).toHaveLength(11)
    const low = frame(CLOSING, { order, rows: 11 })
    expect(low).toHaveLength(3)
    expect(low[0]).toMatch(/^19\.87\/s, vote 3 of ≤ 5 {2}█/)
  })

  test('the bar is full at the end and empty at the beginning', () => {
    expect(frame(CLIMB, { order: level(8), done: 0 }).join('')).not.toContain('█')
    expect(frame(CLIMB, { order: level(8), done: 1 }).join('')).not.toContain('░')
  })

  test('a terminal is only asked for what it knows', () => {
    const order = level(19.87)
    expect(frame(CLOSING, { order, glyphs: 'ascii' }).join('')).toMatch(/^[ -~]*$/)
    const plain = frame(CLOSING, { order }).join('\n')
    const coloured = frame(CLOSING, { order, colour: 'on' }).join('\n')
    expect(plain).not.toContain('\u001b')
    expect(coloured).toContain('\u001b[32m✓')
    expect(stripVTControlCharacters(coloured)).toBe(plain)
  })
})
