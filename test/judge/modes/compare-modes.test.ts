import { describe, expect, test } from 'vitest'
import { compareModes, type RunsOfPair } from '../../../src/judge/modes/compare-modes.ts'
import { type MadeRun, modePairs, modeRun } from '../../helpers/modes.ts'

const compared = (pairs: readonly RunsOfPair[], arms: readonly string[] = ['old', 'fresh']) =>
  compareModes(pairs, { arms, alpha: 0.0294, noise: 0.03 })

/** Up to 2 ms to both sides, another in each pair. */
const wobble = (pair: number) => [1, -2, 2, -1, 1, -1, 2, -2][pair]! * 1000
const blocking =
  (heavy: Partial<MadeRun['heavy']> = {}) =>
  (pair: number): MadeRun => ({
    heavy: { rate: 20, end: 1_000_000 + wobble(pair), ...heavy },
    light: { rate: 4, end: 1_000_000 + wobble(pair) },
  })
const streaming =
  (heavy: Partial<MadeRun['heavy']> = {}, end = 1_040_000) =>
  (pair: number): MadeRun => ({
    light: { rate: 4, output: 300_000, end: end - wobble(pair) },
    heavy: { rate: 20, output: 300_000, end: end - wobble(pair), ...heavy },
  })

describe('arms of different modes', () => {
  test('are held against each other phase by phase, the lightest first, whichever arm comes first', () => {
    const found = compared(modePairs(blocking(), streaming()))!
    expect(found.arms).toEqual({ blocking: 'old', streaming: 'fresh' })
    expect(found.phases.map(({ phase }) => phase)).toEqual(['light', 'heavy'])
    expect(found.phases[0]!.figures['first_output p50']!.difference!.estimate).toBeCloseTo(-700_000)
    expect(found.phases[0]!.figures['bytes mean']!.difference).toEqual({ estimate: 7500, low: 7500, high: 7500 })
    expect(compared(modePairs(blocking(), streaming()), ['fresh', 'old'])).toEqual(found)
  })

  test('are not, where the modes are the same, where an arm has both, and where no phase is in both', () => {
    const same = [{ old: modeRun('blocking', blocking()(0)), fresh: modeRun('blocking', blocking()(1)) }]
    expect(compared(same)).toBeUndefined()
    const mixed = modeRun('streaming', streaming()(0))
    const both = { ...mixed, phases: { ...mixed.phases, heavy: { ...mixed.phases['heavy']!, mode: 'blocking' as const } } }
    expect(compared([{ old: modeRun('blocking', blocking()(0)), fresh: both }])).toBeUndefined()
    expect(compared(modePairs(blocking(), () => ({ other: { rate: 4, output: 1, end: 2 } })))).toBeUndefined()
  })

  test('tell of a warm-up nothing', () => {
    const warm = (run: (pair: number) => MadeRun) => (pair: number) => ({ ...run(pair), 'warm-up': { rate: 1, end: 1, measured: false } })
    expect(compared(modePairs(warm(blocking()), warm(streaming())))!.phases).toHaveLength(2)
  })

  test('a first output or end that never came is endless, and nothing is told that is not there', () => {
    const unanswered = (pair: number): MadeRun => ({ ...streaming()(pair), heavy: { rate: 20, failures: 100 } })
    const { phases, advice } = compared(modePairs(blocking(), unanswered))!
    const { figures, failures } = phases[1]!
    expect(figures['first_output p50']).toMatchObject({ streaming: {}, blocking: { estimate: 1_000_000 } })
    expect(figures['first_output p50']!.difference!.estimate).toBeUndefined()
    expect(figures['first_event p50']!.blocking).toBeUndefined()
    expect(failures).toEqual({ streaming: { count: 800, of: 800 }, blocking: { count: 0, of: 800 } })
    expect(advice[1]).toMatch(/with streaming the first output never comes, as it does with blocking, and the end never comes/)
  })
})

describe('what is said of a difference', () => {
  test('that a shift within chance is not proven', () => {
    const jumpy = (pair: number) => streaming({}, 1_000_000 + (pair % 2 === 0 ? 60_000 : -40_000))(pair)
    const { phases, advice } = compared(modePairs(blocking(), jumpy))!
    expect(phases[0]!.figures['response_time p50']!.proven).toBe(false)
    expect(advice[0]).toMatch(/the end comes 10 ms later \(\d+(\.\d)? ms earlier to \d+(\.\d)? ms later, not proven\)/)
    expect(advice.at(-1)).toContain('costs a program that needs the whole answer nothing beyond noise')
  })

  test.each([
    [1_040_000, 'streaming serves people who read along, and blocking a program that needs the whole answer'],
    [1_010_000, 'costs a program that needs the whole answer nothing beyond noise'],
    [700_000, 'streaming serves everybody'],
  ])('where streaming ends after %i µs: %s', (end, words) => {
    expect(compared(modePairs(blocking(), streaming({}, end)))!.advice.at(-1)).toContain(words)
  })

  test('that streaming gains nobody anything where its text comes at its end', () => {
    const whole = (pair: number) => ({ light: { rate: 4, output: 1_100_000 + wobble(pair), end: 1_100_000 + wobble(pair) } })
    expect(compared(modePairs(blocking(), whole))!.advice.at(-1)).toContain('blocking serves better')
  })
})

describe('which mode gives way first', () => {
  const way = (one: Partial<MadeRun['heavy']>, other: Partial<MadeRun['heavy']>) => {
    const { first, advice } = compared(modePairs(blocking(one), streaming(other)))!
    return { ...first, words: advice.join(' ') }
  }

  test.each([
    [
      { overload: 'api-cpu' },
      {},
      'blocking',
      'Above 4/s blocking gives way first (8 of 8 pairs). Blocking at 20/s, api-cpu (8 of 8 runs): It was api-cpu. Look at `KNOB`. Streaming held up to 20/s.',
    ],
    [{}, { overload: 'workers' }, 'streaming', 'above it blocking is the one that carries more.'],
    [{ overload: 'api-cpu' }, { overload: 'workers' }, 'both', 'Both modes gave way in the same phase (8 of 8 pairs)'],
    [{}, {}, 'neither', 'Neither mode gave way up to 20/s (8 of 8 pairs)'],
    [
      { failures: 5 },
      { failures: 1 },
      'blocking',
      'Blocking at 20/s, failures (8 of 8 runs): 5 exchanges failed at 20/s poisson (5 %), against 0 % at the lightest load.',
    ],
  ] as const)('%o against %o: %s', (one, other, mode, words) => {
    const found = way(one, other)
    expect(found.mode).toBe(mode)
    expect(found.words).toContain(words)
  })

  test('is what most pairs say, and not clear where they do not agree', () => {
    const some = (share: number) => compared(modePairs((pair) => blocking(pair < share ? { overload: 'api-cpu' } : {})(pair), streaming()))!
    expect(some(6).first).toEqual({ mode: 'blocking', pairs: 6 })
    expect(some(4).first).toEqual({ mode: 'unclear', pairs: 4 })
    expect(some(4).advice.join(' ')).toContain('not clear')
    // A few runs that gave way are told of, and no mode is said to have held where one of its runs did not.
    expect(some(3).first).toEqual({ mode: 'neither', pairs: 5 })
    expect(some(3).advice.join(' ')).toContain('Neither mode gave way up to 20/s (5 of 8 pairs)')
    expect(some(3).advice.join(' ')).toContain('Blocking at 20/s, api-cpu (3 of 8 runs)')
  })

  test('already at the lightest load where there the limit of the app was met', () => {
    const limited = (pair: number): MadeRun => ({ ...blocking()(pair), light: { rate: 4, end: 1_000_000, overload: 'limit' } })
    const { advice } = compared(modePairs(limited, streaming()))!
    expect(advice.join(' ')).toContain('Already at 4/s blocking gives way first')
    expect(advice.at(-1)).toBe('So at each of these loads streaming is the one that carries more.')
  })
})
