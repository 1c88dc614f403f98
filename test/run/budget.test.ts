import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OutcomeKind } from '../../src/core/sample.ts'
import { type Budget, createBudget } from '../../src/run/budget.ts'
import { sampleOf } from '../helpers/samples.ts'

const ended = (tokens: number | undefined, outcome: OutcomeKind = 'succeeded') =>
  sampleOf(0, { outcome, ...(tokens !== undefined && { tokens }) })
const settled = (budget: Budget, costs: readonly number[]) => {
  for (const cost of costs) {
    budget.reserve()
    budget.settle(ended(cost))
  }
}

describe('a budget of runs', () => {
  test('grants exactly so many, whatever becomes of them', () => {
    const budget = createBudget({ runs: 3 })
    expect([1, 2, 3, 4, 5].map(() => budget.reserve())).toEqual(['granted', 'granted', 'granted', 'spent', 'spent'])
    budget.settle(ended(5, 'timed-out'))
    expect([budget.reserve(), budget.used(), budget.mustWait()]).toEqual(['spent', 1, false])
  })
})

test('where it is known what a run costs, nothing waits, and no more is under way than can be paid', () => {
  const budget = createBudget({ tokens: 100, tokensPerRun: 10 })
  expect(Array.from({ length: 12 }, () => budget.reserve())).toEqual([...Array(10).fill('granted'), 'spent', 'spent'])
})

test('without a budget everything is granted, and nothing is used', () => {
  const budget = createBudget({})
  for (let n = 0; n < 100; n++) expect(budget.reserve()).toBe('granted')
  budget.settle(ended(7))
  expect([budget.used(), budget.mustWait(), budget.tokens()]).toEqual([0, false, { booked: 0, estimated: 0 }])
})

describe('a budget of tokens', () => {
  test('before twenty results at most five are under way', () => {
    const budget = createBudget({ tokens: 1e6 })
    const answers = Array.from({ length: 7 }, () => budget.reserve())
    expect(answers).toEqual([...Array(5).fill('granted'), 'wait', 'wait'])
    expect(budget.mustWait()).toBe(true)
    for (let n = 0; n < 19; n++) {
      budget.settle(ended(10))
      expect([budget.reserve(), budget.reserve()]).toEqual(['granted', 'wait'])
    }
    budget.settle(ended(10))
    expect(Array.from({ length: 10 }, () => budget.reserve())).toEqual(Array(10).fill('granted'))
  })

  test('reserves at the p95 of what runs cost, and gives back what a run did not need', () => {
    const budget = createBudget({ tokens: 10_000 })
    // p95 of 1 … 100 is 95.
    settled(
      budget,
      Array.from({ length: 100 }, (_, n) => n + 1),
    )
    expect(budget.tokens().booked).toBe(5050)
    budget.reserve()
    expect(budget.used()).toBeCloseTo((5050 + 95) / 10_000, 9)
    budget.settle(ended(5))
    expect(budget.used()).toBeCloseTo(5055 / 10_000, 9)
  })

  test('forgets what runs cost long ago', () => {
    const budget = createBudget({ tokens: 1e9 })
    settled(budget, Array(100).fill(100_000))
    settled(budget, Array(500).fill(10))
    const before = budget.used()
    budget.reserve()
    expect((budget.used() - before) * 1e9).toBeCloseTo(10, 3)
  })

  test('is spent where one more reservation would not fit, also while much is under way', () => {
    const budget = createBudget({ tokens: 1000 })
    settled(budget, Array(20).fill(40))
    expect(Array.from({ length: 7 }, () => budget.reserve())).toEqual([...Array(5).fill('granted'), 'spent', 'spent'])
  })

  test('what was sent before any cost was known is worth what a cost turned out to be', () => {
    const budget = createBudget({ tokens: 500 })
    for (let n = 0; n < 5; n++) budget.reserve()
    budget.settle(ended(100))
    expect(budget.used()).toBe(1)
    expect(budget.reserve()).toBe('spent')
  })

  test('runs of one cost never go past it, but for the five sent before it was known, whatever ends when', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.array(fc.boolean(), { maxLength: 400 }),
        (cost, tokens, moves) => {
          const budget = createBudget({ tokens })
          let [underWay, sent] = [0, 0]
          for (const send of moves) {
            if (send && budget.reserve() === 'granted') {
              underWay++
              sent++
            } else if (!send && underWay > 0) {
              underWay--
              budget.settle(ended(cost))
            }
          }
          expect(sent * cost).toBeLessThanOrEqual(Math.max(tokens, 5 * cost))
        },
      ),
    )
  })

  test('runs of any cost go past it by no more than what those under way cost beyond their reservations', () => {
    const costs = fc.integer({ min: 0, max: 100 })
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 5000 }), fc.array(fc.tuple(fc.boolean(), costs), { maxLength: 400 }), (tokens, moves) => {
        const budget = createBudget({ tokens })
        let underWay = 0
        for (const [send, cost] of moves) {
          if (send && budget.reserve() === 'granted') underWay++
          else if (!send && underWay > 0) {
            underWay--
            budget.settle(ended(cost))
          }
          const most = budget.tokens().booked
          expect(most).toBeLessThanOrEqual(tokens + 100 * (underWay + 1) + 100 * 5)
        }
      }),
    )
  })

  test('a run that reports no total, or 0 since it failed, settles at its reservation, marked as estimated', () => {
    const budget = createBudget({ tokens: 10_000 })
    settled(budget, Array(20).fill(50))
    for (const sample of [ended(undefined, 'timed-out'), ended(0, 'workflow-failed'), ended(undefined, 'disconnected')]) {
      budget.reserve()
      budget.settle(sample)
    }
    expect(budget.tokens()).toEqual({ booked: 1150, estimated: 150 })
  })

  test('a run that worked and cost nothing cost nothing', () => {
    const budget = createBudget({ tokens: 10_000 })
    settled(budget, [50, 0])
    budget.reserve()
    budget.settle(ended(0, 'partial'))
    expect(budget.tokens()).toEqual({ booked: 50, estimated: 0 })
  })

  test('a run that was never sent cost nothing', () => {
    const budget = createBudget({ tokens: 10_000 })
    settled(budget, Array(20).fill(50))
    budget.reserve()
    const { sent: _, ...marks } = ended(undefined, 'disconnected').marks
    budget.settle({ ...ended(undefined, 'disconnected'), marks })
    expect(budget.tokens()).toEqual({ booked: 1000, estimated: 0 })
  })
})
