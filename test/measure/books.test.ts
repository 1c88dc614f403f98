import { describe, expect, test } from 'vitest'
import { checkBooks, type Ledger } from '../../src/measure/books.ts'

const balanced: Ledger = { planned: 10, released: 7, dropped: 2, notReached: 1, outcomes: { succeeded: 5, rejected: 2, dropped: 2 } }
const even = { counter: 5_000_000, residence: 5_000_000, exchanges: 0 }

describe('the books', () => {
  test('that balance give no breach', () =>
    expect(
      checkBooks({ steady: balanced, empty: { ...balanced, planned: 0, released: 0, dropped: 0, notReached: 0, outcomes: {} } }, even),
    ).toEqual([]))

  test.each<[string, Partial<Ledger>, string, string]>([
    ['an exchange was planned and never heard of', { planned: 11 }, 'planned', '11 exchanges were planned'],
    ['more was not reached than planned', { notReached: 2 }, 'planned', '2 not reached'],
    ['a sample is lost', { outcomes: { succeeded: 6, dropped: 2 } }, 'outcomes', '7 exchanges were released, but 6 ended'],
    ['a sample is there twice', { outcomes: { succeeded: 8, dropped: 2 } }, 'outcomes', 'but 8 ended'],
  ])('tell where %s', (_, over, kind, text) => {
    const breaches = checkBooks({ fine: balanced, steady: { ...balanced, ...over } }, even)
    expect(breaches).toMatchObject([{ kind, phase: 'steady' }])
    expect(breaches[0]!.text).toContain(text)
  })

  test('tell where counter and marks disagree by more than 1 %', () => {
    expect(checkBooks({}, { counter: 5_040_000, residence: 5_000_000, exchanges: 0 })).toEqual([])
    expect(checkBooks({}, { counter: 5_060_000, residence: 5_000_000, exchanges: 0 })).toMatchObject([{ kind: 'area' }])
    // Opened 0.9 ms after the release on average: the log's way, no breach.
    expect(checkBooks({}, { counter: 4_910_000, residence: 5_000_000, exchanges: 100 })).toEqual([])
    expect(checkBooks({}, { counter: 0, residence: 0, exchanges: 0 })).toEqual([])
  })
})
