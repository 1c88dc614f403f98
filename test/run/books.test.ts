import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EXIT } from '../../src/core/errors.ts'
import type { Limits, Phase } from '../../src/core/plan.ts'
import { keyed } from '../../src/core/random.ts'
import { MARKS } from '../../src/core/sample.ts'
import { micros, perSecond } from '../../src/core/units.ts'
import { concludeMeasured } from '../../src/judge/run-summary.ts'
import { summarise } from '../../src/measure/summary.ts'
import { closedPhase, ms, openPhase, planOf } from '../helpers/samples.ts'
import { type VirtualRunOptions, virtualRun } from '../helpers/virtual-run.ts'
import {
  bytes,
  end,
  event,
  failed,
  type Happening,
  head,
  JSON_TYPE,
  runOf,
  type Server,
  STREAM,
  sent,
} from '../helpers/virtual-transport.ts'

const modes = fc.constantFrom('blocking', 'streaming')
const milliseconds = (min: number, max: number) => fc.integer({ min, max }).map(ms)
const ratesOf = fc.double({ min: 0.5, max: 40, noNaN: true }).map(perSecond)
const common = { mode: modes, measured: fc.boolean(), settle: fc.boolean() } as const

const openPhases = fc
  .record({ ...common, from: ratesOf, to: ratesOf, arrivals: fc.constantFrom('constant', 'poisson'), length: milliseconds(50, 2000) })
  .map((over) => openPhase(over))
const closedPhases = fc
  .record({
    ...common,
    from: fc.integer({ min: 1, max: 8 }),
    to: fc.integer({ min: 1, max: 8 }),
    think: milliseconds(0, 200),
    length: milliseconds(50, 2000),
    runs: fc.option(fc.integer({ min: 1, max: 25 }), { nil: undefined }),
    endless: fc.boolean(),
  })
  .map(({ runs, endless, length, to, from, ...over }) =>
    // Without a length a phase needs a number of runs, and cannot be a ramp.
    runs !== undefined && endless
      ? withoutLength(closedPhase({ ...over, from, to: from, runs }))
      : closedPhase({ ...over, from, to, length, ...(runs !== undefined && { runs }) }),
  )

function withoutLength({ length: _, ...phase }: ReturnType<typeof closedPhase>): Phase {
  return phase
}

const phases = fc
  .array(fc.oneof(openPhases, closedPhases), { minLength: 1, maxLength: 3 })
  .map((list) => list.map((phase, n) => ({ ...phase, name: `phase ${n}` }) as Phase))

const limits = fc
  .record({
    inFlight: fc.integer({ min: 1, max: 30 }),
    connect: milliseconds(5, 200),
    firstEvent: milliseconds(50, 1000),
    idle: milliseconds(50, 1000),
    timeout: fc.record({ blocking: milliseconds(50, 3000), streaming: milliseconds(50, 3000) }),
    linger: milliseconds(0, 3000),
    drain: milliseconds(0, 3000),
    tokens: fc.option(fc.integer({ min: 1, max: 2000 }), { nil: undefined }),
    runs: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  })
  .map(({ tokens, runs, ...rest }): Limits => ({ ...rest, ...(tokens !== undefined && { tokens }), ...(runs !== undefined && { runs }) }))

/** A server that does anything at all, by seed. */
function wild(seed: number, trouble: number): Server {
  return (request, n) => {
    const random = keyed(seed, n)
    const length = Math.floor(random() * random() * 800_000)
    const half = Math.floor(length / 2)
    if (random() >= trouble) return runOf(request, length, { total_tokens: Math.floor(random() * 100), elapsed_time: length / 1e6 })
    const started = bytes(half, event('workflow_started'))
    const streaming: readonly (readonly Happening[])[] = [
      [sent(0), head(0, 200, STREAM), started],
      [sent(0), head(0, 200, STREAM), started, end(length)],
      [sent(0), head(0, 200, STREAM), started, failed(length, 'ECONNRESET')],
      [sent(0), head(0, 200, STREAM), started, bytes(length, 'data: {"event":"error","message":"no"}\n\n')],
      [sent(0), head(0, 200, STREAM), bytes(length, 'data: {"event":"error","message":"no"}\n\n'), end(length + 300_000_000)],
      [sent(0), head(0, 200, STREAM), bytes(half, 'data: none\n\n')],
      [sent(0), head(0, 200, STREAM), started, bytes(length, 'data: none\n\n')],
      [
        sent(0),
        head(0, 200, STREAM),
        started,
        bytes(length, event('workflow_finished', { status: 'failed' })),
        failed(length + 500, 'EPIPE'),
      ],
    ]
    const either: readonly (readonly Happening[])[] = [
      [],
      [sent(0)],
      [sent(0), head(half, 200, JSON_TYPE), bytes(length, 'half a re'), failed(length, 'ECONNRESET')],
      [sent(0), head(half, 200, JSON_TYPE), bytes(length, '{"no":"reply"}'), end(length)],
      [sent(0), head(half, 429, JSON_TYPE), bytes(length, '{"code":"too_many_requests"}'), end(length)],
      [sent(0), head(half, 500, 'text/html'), bytes(length, '<h1>Oh</h1>'), end(length)],
      [sent(0), head(half, 302, 'text/html'), end(length)],
      [sent(0, true), failed(length, 'ECONNRESET')],
      [failed(length, 'ECONNREFUSED')],
      [failed(0, 'EMFILE')],
      ...(random() < 0.05 ? [[sent(0), head(half, 401, JSON_TYPE), end(length)]] : []),
    ]
    const all = request.body?.includes('"streaming"') ? [...streaming, ...either] : either
    return all[Math.floor(random() * all.length)]!
  }
}

/** What a server says of its runs when it is asked afterwards: anything, by seed. */
function wildBooks(seed: number, nonsense: number): Server {
  return ({ path }, n) => {
    const random = keyed(seed, 'books', n)
    const took = Math.floor(random() * random() * 2_000_000)
    const reply = (status: number, body: string): readonly Happening[] => [
      sent(0),
      head(took, status, JSON_TYPE),
      bytes(took, body),
      end(took),
    ]
    if (random() < nonsense) {
      const odd = [
        [],
        [sent(0)],
        [failed(took, 'ECONNRESET')],
        reply(500, '{}'),
        reply(404, '{}'),
        reply(200, '{"data":'),
        reply(200, '[]'),
      ]
      return odd[Math.floor(random() * odd.length)]!
    }
    const statuses = ['running', 'succeeded', 'failed', 'stopped', 'partial-succeeded', 'paused', 'dreaming']
    const run = () => ({
      id: `run-${Math.floor(random() * 20)}`,
      status: statuses[Math.floor(random() * statuses.length)],
      elapsed_time: random() * 9,
      total_tokens: Math.floor(random() * 100),
    })
    if (!path.includes('/logs')) return reply(200, JSON.stringify(run()))
    const data = Array.from({ length: Math.floor(random() * 5) }, () => ({ workflow_run: run() }))
    return reply(200, JSON.stringify({ data, has_more: random() < 0.5 }))
  }
}

const runs = fc.record({
  phases,
  limits,
  seed: fc.integer({ min: 0, max: 1e9 }),
  trouble: fc.constantFrom(0, 0.1, 0.5, 1),
  stopAt: fc.option(milliseconds(0, 5000), { nil: undefined, freq: 1 }),
  abortAt: fc.option(milliseconds(0, 5000), { nil: undefined, freq: 1 }),
  draws: fc.option(fc.integer({ min: 0, max: 80 }), { nil: undefined, freq: 2 }),
})

async function carryOut(
  { phases, limits, seed, trouble, stopAt, abortAt, draws }: typeof runs extends fc.Arbitrary<infer R> ? R : never,
  more: VirtualRunOptions = {},
) {
  const plan = planOf({ phases, limits, seed })
  const run = await virtualRun(plan, wild(seed, trouble), {
    ...more,
    ...(stopAt !== undefined && { stopAt }),
    ...(abortAt !== undefined && { abortAt }),
    ...(draws !== undefined && { draws }),
  })
  return { plan, run }
}

describe('whatever the plan, the server and the person do', () => {
  test('the books balance, and every exchange is told of exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (setting) => {
        const { plan, run } = await carryOut(setting)
        expect(run.measured.breaches).toEqual([])
        expect(run.measured.status).toBe(run.end.status)
        const opened = run.lines.flatMap((line) => ('open' in line ? [line.open] : []))
        const ended = run.samples.filter(({ outcome }) => outcome.kind !== 'dropped').map(({ seq }) => seq)
        expect(ended.toSorted((a, b) => a - b)).toEqual(opened.toSorted((a, b) => a - b))
        expect(opened).toHaveLength(run.requests.length)
        expect(new Set(run.samples.map(({ seq }) => seq)).size).toBe(run.samples.length)
        const places = run.samples.map(({ phase, n }) => `${phase}/${n}`)
        expect(new Set(places).size).toBe(places.length)
        expect(run.lines.filter((line) => 'phaseEnded' in line)).toHaveLength(plan.phases.length)
        expect(run.lines.at(-1)).toMatchObject({ end: run.end.status })
        for (const phase of plan.phases) {
          if (phase.kind === 'open') continue
          const samples = run.samples.filter((sample) => sample.phase === phase.name)
          expect(samples.length).toBeLessThanOrEqual(phase.runs ?? Number.POSITIVE_INFINITY)
          expect(samples.filter(({ outcome }) => outcome.kind === 'dropped')).toEqual([])
        }
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  test('marks are in order, nothing is sent early or late, or after the end of its phase or of sending', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (setting) => {
        const { plan, run } = await carryOut(setting)
        const asked = Math.min(setting.stopAt ?? Number.POSITIVE_INFINITY, setting.abortAt ?? Number.POSITIVE_INFINITY)
        for (const { marks, ended, phase } of run.samples) {
          const times = MARKS.flatMap((mark) => marks[mark] ?? [])
          expect(times).toEqual(times.toSorted((a, b) => a - b))
          if (marks.released === undefined) continue
          expect(marks.released).toBe(marks.intended)
          expect(marks.released).toBeLessThanOrEqual(asked)
          expect(ended).toBeGreaterThanOrEqual(marks.released)
          const span = run.measured.phases[phase]!
          expect(marks.intended).toBeGreaterThanOrEqual(span.beganUs)
          expect(marks.intended).toBeLessThanOrEqual(span.endedUs)
        }
        for (const line of run.lines) if ('closed' in line) expect(ended(run.samples, line.closed)).toBeLessThanOrEqual(line.at)
        expect(run.requests.length).toBeLessThanOrEqual(plan.limits.runs ?? Number.POSITIVE_INFINITY)
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('no request is left open, and whatever was left behind on the server is stopped there', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (setting) => {
        const { run } = await carryOut(setting)
        for (const request of run.requests) expect(request.over ?? request.cut).toBeDefined()
        const givenUp = run.samples.filter(
          ({ outcome, marks, cut, taskId }) =>
            marks.sent !== undefined &&
            (['timed-out', 'unfinished', 'interrupted'].includes(outcome.kind) ||
              (outcome.kind === 'bad-reply' && cut && taskId !== undefined)),
        )
        const told = run.lines.flatMap((line) => ('stop' in line ? [line.stop] : []))
        expect(told.toSorted((a, b) => a - b)).toEqual(givenUp.map(({ seq }) => seq).toSorted((a, b) => a - b))
        const stoppable = givenUp.filter(({ mode, taskId }) => mode === 'streaming' && taskId !== undefined)
        expect(run.stops).toHaveLength(stoppable.length)
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('the run is concluded, with no doubt about its books and no more in flight than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (setting) => {
        const { plan, run } = await carryOut(setting)
        const header = { schema: 'flowbench-samples', version: 1, plan: plan.hash, run: 'r', start: '2026-11-24T21:35:25.000Z' } as const
        const summary = concludeMeasured(run.measured, { header, plan }, { unwritten: false })
        expect(Object.values(EXIT)).toContain(summary.exitCode)
        expect(summary.exitCode).not.toBe(EXIT.bug)
        expect(summary.caveats.map(({ kind }) => kind)).not.toContain('books')
        for (const { failureShare = 0, inFlight } of Object.values(summary.phases)) {
          expect(failureShare >= 0 && failureShare <= 1).toBe(true)
          if (plan.phases.every(({ kind }) => kind === 'open')) expect(inFlight.max).toBeLessThanOrEqual(plan.limits.inFlight)
        }
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('what became of its lost runs is looked up in bounds, comes to one thing each, and changes nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.constantFrom(0, 0.3, 1), async (setting, nonsense) => {
        const { plan, run } = await carryOut(setting, { stored: wildBooks(setting.seed, nonsense) })
        const bare = (await carryOut(setting)).run
        const after = run.lines.findIndex((line) => 'end' in line) + 1
        expect(run.lines.slice(0, after)).toEqual(bare.lines)
        const { reconciled } = run.measured
        expect(run.measured.breaches).toEqual([])
        expect(Object.values(reconciled.fates).reduce((sum, many) => sum + many, 0)).toBe(reconciled.lost)
        expect(reconciled.lost).toBe(bare.measured.reconciled.lost)
        expect(run.lines.length > after).toBe(reconciled.lost > 0)
        expect(run.over - bare.over).toBeLessThanOrEqual(30_000_000)
        expect(run.questions.length).toBeLessThanOrEqual(2 * reconciled.lost + 50)
        for (const question of run.questions) expect(question.over ?? question.cut).toBeDefined()
        const header = { schema: 'flowbench-samples', version: 1, plan: plan.hash, run: 'r', start: '2026-11-24T21:35:25.000Z' } as const
        const conclude = (of: typeof run) => concludeMeasured(of.measured, { header, plan }, { unwritten: false })
        const [whole, without] = [conclude(run), conclude(bare)]
        const beside = ({ reconciled: _, caveats, ...rest }: typeof whole) => ({
          ...rest,
          caveats: caveats.filter(({ kind }) => kind !== 'may-still-run'),
        })
        expect(beside(whole)).toEqual(beside(without))
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('killed at any moment, its books balance too, and nothing that had ended is lost', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.double({ min: 0, max: 1, noNaN: true }), async (setting, share) => {
        const { plan, run } = await carryOut(setting)
        const lines = run.lines.slice(0, Math.floor(share * (run.lines.length - 1)))
        const killed = await summarise(plan, lines)
        expect([killed.status, killed.breaches]).toEqual(['incomplete', []])
        const ended = lines.filter((line) => 'sample' in line).length
        const opened = lines.filter((line) => 'open' in line).length
        const dropped = lines.filter((line) => 'sample' in line && line.sample.outcome.kind === 'dropped').length
        const outcomes = Object.values(killed.phases).map(({ outcomes }) => outcomes)
        const total = outcomes.flatMap((of) => Object.values(of)).reduce((sum, count) => sum + count, 0)
        expect(total).toBe(opened + dropped)
        expect(total - ended).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('the same again gives the same log, line by line', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (setting) => {
        expect((await carryOut(setting)).run.lines).toEqual((await carryOut(setting)).run.lines)
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})

const ended = (samples: readonly { readonly seq: number; readonly ended?: number }[], seq: number) =>
  samples.find((sample) => sample.seq === seq)?.ended ?? micros(0)
