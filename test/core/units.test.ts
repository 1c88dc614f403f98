import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Micros,
  micros,
  milliseconds,
  parseDuration,
  parseRate,
  parseSize,
  perSecond,
  seconds,
  writeDuration,
  writeSize,
} from '../../src/core/units.ts'

describe('times', () => {
  test('are whole microseconds, rounded to the nearest', () => {
    expect([micros(1.4), micros(1.5), micros(-1.6)]).toEqual([1, 2, -2])
    expect(seconds(1.5)).toBe(1_500_000)
    expect(milliseconds(0.25)).toBe(250)
    expect(seconds(0.000_000_4)).toBe(0)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53])('%d is none', (value) => {
    expect(() => micros(value)).toThrow(RangeError)
    expect(() => seconds(value)).toThrow(RangeError)
  })
})

describe('durations', () => {
  test.each([
    ['250us', 250],
    ['100ms', 100_000],
    ['1.5s', 1_500_000],
    ['2m', 120_000_000],
    ['1h', 3_600_000_000],
    ['0s', 0],
    ['0.25ms', 250],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected)
  })

  test.each(['', '5', '5 s', '-5s', '+5s', '1e3s', '.5s', '5.s', '5S', '5sec', 's', '1m30s', ' 5s', '5s\n', '٣s', '99999999999999999h'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  test('what is written reads back the same, in the largest unit that is exact', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (time) => {
        expect(parseDuration(writeDuration(time as Micros))).toBe(time)
      }),
    )
    expect([0, 1, 1500, 1_500_000, 90_000_000, 120_000_000, 7_200_000_000].map((time) => writeDuration(time as Micros))).toEqual([
      '0us',
      '1us',
      '1500us',
      '1500ms',
      '90s',
      '2m',
      '2h',
    ])
  })
})

describe('rates', () => {
  test.each([
    ['10/s', 10],
    ['90/m', 1.5],
    ['3/h', 3 / 3600],
    ['0.1/s', 0.1],
  ])('%s', (text, expected) => {
    expect(parseRate(text)).toBe(expected)
  })

  test.each(['', '10', '0/s', '0.0/m', '-1/s', '10/ms', '10 /s', '1e3/s', '10/s..20/s', `${'9'.repeat(400)}/s`])('%j is none', (text) => {
    expect(parseRate(text)).toBeUndefined()
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('%d a second is none', (value) => {
    expect(() => perSecond(value)).toThrow(RangeError)
  })
})

describe('sizes', () => {
  test.each([
    ['800B', 800],
    ['200kB', 200_000],
    ['1.5MB', 1_500_000],
    ['0B', 0],
  ])('%s', (text, expected) => {
    expect(parseSize(text)).toBe(expected)
  })

  test.each(['', '10', '10KB', '10 kB', '-1B', '1e3B', `${'9'.repeat(400)}MB`])('%j is none', (text) => {
    expect(parseSize(text)).toBeUndefined()
  })

  test('are told with two figures, rounded', () => {
    expect([0, 999, 1000, 20_000, 999_499, 999_500, 1_048_576, 12_345_678].map(writeSize)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '20 kB',
      '999 kB',
      '1 MB',
      '1 MB',
      '12 MB',
    ])
  })
})
