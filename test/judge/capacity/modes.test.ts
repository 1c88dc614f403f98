import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CapacitySummary } from '../../../src/core/capacity-summary.ts'
import type { Mode } from '../../../src/core/sample.ts'
import { seconds } from '../../../src/core/units.ts'
import { concludeModes, endOf } from '../../../src/judge/capacity/capacity-modes.ts'
import { modeBudget } from '../../../src/judge/capacity/mode-budget.ts'
import { modeSentences } from '../../../src/judge/capacity/mode-sentences.ts'
import { servesMore } from '../../../src/judge/capacity/serves-more.ts'
import { modesHeader, searched } from '../../helpers/capacity.ts'

const found = await searched('blocking')

interface Bracket {
  readonly lower?: number
  readonly upper?: number
  readonly proven?: boolean
  readonly axis?: 'rate' | 'concurrency'
}

const answer = (mode: Mode, { lower, upper, proven = true, axis = 'rate' }: Bracket): CapacitySummary => ({
  ...found,
  mode,
  axis,
  unit: axis === 'rate' ? 'runs per second' : 'slots',
  lower: lower ?? null,
  upper: upper ?? null,
  verified: proven && lower !== undefined ? lower : null,
  levels: [
    ...(lower === undefined ? [] : [{ load: lower, verdict: 'held' as const, held: 3, trials: 3, proven }]),
    ...(upper === undefined ? [] : [{ load: upper, verdict: 'missed' as const, held: 0, trials: 3, proven }]),
  ],
})

const both = (blocking: Bracket, streaming: Bracket) => ({
  blocking: answer('blocking', blocking),
  streaming: answer('streaming', streaming),
})
const told = (answers: ReturnType<typeof both>) => modeSentences(['blocking', 'streaming'], answers, servesMore(answers))

describe('which mode serves more', () => {
  test('is said where the brackets do not overlap, by how much at least and at most', () => {
    const answers = both({ lower: 16, upper: 20 }, { lower: 24, upper: 30 })
    expect(servesMore(answers)).toEqual({ serves: 'streaming', proven: true, least: 24 / 20 - 1, most: 30 / 16 - 1 })
    expect(told(answers)[0]).toBe(
      'Streaming serves more: between 20 % and 87.5 % more runs per second than blocking (24–30/s against 16–20/s).',
    )
  })

  test('is not said where they overlap or touch', () => {
    expect(servesMore(both({ lower: 16, upper: 20 }, { lower: 19, upper: 23 })).serves).toBeNull()
    expect(servesMore(both({ lower: 16, upper: 20 }, { lower: 20, upper: 23 })).serves).toBeNull()
    expect(told(both({ lower: 16, upper: 20 }, { lower: 19, upper: 23 }))[0]).toBe(
      'The brackets overlap (blocking 16–20/s, streaming 19–23/s): it cannot be said that one mode serves more than the other.',
    )
  })

  test('of slots it is said of neighbours too, since there is no slot between', () => {
    const answers = both({ lower: 6, upper: 7, axis: 'concurrency' }, { lower: 3, upper: 4, axis: 'concurrency' })
    expect(servesMore(answers)).toMatchObject({ serves: 'blocking', least: 1, most: 1 })
    expect(told(answers)[0]).toBe('Blocking serves more: 2 times the slots of streaming (6–7 slots against 3–4 slots).')
    expect(servesMore(both({ lower: 4, upper: 5, axis: 'concurrency' }, { lower: 3, upper: 4, axis: 'concurrency' })).serves).toBe(
      'blocking',
    )
  })

  test('is said without an end where none is known', () => {
    expect(told(both({ upper: 8 }, { lower: 16, upper: 20 }))[0]).toBe(
      'Streaming serves more: at least 2 times the runs per second of blocking (16–20/s against less than 8/s).',
    )
    expect(told(both({ lower: 8, upper: 10 }, { lower: 12 }))[0]).toContain('at least 20 % more runs per second than blocking')
    expect(told(both({ lower: 8, upper: 10 }, {}))[0]).toBe(
      'Which mode serves more cannot be said: an end of a bracket is not known (blocking 8–10/s, streaming nothing).',
    )
    expect(servesMore({ blocking: answer('blocking', { lower: 8, upper: 10 }) }).serves).toBeNull()
  })

  test('by votes alone is said as such', () => {
    const answers = both({ lower: 16, upper: 20, proven: false }, { lower: 24, upper: 30 })
    expect(servesMore(answers)).toMatchObject({ serves: 'streaming', proven: false })
    expect(told(answers)[1]).toContain('By votes alone')
    expect(told(both({ lower: 16, upper: 20 }, { lower: 24, upper: 30 })).join(' ')).not.toContain('By votes alone')
  })

  test('always comes with what it is worth: two deployments are compared', () => {
    expect(told(both({ lower: 16, upper: 20 }, { lower: 24, upper: 30 })).at(-1)).toContain('two deployments are compared')
  })
})

describe('a budget for both modes', () => {
  const whole = { trials: 21, time: seconds(100), tokens: 1000 }
  const spent = { trials: 4, time: seconds(30), tokens: 100, runs: 50 }

  test('leaves the first half of it, and the second what the first did not need', () => {
    expect(modeBudget(whole, { spent: [], toDo: 1 })).toEqual({ trials: 10, time: seconds(50), tokens: 500 })
    expect(modeBudget(whole, { spent: [spent], toDo: 0 })).toEqual({ trials: 17, time: seconds(70), tokens: 900 })
  })

  test('leaves a mode that goes on no more than the other has left, where that has yet to go on as well', () => {
    const most = { trials: 4, time: seconds(80), tokens: 100, runs: 50 }
    expect(modeBudget(whole, { spent: [most], toDo: 1 })).toEqual({ trials: 10, time: seconds(20), tokens: 500 })
  })

  test('is none where none was asked for, and waived where it was', () => {
    expect(modeBudget({ waived: true }, { spent: [spent], toDo: 0 })).toEqual({ waived: true })
  })

  test('is never passed by both together', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (tokens, used) => {
        const first = modeBudget({ tokens }, { spent: [], toDo: 1 }).tokens!
        const took = Math.min(first, used)
        const second = modeBudget({ tokens }, { spent: [{ trials: 1, time: 1, tokens: took, runs: 1 }], toDo: 0 }).tokens!
        expect(took + second).toBeLessThanOrEqual(tokens)
        expect(second).toBeGreaterThanOrEqual(Math.floor(tokens / 2))
      }),
    )
  })
})

describe('the end of a search in both modes', () => {
  test('has the graver code, with the reason of each', () => {
    const blocking = { exitCode: 12, exitReason: 'Exit code 12, since the budget leaves no room for the next trial.' }
    const streaming = { exitCode: 10, exitReason: 'Exit code 10, since the objectives are missed at the lowest load already (4/s).' }
    expect(endOf(['blocking', 'streaming'], { blocking, streaming })).toEqual({
      exitCode: 10,
      exitReason:
        'Exit code 10, since in blocking mode the budget leaves no room for the next trial; in streaming mode the objectives are missed at the lowest load already (4/s).',
    })
  })

  test('is unfinished while a mode was not begun', () => {
    const summary = concludeModes(modesHeader(['blocking', 'streaming']), { blocking: found })
    expect(summary).toMatchObject({ status: 'unfinished', serves: null, trials: found.trials })
    expect(summary.exitReason).toContain('streaming mode was not begun')
    expect(summary.sentences).toContain('The search in streaming mode is unfinished; flowbench capacity --resume goes on.')
  })
})
