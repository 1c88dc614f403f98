import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createColumn } from '../../src/measure/column.ts'
import { createLevel } from '../../src/measure/level.ts'

const levelOf = (stays: readonly (readonly [number, number])[]) => {
  const level = createLevel()
  for (const [from, to] of stays) {
    level.down(to)
    level.up(from)
  }
  return level.read()
}

describe('how many there were at once', () => {
  test('the area is the sum of the stays, clipped to what is asked for', () => {
    const stay = fc.tuple(fc.nat(1000), fc.nat(1000)).map(([from, length]) => [from, from + length] as const)
    fc.assert(
      fc.property(fc.array(stay, { maxLength: 40 }), fc.nat(2000), fc.nat(2000), (stays, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const level = levelOf(stays)
        const clipped = stays.reduce((sum, [began, ended]) => sum + Math.max(0, Math.min(ended, to) - Math.max(began, from)), 0)
        expect(level.area(from, to)).toBe(clipped)
        if (to > from) expect(level.mean(from, to)).toBeCloseTo(clipped / (to - from), 9)
        const moments = [from, ...stays.flat()].filter((at) => at >= from && at < to)
        const at = (moment: number) => stays.filter(([began, ended]) => began <= moment && moment < ended).length
        expect(level.max(from, to)).toBe(Math.max(0, ...moments.map(at)))
      }),
    )
  })
  test('one that leaves as another comes does not make two', () =>
    expect(
      levelOf([
        [0, 10],
        [10, 20],
      ]).max(0, 20),
    ).toBe(1))
  test('what never left stays', () => {
    const level = createLevel()
    level.up(5)
    expect(level.read().mean(0, 10)).toBe(0.5)
    expect(level.read().max(0, 5)).toBe(0)
  })
  test('of nothing is nothing', () => expect(levelOf([])).toMatchObject({}))
})

describe('a column', () => {
  test('keeps numbers in order, far beyond its first size', () => {
    const column = createColumn()
    for (let i = 0; i < 10_000; i++) column.push(i * 0.5)
    expect(column.length).toBe(10_000)
    expect(column.view().at(-1)).toBe(4999.5)
  })
  test('has no number where none was put', () => {
    const column = createColumn('narrow')
    column.put(3000, 1)
    expect([column.length, column.at(3000)]).toEqual([3001, 1])
    expect([column.at(0), column.at(9999)]).toEqual([Number.NaN, Number.NaN])
  })
})
