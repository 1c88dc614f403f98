import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FATES, type Fate, type LookUp, type StoredRun } from '../../src/core/fate.ts'
import type { LogLine } from '../../src/core/record.ts'
import type { Sample } from '../../src/core/sample.ts'
import { type Measured, summarise } from '../../src/measure/summary.ts'
import { logOf, ms, planOf, s, sampleOf, whole } from '../helpers/samples.ts'

const timedOut = (seq: number, over: Parameters<typeof sampleOf>[1] = {}) => sampleOf(seq, { outcome: 'timed-out', ...over })
const named = (seq: number, over: Parameters<typeof sampleOf>[1] = {}) => timedOut(seq, { workflowRunId: `run-${seq}`, ...over })
const succeeded = (seq: number, over: Parameters<typeof sampleOf>[1] = {}) =>
  sampleOf(seq, { finished: 100, tokens: 100, textChunks: 10, workflowRunId: `run-${seq}`, ...over })
const fate = (seq: number, run: StoredRun): LogLine => ({ fate: seq, at: s(20), stored: run })
const logged = (id: string, run: StoredRun): LogLine => ({ logged: id, at: s(20), stored: run })
const stopOf = (seq: number): LogLine => ({ stop: seq, result: 'stopped' })
const ended = (lookedUp: LookUp = 'whole'): LogLine => ({ lookedUp, at: s(21) })

async function measured(samples: readonly Sample[], lines: readonly LogLine[], user = 'flowbench-{{run}}') {
  return summarise(planOf({ user }), [...whole(logOf(samples)), ...lines])
}
const reconciled = async (...all: Parameters<typeof measured>) => (await measured(...all)).reconciled

/** All that is concluded of a run beside what was looked up; functions cannot be compared. */
const beside = ({ reconciled: _, givenUp: __, histograms: ___, ...rest }: Measured) => rest

describe('what became of runs whose end was not heard', () => {
  test('is what the server had stored of them, and changes nothing else', async () => {
    const samples = [named(0), named(1), named(2), named(3), named(4), succeeded(5)]
    const lines = [
      fate(0, { status: 'succeeded', elapsed: s(3), tokens: 40, steps: 3 }),
      fate(1, { status: 'workflow-failed', elapsed: s(2), tokens: 0 }),
      fate(2, { status: 'partial', elapsed: s(1), tokens: 7 }),
      fate(3, { status: 'running' }),
      { fate: 4, at: s(20), unanswered: '500 unknown' },
      ended(),
    ] satisfies LogLine[]
    const [before, after] = [await measured(samples, []), await measured(samples, lines)]
    expect(after.reconciled).toMatchObject({
      lost: 5,
      lookUp: 'whole',
      fates: { succeeded: 1, partial: 1, 'workflow-failed': 1, running: 1, unknown: 1 },
      elapsedUs: s(6),
      mayStillRun: { running: 1, untold: 1, waiting: 0, blocking: 0, ids: ['run-3', 'run-4'] },
    })
    expect(after.breaches).toEqual([])
    expect(beside(after)).toEqual(beside(before))
  })

  test.each([
    ['a limit of ours', { outcome: 'timed-out' }, true],
    ['the end of the drain', { outcome: 'unfinished' }, true],
    ['the person', { outcome: 'interrupted' }, true],
    ['a broken stream', { outcome: 'stream-broken' }, true],
    ['a stream without a result', { outcome: 'no-result' }, true],
    ['a lost connection', { outcome: 'disconnected' }, true],
    ['a connection that was closed', { outcome: 'stale-connection' }, true],
    ['a reply that nobody can read', { outcome: 'bad-reply' }, true],
    ['a gateway that had waited too long', { outcome: 'rejected', httpStatus: 504 }, true],
    ['a refusal', { outcome: 'rejected', httpStatus: 400 }, false],
    ['a refusal in a stream', { outcome: 'rejected', httpStatus: 200 }, false],
    ['a limit of the app', { outcome: 'throttled', httpStatus: 429 }, false],
    ['a failed workflow', { outcome: 'workflow-failed' }, false],
    ['a stop that the stream told of', { outcome: 'stopped' }, false],
    ['a pause', { outcome: 'paused' }, false],
    ['our own machine', { outcome: 'generator-fault' }, false],
    ['the limit in flight', { outcome: 'dropped' }, false],
    ['success', { outcome: 'succeeded', finished: 5 }, false],
  ] as const)('is asked where the end came by %s: %s', async (_, shape, isLost) => {
    expect((await reconciled([sampleOf(0, shape)], [])).lost).toBe(isLost ? 1 : 0)
  })

  test('is asked of nothing that never reached the server', async () => {
    const { marks, ...rest } = timedOut(0)
    const { sent: _, ...unsent } = marks
    expect((await reconciled([{ ...rest, marks: unsent }], [])).lost).toBe(0)
  })

  test('is a stop that nobody confirms where the server had agreed to it and still stores it as running', async () => {
    const { fates, mayStillRun } = await reconciled(
      [named(0), named(1), named(2)],
      [
        stopOf(0),
        stopOf(1),
        { stop: 2, result: 'stop-failed' },
        fate(0, { status: 'running' }),
        fate(1, { status: 'stopped', elapsed: s(1), tokens: 0 }),
        fate(2, { status: 'running' }),
        ended(),
      ],
    )
    expect(fates).toEqual({ stopped: 1, 'stop-unconfirmed': 1, running: 1 })
    expect(mayStillRun).toMatchObject({ running: 1, ids: ['run-2'] })
  })

  test('is not feared of a run that was asked to stop and that the server then said nothing of', async () => {
    const { fates, mayStillRun } = await reconciled([named(0), named(1)], [stopOf(0), ended('unanswered')])
    expect(fates).toEqual({ unknown: 2 })
    expect(mayStillRun).toMatchObject({ untold: 1, ids: ['run-1'] })
  })

  test('is nothing that anybody could know after a kill; what was under way may go on', async () => {
    const lines = logOf([succeeded(0)])
    const opened: LogLine = { open: 1, phase: 'steady', n: 1, inputSet: 'default', at: ms(5), intended: ms(5) }
    const { reconciled } = await summarise(planOf(), [...lines.slice(0, -1), opened])
    expect(reconciled).toMatchObject({ lost: 1, lookUp: 'never', fates: { unknown: 1 }, mayStillRun: { untold: 1 } })
  })

  test('needs no asking where every end was heard', async () => {
    const { lost, lookUp, fates, tokens } = await reconciled([succeeded(0), succeeded(1)], [])
    expect({ lost, lookUp, fates }).toEqual({ lost: 0, lookUp: 'needless', fates: {} })
    expect(tokens).toEqual({ reported: 0, estimated: 0, estimatedRuns: 0, unpricedRuns: 0 })
  })

  test('is a breach of the books where an exchange was looked up whose end is known', async () => {
    const { breaches } = await measured([succeeded(0)], [fate(0, { status: 'succeeded' }), ended()])
    expect(breaches).toEqual([{ kind: 'fates', text: expect.stringContaining('Exchange 0') }])
  })
})

describe('runs that never told an id', () => {
  const blocking = (seq: number) => timedOut(seq, { mode: 'blocking' })

  test('are counted by what their user’s logs hold that no exchange knows as its own', async () => {
    const found = await reconciled(
      [succeeded(0), blocking(1), blocking(2), blocking(3)],
      [
        logged('run-0', { status: 'succeeded', tokens: 100 }),
        logged('x', { status: 'running' }),
        logged('y', { status: 'succeeded', elapsed: s(4), tokens: 55 }),
        ended(),
      ],
    )
    expect(found).toMatchObject({
      lost: 3,
      fates: { succeeded: 1, running: 1, 'no-trace': 1 },
      inLogs: { user: 'own', nameless: 3, runs: 2, fates: { succeeded: 1, running: 1 } },
      elapsedUs: s(4),
      mayStillRun: { running: 1, waiting: 1, blocking: 2, ids: ['x'] },
    })
    expect(found.tokens.reported).toBe(55)
  })

  test('left no trace only where the logs were read whole', async () => {
    expect((await reconciled([blocking(0)], [ended('too-many')])).fates).toEqual({ unknown: 1 })
    expect((await reconciled([blocking(0)], [ended()])).fates).toEqual({ 'no-trace': 1 })
  })

  test('are not said to be missing from logs that nobody has read', async () => {
    for (const came of ['skipped', 'refused', 'unanswered', 'deadline'] as const)
      expect((await reconciled([blocking(0)], [ended(came)])).inLogs).toBeUndefined()
    expect((await reconciled([blocking(0)], [])).inLogs).toBeUndefined()
    const part = await reconciled([blocking(0)], [logged('x', { status: 'running' }), ended('deadline')])
    expect(part.inLogs).toMatchObject({ nameless: 1, runs: 1 })
  })

  test('that were refused or cut off before they began are not feared to wait in a queue', async () => {
    const refused = sampleOf(1, { outcome: 'rejected', httpStatus: 504 })
    const { mayStillRun } = await reconciled([timedOut(0), refused, sampleOf(2, { outcome: 'disconnected' })], [ended()])
    expect(mayStillRun).toMatchObject({ running: 0, untold: 0, waiting: 1 })
  })

  test('cannot be told from others’ where more are found than were lost, and a shared user is called one', async () => {
    const found = await reconciled(
      [blocking(0)],
      [logged('x', { status: 'running' }), logged('y', { status: 'succeeded', tokens: 9 }), ended()],
      'load-test',
    )
    expect(found).toMatchObject({
      fates: { unknown: 1 },
      inLogs: { user: 'shared', nameless: 1, runs: 2, fates: { succeeded: 1, running: 1 } },
      mayStillRun: { running: 0, untold: 1, ids: [] },
      tokens: { reported: 0 },
    })
  })

  test('do not take the rows of runs whose id is known: those tell of them where nobody asked', async () => {
    const { fates } = await reconciled([named(0), blocking(1)], [logged('run-0', { status: 'succeeded', tokens: 3 }), ended()])
    expect(fates).toEqual({ succeeded: 1, 'no-trace': 1 })
  })
})

describe('tokens of lost runs', () => {
  const typical = [succeeded(100), succeeded(101, { tokens: 120, textChunks: 12 }), succeeded(102, { tokens: 80, textChunks: 8 })]
  const cost = async (lost: Sample, run: StoredRun | undefined, extra: readonly Sample[] = typical) =>
    (await reconciled([lost, ...extra], [...(run ? [fate(lost.seq, run)] : []), ended()])).tokens

  test('are booked as the server reports them', async () => {
    expect(await cost(named(0), { status: 'succeeded', tokens: 64 })).toEqual({
      reported: 64,
      estimated: 0,
      estimatedRuns: 0,
      unpricedRuns: 0,
    })
  })

  test('are what a typical run costs, in proportion to the text that had come, where it was cut short and reports 0', async () => {
    expect(await cost(named(0, { textChunks: 4 }), { status: 'stopped', tokens: 0 })).toMatchObject({ estimated: 40, estimatedRuns: 1 })
    expect(await cost(named(0, { textChunks: 25 }), { status: 'workflow-failed', tokens: 0 })).toMatchObject({ estimated: 250 })
    expect(await cost(named(0, { textChunks: 0 }), { status: 'stopped', tokens: 0 })).toMatchObject({ estimated: 0, estimatedRuns: 0 })
  })

  test('are those of a whole run at least where it goes on, or where nobody knows', async () => {
    expect(await cost(named(0, { textChunks: 4 }), { status: 'running' })).toMatchObject({ estimated: 100 })
    expect(await cost(named(0, { textChunks: 4 }), undefined)).toMatchObject({ estimated: 100 })
    expect(await cost(named(0, { textChunks: 30 }), undefined)).toMatchObject({ estimated: 300 })
  })

  test('are never less than its finished nodes had reported, a loop’s inner ones counted once', async () => {
    const nodes = [
      { nodeId: 'a', title: 'A', type: 'llm', tokens: 30 },
      { nodeId: 'loop', title: 'L', type: 'loop', tokens: 50 },
      { nodeId: 'in', title: 'I', type: 'llm', tokens: 50, parent: 'loop' },
      { nodeId: 'other', title: 'O', type: 'llm', tokens: 5, parent: 'open' },
    ]
    expect(await cost(named(0, { textChunks: 1, nodes }), { status: 'stopped', tokens: 0 })).toMatchObject({ estimated: 85 })
  })

  test('go by the input set of the run, or by all where none of its own succeeded', async () => {
    const long = [succeeded(200, { inputSet: 'long', tokens: 1000, textChunks: 100 })]
    const short = named(0, { inputSet: 'default' })
    const other = named(0, { inputSet: 'other' })
    expect(await cost(short, { status: 'running' }, [...typical, ...long])).toMatchObject({ estimated: 100 })
    expect(await cost(named(0, { inputSet: 'long' }), { status: 'running' }, [...typical, ...long])).toMatchObject({ estimated: 1000 })
    expect(await cost(other, { status: 'running' }, long)).toMatchObject({ estimated: 1000 })
  })

  test('are unpriced where no run succeeded to go by, and nothing where a workflow costs none or the run never began', async () => {
    expect(await cost(named(0), { status: 'stopped', tokens: 0 }, [])).toMatchObject({ estimated: 0, unpricedRuns: 1 })
    expect(await cost(named(0), { status: 'stopped', tokens: 0 }, [succeeded(9, { tokens: 0 })])).toMatchObject({
      estimated: 0,
      estimatedRuns: 0,
      unpricedRuns: 0,
    })
    expect(await cost(timedOut(0), undefined)).toEqual({ reported: 0, estimated: 0, estimatedRuns: 0, unpricedRuns: 0 })
  })
})

describe('whatever was lost, and whatever was said of it', () => {
  const statuses = FATES.filter((fate): fate is StoredRun['status'] => fate !== 'no-trace' && fate !== 'unknown')
  const runs = fc.record(
    {
      status: fc.constantFrom(...statuses),
      tokens: fc.nat(1000),
      elapsed: fc.nat(1e7).map((value) => ms(value / 1000)),
    },
    { requiredKeys: ['status'] },
  )
  const samples = fc
    .array(
      fc.record({
        outcome: fc.constantFrom('succeeded', 'timed-out', 'unfinished', 'disconnected', 'no-result', 'rejected', 'workflow-failed'),
        httpStatus: fc.constantFrom(200, 400, 500),
        mode: fc.constantFrom('blocking', 'streaming'),
        hasId: fc.boolean(),
        textChunks: fc.nat(20),
        tokens: fc.nat(500),
      }),
      { maxLength: 30 },
    )
    .map((list) =>
      list.map(({ hasId, outcome, ...shape }, seq) =>
        sampleOf(seq, {
          ...shape,
          outcome: outcome as Sample['outcome']['kind'],
          ...(outcome === 'succeeded' && { finished: 9 }),
          ...(hasId && { workflowRunId: `run-${seq}` }),
        }),
      ),
    )
  const said = fc.record({
    details: fc.array(fc.tuple(fc.nat(30), fc.option(runs, { nil: undefined })), { maxLength: 30 }),
    rows: fc.array(
      fc.tuple(
        fc.oneof(
          fc.nat(30).map((n) => `run-${n}`),
          fc.nat(9).map((n) => `x-${n}`),
        ),
        runs,
      ),
      { maxLength: 30 },
    ),
    stops: fc.array(fc.nat(30), { maxLength: 10 }),
    came: fc.option(fc.constantFrom<LookUp>('whole', 'skipped', 'deadline', 'unanswered', 'refused', 'too-many'), { nil: undefined }),
    user: fc.constantFrom('flowbench-{{run}}', 'me', '{{slot}}'),
  })

  test('each lost run comes to one thing, no more, and nothing else of the run is changed by it', async () => {
    await fc.assert(
      fc.asyncProperty(samples, said, async (list, { details, rows, stops, came, user }) => {
        const isLost = new Set((await lostOf(list)).map(({ seq }) => seq))
        const lines: LogLine[] = [
          ...stops.filter((seq) => isLost.has(seq)).map(stopOf),
          ...details
            .filter(([seq]) => isLost.has(seq))
            .map(([seq, run]): LogLine => (run ? fate(seq, run) : { fate: seq, at: s(20), unanswered: 'no' })),
          ...rows.map(([id, run]) => logged(id, run)),
          ...(came ? [ended(came)] : []),
        ]
        const [bare, full] = [await measured(list, [], user), await measured(list, lines, user)]
        const found = full.reconciled
        expect(full.breaches).toEqual([])
        expect(beside(full)).toEqual(beside(bare))
        expect(found.lost).toBe(isLost.size)
        expect(Object.values(found.fates).reduce((sum, many) => sum + many, 0)).toBe(found.lost)
        const fears = found.mayStillRun.running + found.mayStillRun.untold + found.mayStillRun.waiting
        const open = (['running', 'unknown', 'no-trace'] satisfies Fate[]).reduce((sum, name) => sum + (found.fates[name] ?? 0), 0)
        expect(found.mayStillRun.running).toBe(found.fates.running ?? 0)
        expect(fears).toBeLessThanOrEqual(open)
        expect(found.mayStillRun.ids.length).toBeLessThanOrEqual(fears)
        expect(new Set(found.mayStillRun.ids).size).toBe(found.mayStillRun.ids.length)
        expect(found.mayStillRun.blocking).toBeLessThanOrEqual(fears)
        expect(found.tokens.estimatedRuns + found.tokens.unpricedRuns).toBeLessThanOrEqual(found.lost)
        for (const value of [found.elapsedUs, ...Object.values(found.tokens)]) expect(value >= 0 && Number.isFinite(value)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  /** By the definition, told in other words than the product's. */
  const lostOf = async (list: readonly Sample[]) =>
    list.filter(
      ({ outcome, httpStatus = 0 }) =>
        !['succeeded', 'workflow-failed'].includes(outcome.kind) && (outcome.kind !== 'rejected' || httpStatus >= 500),
    )
})
