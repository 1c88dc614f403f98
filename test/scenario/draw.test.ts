import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InputSet } from '../../src/core/plan.ts'
import { createDraw } from '../../src/scenario/draw.ts'

const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id }))
const set = (more: Partial<InputSet>): InputSet => ({ name: 'a', weight: 1, order: 'sequential', whenExhausted: 'repeat', ...more })
const draws = (inputs: readonly InputSet[], { seed = 1, run = 'r', user = 'u-{{run}}' } = {}) => createDraw({ seed, inputs, user }, { run })
const ids = (draw: ReturnType<typeof draws>, count: number, phase = 'p') =>
  Array.from({ length: count }, (_, n) => draw(phase, n, {})?.inputs['id'])

const MIXED: readonly InputSet[] = [
  set({ name: 'a', weight: 3, values: { x: '{{uuid}}', n: '{{n}}', r: '{{int 1 1000000}}' } }),
  set({ name: 'b', rows: rows(5), order: 'shuffled' }),
  set({ name: 'c', weight: 2, rows: rows(7) }),
  set({ name: 'd', rows: rows(50), order: 'random', values: { id: '{{row.id}}', w: '{{pick a b c d}}' } }),
]

describe('draws', () => {
  test('are the same for the same seed, in whatever order they are asked for', () => {
    const forward = draws(MIXED)
    const expected = Array.from({ length: 60 }, (_, n) => forward('p', n, {}))
    fc.assert(
      fc.property(fc.shuffledSubarray([...expected.keys()]), (order) => {
        const draw = draws(MIXED)
        for (const n of order) expect(draw('p', n, {})).toEqual(expected[n])
      }),
      { numRuns: 30 },
    )
  })

  test('of one phase do not depend on those of another', () => {
    const draw = draws(MIXED)
    const mixed = Array.from({ length: 40 }, (_, n) => [draw('p', n, {}), draw('q', n, {})][0])
    const alone = draws(MIXED)
    expect(mixed).toEqual(Array.from({ length: 40 }, (_, n) => alone('p', n, {})))
  })

  test('differ with the seed and with the phase', () => {
    const bodies = (seed: number, phase: string) =>
      JSON.stringify(Array.from({ length: 20 }, (_, n) => draws(MIXED, { seed })(phase, n, {})))
    expect(new Set([bodies(1, 'p'), bodies(2, 'p'), bodies(1, 'q')]).size).toBe(3)
  })

  test('a body differs with seed, phase and number, and so does a user', () => {
    const bodies = (seed: number, phase: string, n: number) =>
      draws([set({ values: { id: '{{uuid}}' } })], { seed, user: '{{uuid}}' })(phase, n, {})!
    const all = [bodies(1, 'p', 0), bodies(2, 'p', 0), bodies(1, 'q', 0), bodies(1, 'p', 1)]
    expect(new Set(all.map(({ inputs }) => inputs['id'])).size).toBe(4)
    expect(new Set(all.map(({ user }) => user)).size).toBe(4)
  })

  test('a nonce is new for every run of the same seed; everything else of the body is not', () => {
    const input = [set({ values: { nonce: '{{nonce}}', uuid: '{{uuid}}' } })]
    const [one, other] = [draws(input)('p', 0, {})!, draws(input)('p', 0, {})!]
    expect(one.inputs['nonce']).not.toBe(other.inputs['nonce'])
    expect(one.inputs['uuid']).toBe(other.inputs['uuid'])
  })

  test('sequential: the kth draw of a set takes its row k, and begins again after the last', () => {
    expect(ids(draws([set({ rows: rows(3) })]), 7)).toEqual([0, 1, 2, 0, 1, 2, 0])
    const draw = draws(MIXED)
    const ofC = Array.from({ length: 200 }, (_, n) => draw('p', n, {})!).filter(({ inputSet }) => inputSet === 'c')
    expect(ofC.map(({ inputs }) => inputs['id'])).toEqual(ofC.map((_, k) => k % 7))
  })

  test('shuffled: every pass takes each row once, and passes differ', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (count, seed) => {
        const drawn = ids(draws([set({ rows: rows(count), order: 'shuffled' })], { seed }), count * 3)
        for (const pass of [0, 1, 2])
          expect(drawn.slice(pass * count, (pass + 1) * count).sort((a, b) => Number(a) - Number(b))).toEqual([...Array(count).keys()])
      }),
    )
    const drawn = ids(draws([set({ rows: rows(30), order: 'shuffled' })]), 60)
    expect(drawn.slice(0, 30)).not.toEqual(drawn.slice(30))
    expect(drawn.slice(0, 30)).not.toEqual([...Array(30).keys()])
  })

  test('shuffled: going back many passes gives the same again', () => {
    const draw = draws([set({ rows: rows(3), order: 'shuffled' })])
    const first = ids(draw, 60)
    expect(ids(draw, 60)).toEqual(first)
  })

  test('random: every row comes about equally often', () => {
    const drawn = ids(draws([set({ rows: rows(4), order: 'random' })]), 2000)
    for (const id of [0, 1, 2, 3]) expect(drawn.filter((one) => one === id).length).toBeGreaterThan(400)
  })

  test('input sets come as often as their weights say', () => {
    const draw = draws([set({ name: 'a', weight: 3, values: {} }), set({ name: 'b', weight: 1, values: {} })])
    const share = Array.from({ length: 2000 }, (_, n) => draw('p', n, {})!.inputSet).filter((name) => name === 'a').length / 2000
    // Four standard deviations of a binomial share at p = 0.75.
    expect(Math.abs(share - 0.75)).toBeLessThan(0.04)
  })

  test('after the last row there is nothing where the set says stop, in each phase by itself', () => {
    for (const order of ['sequential', 'shuffled'] as const) {
      const draw = draws([set({ rows: rows(2), order, whenExhausted: 'stop' })])
      expect(ids(draw, 4).map((id) => id === undefined)).toEqual([false, false, true, true])
      expect(draw('q', 0, {})).toBeDefined()
    }
  })

  test('a row is sent as it is, braces and all, and cannot be changed for others', () => {
    const input = [set({ rows: [{ text: '{{n}} {{oops' }] })]
    const draw = draws(input)
    const first = draw('p', 0, {})!.inputs as Record<string, unknown>
    expect(first).toEqual({ text: '{{n}} {{oops' })
    first['text'] = 'changed'
    expect(draw('p', 0, {})!.inputs['text']).toBe('{{n}} {{oops')
  })

  test('user, run and slot are filled in', () => {
    const draw = createDraw({ seed: 1, user: '{{slot}}', inputs: [set({ values: { slot: '{{slot}}', run: '{{run}}' } })] }, { run: 'r-9' })
    expect(draw('p', 0, { slot: 5 })).toEqual({ inputSet: 'a', inputs: { slot: 5, run: 'r-9' }, user: '5' })
  })

  test('draws asked for backwards are there as well', () => {
    const draw = draws([set({ name: 'a', values: {} }), set({ name: 'b', values: {} })])
    draw('p', 20_000, {})
    for (let n = 20_000; n > 0; n -= 1000) expect(draw('p', n, {})).toBeDefined()
  })
})
