import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, count, digits, duration, interval, moment, NONE, percent, quantity, rate, span } from '../../src/report/format.ts'

describe('a length of time', () => {
  test.each([
    [0, '0 µs'],
    [0.4, '0.400 µs'],
    [95, '95.0 µs'],
    [999.6, '1.00 ms'],
    [1000, '1.00 ms'],
    [84_213, '84.2 ms'],
    [842_000, '842 ms'],
    [999_600, '1.00 s'],
    [1_236_000, '1.24 s'],
    [599_000_000, '599 s'],
    [750_000_000, '12.5 min'],
    [7_200_000_000, '2.00 h'],
    [-1_240, '−1.24 ms'],
    [Number.NaN, NONE],
    [Number.POSITIVE_INFINITY, NONE],
  ])('of %d µs reads %s', (us, text) => expect(duration(us)).toBe(text))

  test('never shows more or fewer than three digits, nor a thousand of a unit, whatever it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 5e8, noNaN: true }), (us) => {
        const [number = '', unit] = duration(us).split(' ')
        expect(number.replace('.', '')).toMatch(/^\d{3}$/)
        expect(Number(number) * { µs: 1, ms: 1e3, s: 1e6, min: 6e7, h: 3.6e9 }[unit as 's']).toBeCloseTo(
          us,
          -Math.floor(Math.log10(us)) + 1,
        )
      }),
    )
  })
})

test('a planned length reads as a person would say it', () => {
  expect([90e6, 10e6, 3600e6, 3661e6, 250_000, 1.5e6].map(span)).toEqual(['1 min 30 s', '10 s', '1 h', '1 h 1 min 1 s', '250 ms', '1.50 s'])
})

test('what is not all never reads as 100 %, what is not nothing never as 0 %', () => {
  expect([0, 1e-6, 0.0025, 0.01, 0.5, 0.9999, 1].map(percent)).toEqual(['0 %', '< 0.01 %', '0.250 %', '1 %', '50 %', '> 99.9 %', '100 %'])
})

test('counts, rates and bytes say their unit once', () => {
  expect([count(1_234_567), rate(9.834), bytes(1234), bytes(12), bytes(999_950)]).toEqual([
    '1\u202f234\u202f567',
    '9.83/s',
    '1.23 kB',
    '12 B',
    '1.00 MB',
  ])
  expect([digits(12_345), digits(0.0123), digits(-2)]).toEqual(['12\u202f300', '0.0123', '−2.00'])
})

test('an interval says its unit once where both ends share it', () => {
  expect(interval(801_000, 890_000, 'µs')).toBe('801–890 ms')
  expect(interval(950_000, 1_020_000, 'µs')).toBe('950 ms–1.02 s')
  expect(interval(-3000, -1000, 'µs')).toBe('−3.00 to −1.00 ms')
  expect(interval(1, 3, 'count')).toBe('1–3')
})

test('every unit of the catalogue has its own form', () => {
  expect([
    quantity(0.25, 'ratio'),
    quantity(12, 'count'),
    quantity(12.5, 'count'),
    quantity(3, 'per second'),
    quantity(2e6, 'bytes'),
  ]).toEqual(['25 %', '12', '12.5', '3.00/s', '2.00 MB'])
})

test('a moment is told in UTC, and text that is none stays as it is', () => {
  expect(moment('2026-11-24T21:35:25.123Z')).toBe('2026-11-24 21:35:25 UTC')
  expect(moment('yesterday')).toBe('yesterday')
})
