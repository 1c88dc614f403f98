import { describe, expect, test } from 'vitest'
import { afterRun, placeOf } from '../../src/cli/pair-progress.ts'
import { eventsOf } from '../../src/judge/comparison/comparison-summary.ts'
import { follow } from '../../src/judge/comparison/experiment.ts'
import { type MadeRunOf, madeComparison, settingsOf, slowerBy } from '../helpers/comparison.ts'

type Like = Parameters<typeof madeComparison>[0]
const settings = settingsOf()
const arms = ['before', 'after']

/** What is said after each run, in order. */
function said(like: Like): readonly (string | undefined)[] {
  const events = eventsOf(madeComparison(like))
  return events.map((event, n) =>
    'order' in event
      ? afterRun(follow({ arms, settings }, events.slice(0, n + 1)), { place: 0, seed: 0, ...event.order }, { arms, settings })
      : undefined,
  )
}

describe('what is said while a comparison goes on', () => {
  test('nothing in the middle of a pair, then the pair and all pairs so far, and no verdict', () => {
    const told = said(slowerBy(1.3))
    expect(told[0]).toBeUndefined()
    expect(told[1]).toMatch(/^Pair 1: response_time p95 \S+ m?s in before, 1\.\d+ s in after \(\+\d+(\.\d+)? %\)\. Judged after 8\.$/)
    expect(told[3]).toMatch(/; over all pairs so far \+\d+(\.\d+)? %\. Judged after 8\.$/)
    expect(told.join(' ')).not.toMatch(/regressed|interval/i)
    expect(told[15]).toMatch(/so far \+\d+(\.\d+)? %\.$/)
  })

  test('that eight more pairs follow, and when they are judged', () => {
    const told = said((order) => ({ p95: 1e6 * (order.arm === 'after' ? [1.4, 0.75][order.round % 2]! : 1) }))
    expect(told[15]).toMatch(/The first look does not decide: as many pairs again\.$/)
    expect(told[17]).toMatch(/Judged after 16\.$/)
  })

  test('that a pair is run again, and that it is over', () => {
    const spoiled: MadeRunOf = { caveats: [{ kind: 'suspended', text: 'We slept.', invalidates: true }] }
    const told = said(() => spoiled)
    expect(told).toEqual([
      'Pair 1 is run again: our own machine spoiled it.',
      'Pair 1 is run again: our own machine spoiled it.',
      'Our own machine has spoiled more pairs than may be repeated: the comparison is invalid.',
    ])
  })

  test('which run it is', () => {
    const order = { arm: 'after', round: 2, place: 0, attempt: 0, seed: 1 }
    expect(placeOf(order, settings)).toBe('pair 3 of 8, after')
    expect(placeOf({ ...order, round: 11, attempt: 1 }, settings)).toBe('pair 12 of 16, after, attempt 2')
  })
})
