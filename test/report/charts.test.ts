import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { line, stacks, steps } from '../../src/report/charts/marks.ts'
import { clockText, linear, logarithmic, logTicks, ticks, timeTicks } from '../../src/report/charts/scale.ts'
import { grouped, thinned } from '../../src/report/charts/thin.ts'

describe('ticks', () => {
  test('are round, evenly spaced, from 0 to the first at or above the highest value', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (high) => {
        const marks = ticks(high)
        expect(marks[0]).toBe(0)
        expect(marks.at(-1)!).toBeGreaterThanOrEqual(high * (1 - 1e-9))
        expect(marks.at(-2)!).toBeLessThan(high)
        expect(marks.length).toBeGreaterThanOrEqual(2)
        expect(marks.length).toBeLessThanOrEqual(6)
        expect(String(marks[1]).replace(/e.*/, '')).toMatch(/^(0\.0*)?[125]0*$/)
      }),
    )
  })

  test.each([
    [7, [0, 2, 4, 6, 8]],
    [1.5, [0, 0.5, 1, 1.5]],
    [100, [0, 50, 100]],
    [0, [0, 1]],
  ])('up to %d are %j', (high, marks) => expect(ticks(high)).toEqual(marks))

  test('of a logarithmic axis hold what is drawn between their ends', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e8, noNaN: true }), fc.double({ min: 1, max: 1e4, noNaN: true }), (low, ratio) => {
        const marks = logTicks(low, low * ratio)
        expect(marks[0]!).toBeLessThanOrEqual(low * (1 + 1e-6))
        expect(marks.at(-1)!).toBeGreaterThanOrEqual(low * ratio * (1 - 1e-6))
        expect(marks).toEqual([...new Set(marks)].sort((a, b) => a - b))
      }),
    )
  })

  test('of time are at most seven, from a second to weeks', () => {
    for (let length = 1; length < 3e6; length = Math.ceil(length * 1.3)) expect(timeTicks(length).length).toBeLessThanOrEqual(7)
    expect(timeTicks(170)).toEqual([0, 30, 60, 90, 120, 150])
    expect([clockText(30, 60), clockText(90, 170), clockText(5400, 9000)]).toEqual(['30 s', '1:30', '1:30'])
  })
})

test('scales put the ends at 0 and 1, and each factor at the same distance where logarithmic', () => {
  expect([0, 5, 10].map(linear(0, 10))).toEqual([0, 0.5, 1])
  expect([1, 10, 100].map(logarithmic(1, 100))).toEqual([0, 0.5, 1])
  expect(linear(3, 3)(3)).toBe(0.5)
})

describe('thinning', () => {
  const points = fc
    .array(fc.option(fc.integer({ min: 0, max: 1e6 }), { nil: undefined }), { maxLength: 5000 })
    .map((ys) => ys.map((y, x) => ({ x, y })))

  test('keeps within the number allowed, in order, and loses neither the highest nor the lowest', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 4, max: 1000 }), (all, most) => {
        const kept = thinned(all, most)
        expect(kept.length).toBeLessThanOrEqual(most)
        expect(kept.every(({ x }, at) => at === 0 || x > kept[at - 1]!.x)).toBe(true)
        const values = (list: typeof kept) => list.flatMap(({ y }) => (y === undefined ? [] : [y]))
        if (values(all).length === 0) return
        const extremes = (list: readonly number[]) => [list.reduce((a, b) => Math.min(a, b)), list.reduce((a, b) => Math.max(a, b))]
        expect(extremes(values(kept))).toEqual(extremes(values(all)))
      }),
    )
  })

  test('groups leave nothing out and differ by one in size at most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 50 }), (items, most) => {
        const groups = grouped(items, most)
        expect(groups.flat()).toEqual(items)
        expect(groups.length).toBe(Math.min(most, items.length))
        const sizes = groups.map((group) => group.length)
        if (sizes.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('marks', () => {
  const axis = { label: '', ticks: [], scale: linear(0, 10) }
  const axes = { x: axis, y: axis }
  const path = (markup: { markup: string }) => /d="([^"]*)"/.exec(markup.markup)?.[1]

  test('a line goes up where values go up', () =>
    expect(
      path(
        line(
          [
            { x: 0, y: 0 },
            { x: 10, y: 10 },
          ],
          axes,
          'a',
        ),
      ),
    ).toBe('M0 1000L1000 0'))
  test('a line breaks where there is nothing', () =>
    expect(
      path(
        line(
          [
            { x: 0, y: 0 },
            { x: 1, y: 0 },
            { x: 2, y: undefined },
            { x: 3, y: 0 },
            { x: 4, y: 0 },
          ],
          axes,
          'a',
        ),
      ),
    ).toBe('M0 1000L100 1000M300 1000L400 1000'))
  test('a point that stands alone is a dot', () => expect(path(line([{ x: 5, y: 5 }], axes, 'a'))).toBe('M500 500h0'))
  test('no points give no mark', () => expect(line([], axes, 'a').markup).toBe(''))
  test('steps hold each level until the next point', () =>
    expect(
      path(
        steps(
          [
            { x: 0, y: 1 },
            { x: 5, y: 2 },
          ],
          axes,
          { look: 'a', end: 10 },
        ),
      ),
    ).toBe('M0 900H500V800H1000'))
  test('parts of a bar stand one upon another', () => {
    const { markup } = stacks(
      [
        {
          from: 0,
          to: 10,
          parts: [
            { look: 'bad', value: 2 },
            { look: 'good', value: 3 },
          ],
        },
      ],
      axes,
    )
    expect([...markup.matchAll(/class="part (\w+)" d="([^"]*)"/g)].map(([, look, d]) => [look, d])).toEqual([
      ['bad', 'M0 1000V800H1000V1000Z'],
      ['good', 'M0 800V500H1000V800Z'],
    ])
  })
})
