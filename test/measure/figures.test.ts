import { describe, expect, test } from 'vitest'
import { counted, digits, figure, percent, rate, time } from '../../src/measure/figures.ts'

describe('figures for a person', () => {
  test.each([
    [0, '0 µs'],
    [312.4, '312 µs'],
    [999.6, '1 ms'],
    [12_345, '12.3 ms'],
    [999_499, '999 ms'],
    [999_501, '1 s'],
    [1_254_000, '1.25 s'],
    [99_600_000, '1 min 40 s'],
    [125_000_000, '2 min 5 s'],
    [-2_000, '-2 ms'],
    [4_530_000_000, '1 h 15 min 30 s'],
    [-125_000_000, '−2 min 5 s'],
  ])('%d µs is %s', (micros, text) => expect(time(micros)).toBe(text))
  test.each([
    [0.000_012_34, '0.0000123'],
    [1234.5, '1235'],
    [0, '0'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('%d to three digits is %s', (value, text) => expect(digits(value)).toBe(text))
  test('with their units', () => {
    expect([percent(0.0125), rate(9.874), counted(1, 'run'), counted(2, 'run'), counted(0, 'foot', 'feet')]).toEqual([
      '1.25 %',
      '9.87/s',
      '1 run',
      '2 runs',
      '0 feet',
    ])
    expect([figure(1500, 'µs'), figure(0.5, 'ratio'), figure(2, 'per second'), figure(70, 'bytes'), figure(3, 'count')]).toEqual([
      '1.5 ms',
      '50 %',
      '2/s',
      '70 bytes',
      '3',
    ])
  })
})
