import { describe, expect, test } from 'vitest'
import type { CapacitySearch } from '../../../src/core/capacity.ts'
import type { CapacityProgress } from '../../../src/judge/capacity/capacity-progress.ts'
import { capacitySentences } from '../../../src/judge/capacity/capacity-sentences.ts'
import { rateSearch } from '../../helpers/rate-search.ts'

const search = rateSearch()
const over = (end: 'found' | 'generator', known: Partial<CapacityProgress> = {}): CapacityProgress => ({
  trials: [],
  spent: { time: 0, tokens: 0, runs: 0 },
  ...known,
  next: { kind: 'over', end },
})
type Facts = Parameters<typeof capacitySentences>[2]
const facts = (known: Partial<Facts> = {}): Facts => ({
  heldSeconds: 0,
  limitedBy: null,
  overload: null,
  throughput: null,
  perHour: null,
  tokensPerMinute: null,
  margins: [],
  firstNode: null,
  scaling: null,
  ...known,
})
const found = (verified: number, upper: number, axis: CapacitySearch['axis'] = 'rate') =>
  capacitySentences({ ...search, axis }, over('found', { verified, lower: verified, upper }), facts())[0]

describe('what is said of a bracket', () => {
  test.each([
    [19.87, 20.75, 'About 20/s: 19.87/s held, 20.75/s did not.'],
    [12.33, 12.95, 'About 12.6/s: 12.33/s held, 12.95/s did not.'],
    [0.951, 0.998, 'About 0.97/s: 0.951/s held, 0.998/s did not.'],
    [90, 100, 'About 95/s: 90/s held, 100/s did not.'],
  ])('%d to %d: the roundest number within, and which of its ends held', (lower, upper, text) => expect(found(lower, upper)).toBe(text))

  test('nothing lies between neighbouring slots', () => {
    expect(found(19, 20, 'concurrency')).toBe('19 slots held, 20 slots did not.')
    expect(found(40, 42, 'concurrency')).toBe('About 41 slots: 40 slots held, 42 slots did not.')
  })
})

describe('what is said of the load that held', () => {
  const held = { heldSeconds: 4530, throughput: 19.87, perHour: 71_532, tokensPerMinute: 20_300 }
  const told = (known: Partial<Facts>) => capacitySentences(search, over('found', { verified: 20, lower: 20, upper: 21 }), facts(known))

  test('large numbers are in groups, and lengths in hours', () => {
    expect(told(held)[1]).toBe(
      'At 20/s a trial held for 1 h 15 min 30 s at a stretch: 19.9 runs per second, which is 71\u202f500 an hour and 20\u202f300 tokens a minute.',
    )
  })

  test('a margin within the interval of the trial has its bound beside it', () => {
    const margin = { objective: 'response_time p95 < 1s', value: 984_000, limit: 1_000_000, margin: 0.016 }
    expect(told({ ...held, margins: [{ ...margin, proven: true }] })[2]).toMatch(/1\.6 % of the limit away from it\.$/)
    expect(told({ ...held, margins: [{ ...margin, proven: false, bound: 1_830_000 }] })[2]).toMatch(
      /1\.6 % of the limit away from it, but up to 1\.83 s within that trial\.$/,
    )
    const least = { objective: 'failures < 5%', value: 0.04, limit: 0.05, margin: 0.2, proven: false }
    expect(told({ ...held, margins: [least] })[2]).toMatch(/away from it, with no interval within that trial\.$/)
  })
})

test('a search that our own machine ended says what held until then, and of which load it speaks', () => {
  const texts = capacitySentences(search, over('generator', { lower: 16 }), facts({ throughput: 16, perHour: 57_600 }))
  expect(texts.slice(0, 2)).toEqual([
    expect.stringMatching(/^It spoiled four trials in a row, so nothing more can be told; so far 16\/s held\./),
    'At 16/s a trial gave 16 runs per second, which is 57\u202f600 an hour.',
  ])
})
