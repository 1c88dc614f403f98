import { beforeAll, describe, expect, test } from 'vitest'
import { afterTrial, beforeRun } from '../../src/cli/search-progress.ts'
import { seconds } from '../../src/core/units.ts'
import type { CapacityEvent } from '../../src/judge/capacity/capacity-events.ts'
import { follow } from '../../src/judge/capacity/capacity-progress.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import { openPhase, planOf } from '../helpers/samples.ts'
import { virtualSearch } from '../helpers/virtual-search.ts'

const plan = planOf({ phases: [openPhase({ mode: 'blocking' })], objectives: [{ text: 'response_time p50 < 1s' }] })
const search = searchOf(plan, { axis: 'rate', from: 16, to: 32, width: 0.5, trial: seconds(4), budget: {} }, 'blocking')
let events: readonly CapacityEvent[] = []
beforeAll(async () => {
  ;({ events } = await virtualSearch(plan, search, loadProfile('saturating')))
})

/** What is said before each run and after it. */
const said = (bracket: 'said' | 'drawn' = 'said') =>
  events.map(({ order }, n) => ({
    purpose: order.purpose,
    before: beforeRun(order, follow(search, events.slice(0, n)), search),
    after: afterTrial(follow(search, events.slice(0, n + 1)), order, { search, bracket }),
  }))

describe('what is said while a search goes on', () => {
  test('first how fast the target is, then how far the search can go and what it takes at the most', () => {
    const [unloaded, ceiling] = said()
    expect(unloaded).toMatchObject({
      before: 'one run at a time',
      after: expect.stringMatching(/^One run at a time takes \d+ ms \(median\)\.$/),
    })
    expect(ceiling).toMatchObject({
      before: 'how much this machine can send',
      after: expect.stringMatching(
        /^This machine sends 1.000\/s, so that the search goes up to 32\/s\. Usually about \d+ trials, \d+ min, [^;]* tokens; at the very worst \d+ trials, \d+ min, [^;]* tokens, where it ends\.$/,
      ),
    })
  })

  test('after each trial what it found and what is decided, and nothing after a probe', () => {
    const trials = said().filter(({ purpose }) => purpose === 'level')
    expect(trials[0]).toEqual({
      purpose: 'level',
      before: '16/s, trial 1',
      after: expect.stringMatching(
        /^16\/s: held, response time p95 \d+ ms\. Decided so far: nothing yet holds, nothing yet is too much\.$/,
      ),
    })
    expect(trials[2]?.after).toMatch(/Decided so far: 16\/s holds, nothing yet is too much\.$/)
    expect(trials[5]).toMatchObject({
      before: '[16–?]  32/s, trial 3',
      after: expect.stringMatching(/^32\/s: missed\. .* Decided so far: 16\/s holds, 32\/s is too much\.$/),
    })
    expect(said().findLast(({ purpose }) => purpose === 'verify')?.after).toMatch(/\/s \(proof\): /)
    expect(said().flatMap(({ purpose, after }) => (purpose === 'probe' ? [after] : []))).not.toContainEqual(expect.anything())
  })

  test('where the bracket is drawn, it is not said as well', () => {
    expect(
      said('drawn')
        .flatMap(({ after }) => after ?? [])
        .join(' '),
    ).not.toContain('Decided so far')
    expect(said('drawn').find(({ purpose }) => purpose === 'level')?.after).toMatch(/^16\/s: held, response time p95 \d+ ms\.$/)
  })
})
