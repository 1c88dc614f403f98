import { describe, expect, test } from 'vitest'
import type { OutcomeKind } from '../../src/core/sample.ts'
import { createEarlyEndWatch } from '../../src/run/early-end.ts'
import { sampleOf } from '../helpers/samples.ts'

const ended = (outcome: OutcomeKind, httpStatus?: number) =>
  sampleOf(0, { outcome, detail: 'why', ...(httpStatus !== undefined && { httpStatus }) })
const watched = (samples: readonly ReturnType<typeof ended>[], target = {}) => {
  const watch = createEarlyEndWatch(target)
  return samples.map(watch)
}
const times = (count: number, kind: OutcomeKind) => Array.from({ length: count }, () => ended(kind))

describe('a run is ended early', () => {
  test.each([401, 403])('at the first %d, however well it went before', (status) => {
    const told = watched([...times(50, 'succeeded'), ended('rejected', status), ended('rejected', status)])
    expect(told.findIndex((end) => end !== undefined)).toBe(50)
    expect(told[50]).toEqual({ because: 'key', text: 'The key stopped working (why); sending was ended.' })
    expect(told[51]).toBeUndefined()
  })

  test('when the first twenty to end were all rejected or disconnected, and it is said once', () => {
    const told = watched([...times(10, 'rejected'), ...times(20, 'disconnected')])
    expect(told.findIndex((end) => end !== undefined)).toBe(19)
    expect(told[19]).toMatchObject({ because: 'unreachable' })
    expect(told.filter((end) => end !== undefined)).toHaveLength(1)
  })

  test('drops and interruptions are no ends: they count neither way', () => {
    const told = watched([...times(30, 'dropped'), ...times(19, 'rejected'), ended('interrupted'), ended('rejected')])
    expect(told.findIndex((end) => end !== undefined)).toBe(50)
  })
})

describe('a published version that cannot be run', () => {
  const version = { workflowId: '7c3e33d4-7d5e-4a43-9a5c-2f0a2f6f7a10' }
  const refusal = (httpStatus: number, detail: string) => sampleOf(0, { outcome: 'rejected', detail, httpStatus })

  test.each([
    [
      'the app does not know it',
      refusal(404, '404 not_found: Workflow not found with id: 7'),
      /no published version 7c3e33d4.*check target/,
    ],
    ['the server is too old to run versions', refusal(404, '404 Not Found'), /knows no path.*older Dify/],
    ['it is a draft', refusal(400, '400 bad_request: Cannot use draft workflow version.'), /only published versions/],
  ])('ends the run with the first exchange, and says it in words: %s', (_, sample, words) => {
    const [told] = watched([sample], version)
    expect(told).toMatchObject({ because: 'unreachable', text: expect.stringMatching(words) })
    expect(told?.text).toMatch(/Sending was ended\.$/)
  })

  test('is no reason where the current one is run, and no other refusal is taken for it', () => {
    expect(watched([refusal(404, '404 not_found: x'), refusal(400, '400 bad_request: x')])).toEqual([undefined, undefined])
    expect(watched([refusal(400, '400 invalid_param: query is required in input form'), ended('succeeded', 404)], version)).toEqual([
      undefined,
      undefined,
    ])
  })
})

describe('it goes on', () => {
  test.each(['succeeded', 'throttled', 'timed-out', 'workflow-failed', 'bad-reply', 'no-result'] as const)(
    'where one of the first twenty ended as %s: somebody is there',
    (kind) => {
      const told = watched([...times(19, 'rejected'), ended(kind), ...times(100, 'rejected')])
      expect(told.every((end) => end === undefined)).toBe(true)
    },
  )

  test('with other refusals, as long as something answered before', () => {
    expect(watched([ended('succeeded'), ...times(100, 'disconnected'), ended('rejected', 500)]).every((end) => end === undefined)).toBe(
      true,
    )
  })

  test('a 401 that is no refusal of ours is none', () => {
    expect(watched([ended('succeeded', 401), ended('bad-reply', 403)])).toEqual([undefined, undefined])
  })
})
