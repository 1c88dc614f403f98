import { describe, expect, test } from 'vitest'
import { FATES, LOOK_UPS } from '../../src/core/fate.ts'
import type { Reconciled, RunSummary } from '../../src/core/summary.ts'
import { lostRuns } from '../../src/report/lost-runs.ts'
import { s } from '../helpers/samples.ts'

const NONE_GIVEN_UP: RunSummary['givenUp'] = { stopped: 0, stopFailed: 0, noTaskId: 0, blocking: 0 }
const NOTHING: Reconciled = {
  lost: 0,
  lookUp: 'needless',
  fates: {},
  elapsedUs: 0,
  tokens: { reported: 0, estimated: 0, estimatedRuns: 0, unpricedRuns: 0 },
  mayStillRun: { running: 0, untold: 0, waiting: 0, blocking: 0, ids: [] },
}
const told = (reconciled: Partial<Reconciled>, givenUp: Partial<RunSummary['givenUp']> = {}, limits: { readonly tokens?: number } = {}) =>
  lostRuns({ givenUp: { ...NONE_GIVEN_UP, ...givenUp }, reconciled: { ...NOTHING, ...reconciled } }, limits)

describe('what a report says of lost runs', () => {
  test('is nothing where there were none', () => {
    expect(told({})).toEqual({ sentences: [], fates: [], notes: [], ids: [] })
  })

  test('is how many came to what, what they cost, and which may still be running', () => {
    const view = told(
      {
        lost: 7,
        lookUp: 'whole',
        fates: { succeeded: 1, stopped: 1, 'stop-unconfirmed': 3, running: 2 },
        elapsedUs: s(90),
        tokens: { reported: 1200, estimated: 340, estimatedRuns: 6, unpricedRuns: 0 },
        mayStillRun: { running: 2, untold: 0, waiting: 0, blocking: 0, ids: ['a', 'b'] },
      },
      { stopped: 4, stopFailed: 2 },
    )
    expect(view.sentences).toEqual([
      '6 runs were given up: 4 asked to stop on the server, 2 could not be asked to stop.',
      'The end of 7 runs was not heard. Looked up afterwards, they had come to this:',
    ])
    expect(view.fates).toEqual([
      { count: '1', what: 'succeeded after all' },
      { count: '1', what: 'stopped' },
      { count: '3', what: expect.stringMatching(/^asked to stop, still running when last asked/) },
      { count: '2', what: 'still running by the server’s own word' },
    ])
    expect(view.notes.join(' ')).toMatch(/took 1 min 30 s .* cost 1\u202f200 tokens .* about 340 more by estimate for 6 runs/)
    expect(view.notes.join(' ')).toMatch(/None of it is in any other number\. Some go on\./)
    expect(view.ids).toEqual(['a', 'b'])
  })

  test('says that a budget of tokens has booked them too, where there is one', () => {
    const costly = { lost: 1, tokens: { reported: 12, estimated: 0, estimatedRuns: 0, unpricedRuns: 0 } }
    const notes = (limits: { readonly tokens?: number }) => told(costly, {}, limits).notes.join(' ')
    expect(notes({})).toContain('None of it is in any other number.')
    expect(notes({ tokens: 5000 })).toContain('None of it is in any other number but the budget of tokens, which has booked each')
  })

  test('says how far they were looked up, whatever stood in the way, and has a word for every fate', () => {
    const ways = [...LOOK_UPS, 'never'] as const
    const sentences = ways.map((lookUp) => told({ lost: 1, lookUp, fates: { unknown: 1 } }).sentences.join(' '))
    for (const sentence of sentences) expect(sentence).toMatch(/^The end of 1 run was not heard\. .*:$/)
    expect(new Set(sentences).size).toBe(ways.length)
    const words = told({ lost: 9, fates: Object.fromEntries(FATES.map((fate) => [fate, 1])) }).fates.map(({ what }) => what)
    expect(new Set(words).size).toBe(FATES.length)
  })

  test('says of runs found in the logs whose they may be', () => {
    const inLogs = { user: 'own', nameless: 3, runs: 2, fates: { running: 2 } } as const
    expect(told({ lost: 3, lookUp: 'whole', inLogs }).notes.join(' ')).toMatch(
      /3 runs never told an id .* they hold 2 runs not accounted for \(2 running\)\.$/,
    )
    expect(told({ lost: 3, lookUp: 'deadline', inLogs }).notes.join(' ')).toContain('as far as they were read they hold 2 runs')
    const shared = told({ lost: 1, inLogs: { ...inLogs, user: 'shared', nameless: 1 } }).notes.join(' ')
    expect(shared).toMatch(/more than were lost.*`\{\{run\}\}`/)
    expect(told({ lost: 1, inLogs: { user: 'own', nameless: 1, runs: 0, fates: {} } }).notes.join(' ')).toContain('they hold none')
  })

  test('owns up to what cannot be estimated', () => {
    const tokens = { reported: 0, estimated: 0, estimatedRuns: 0, unpricedRuns: 2 }
    expect(told({ lost: 2, tokens }).notes).toEqual([expect.stringMatching(/^What they cost is not known/)])
    expect(told({ lost: 3, tokens }).notes.join(' ')).toMatch(
      /cost 0 tokens as the server reports\. .* 2 runs cost cannot even be estimated/,
    )
  })

  test('names twenty ids and where the others are, made plain', () => {
    const ids = Array.from({ length: 30 }, (_, n) => `id ${n}\u001b[31m`)
    const view = told({ lost: 30, mayStillRun: { running: 20, untold: 10, waiting: 0, blocking: 0, ids } })
    expect(view.ids).toHaveLength(20)
    expect(view.ids.join('')).not.toContain('\u001b')
    expect(view.notes.join(' ')).toMatch(/Up to 30 may still be running .* first 20 ids; run\.json holds 30/)
  })
})
