import { describe, expect, test } from 'vitest'
import { CAVEAT_KINDS, type Caveat } from '../../src/core/caveat.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { LogLine, MachineSecond } from '../../src/core/record.ts'
import { micros } from '../../src/core/units.ts'
import { INVALIDATING, toCaveat } from '../../src/measure/caveats.ts'
import { type Doubt, findDoubts } from '../../src/measure/doubts.ts'
import type { MetricName } from '../../src/measure/metrics.ts'
import { summarise } from '../../src/measure/summary.ts'
import { logOf, machineSecond, ms, openPhase, planOf, quietMachine, type Shape, s, sampleOf, whole } from '../helpers/samples.ts'

/** 200 runs over ten seconds, each with a body of its own. */
const runs = (shape: (n: number) => Shape = () => ({})) =>
  Array.from({ length: 200 }, (_, n) =>
    sampleOf(n, {
      at: micros(n * 50_000),
      firstEvent: 20,
      finished: 200 + ((n * 37) % 11),
      tokens: 100,
      steps: 3,
      bodyHash: `body ${n}`,
      ...shape(n),
    }),
  )

interface Case {
  readonly plan?: Partial<Plan>
  readonly lines?: readonly LogLine[]
  readonly machine?: readonly MachineSecond[]
  readonly judged?: readonly MetricName[]
  readonly beside?: readonly MetricName[]
}

async function doubts({ plan: over = {}, lines, machine = quietMachine(10), judged = [], beside = [] }: Case): Promise<readonly Doubt[]> {
  const plan = planOf(over)
  return findDoubts(plan, await summarise(plan, lines ?? whole(logOf(runs(), plan.phases[0])), machine), { judged, beside })
}
const caveats = async (one: Case): Promise<Caveat[]> => (await doubts(one)).map(toCaveat)
const shaped = (shape: (n: number) => Shape) => whole(logOf(runs(shape)))
/** The machine's fifth second is another. */
const fifth = (over: Partial<MachineSecond>) => quietMachine(10).map((one, i) => (i === 4 ? { ...one, ...over } : one))
const loop = (p99: number, max: number) => ({ p50: micros(50), p99: micros(p99), max: micros(max) })
const lagging = (lag: number, finished: number, more: Shape = {}) =>
  shaped(() => ({ released: lag, sent: lag, firstEvent: lag + finished / 2, finished: lag + finished, ...more }))
const note = (kind: Extract<LogLine, { note: unknown }>['note'], text: string): LogLine[] => [
  ...logOf(runs()),
  { note: kind, at: s(9), text },
  { end: 'whole', at: s(10) },
]

/** The one node of a run that took 299 ms. */
const nodeOf = (nodeId: string) => ({ nodeId, title: nodeId, type: 'code' })

test('a quiet run gives no reason to doubt it', async () => expect(await doubts({})).toEqual([]))

/** An exchange that we gave up. */
const LOST = { outcome: 'timed-out', workflowRunId: 'run' } as const

/** What inputs are made of, and what can be put into such. */
const REPEATED: readonly (readonly [string, Partial<Plan['inputs'][number]>, RegExp])[] = [
  ['text', { values: { text: 'hi' } }, /Put `\{\{nonce\}\}` into an input of text, or bring more rows\.$/],
  ['text in rows', { rows: [{ n: 1, tags: ['a'] }] }, /Put `\{\{nonce\}\}` into an input of text/],
  ['files', { values: {}, files: { scan: { generate: 'pdf', size: 1000 } as never } }, /All inputs are files, so bring more of those/],
  ['numbers', { values: { n: 1 } }, /No input is a text, so draw a number/],
  ['nothing', { values: {} }, /sends no inputs/],
]

describe('each caveat comes when it should', () => {
  test.each<[string, Caveat['kind'], Case, RegExp]>([
    ['lag above 10 ms and 5 % of the median', 'generator-late', { lines: lagging(12, 100) }, /12 ms late \(p99\)/],
    [
      'of the metrics that objectives use',
      'generator-late',
      { lines: lagging(12, 200), judged: ['response_time'] },
      /response_time of 212 ms/,
    ],
    [
      'in a comparison, of a metric that is told beside the one that decides',
      'late-beside',
      { lines: lagging(12, 400), judged: ['response_time'], beside: ['first_event'] },
      /12 ms late \(p99\), against a median first_event of 212 ms/,
    ],
    ['a gap in our own loop', 'suspended', { machine: fifth({ loop: loop(300, 5_100_000) }) }, /stood still for 5.1 s/],
    [
      'a second of the machine that came six seconds late',
      'suspended',
      { machine: [machineSecond(s(1)), machineSecond(s(8))] },
      /stood still for 6 s/,
    ],
    ['clocks 51 ms apart', 'clock', { machine: fifth({ clockOffset: ms(-51) }) }, /drifted 51 ms apart/],
    ['a sample that is lost', 'books', { lines: whole(logOf(runs()).filter((_, i) => i !== 2)) }, /bug in flowbench/],
    [
      'an exchange that our machine failed',
      'generator-fault',
      { lines: shaped((n) => (n === 3 ? { outcome: 'generator-fault', detail: 'EMFILE' } : {})) },
      /1 exchange failed .*EMFILE/,
    ],
    ['loop delay p99 above 10 ms', 'loop-stalled', { machine: fifth({ loop: loop(10_001, 20_000) }) }, /in 1 second/],
    ['one stall above 100 ms', 'loop-stalled', { machine: fifth({ loop: loop(300, 100_001) }) }, /longest 100 ms/],
    [
      'own CPU above 80 % of a core',
      'generator-busy',
      { machine: quietMachine(10).map((one) => ({ ...one, cpu: 0.9 })) },
      /90 % of a core/,
    ],
    [
      'a machine with less than 20 % left',
      'generator-busy',
      { machine: quietMachine(10).map((one) => ({ ...one, machineIdle: 0.15 })) },
      /15 % of its CPU left/,
    ],
    [
      'a send that was dropped',
      'sends-dropped',
      { lines: shaped((n) => (n === 5 ? { outcome: 'dropped' } : {})) },
      /1 of 200 sends were dropped \(limit of 500 in flight\)/,
    ],
    ['response times that grow', 'not-steady', { lines: shaped((n) => ({ finished: 200 + n / 4 })) }, /response_time rose by/],
    ['exchanges in flight that pile up', 'not-steady', { lines: shaped((n) => ({ finished: 300 + n * 2 })) }, /in flight rose by/],
    [
      'first runs that take five times as long',
      'not-steady',
      { lines: shaped((n) => ({ finished: n < 12 ? 1000 : 200 + (n % 7) })) },
      /the first 1 second was 4.93 times as slow as the median second/,
    ],
    ['a body sent before', 'input-repeated', { lines: shaped((n) => ({ bodyHash: `body ${n % 150}` })) }, /50 of 200 requests/],
    ...REPEATED.map(([name, over, advice]): [string, Caveat['kind'], Case, RegExp] => [
      `a body sent before, of ${name}`,
      'input-repeated',
      { plan: { inputs: [{ ...planOf().inputs[0]!, ...over }] }, lines: shaped(() => ({ bodyHash: 'same' })) },
      advice,
    ]),
    [
      'halves that differ in tokens',
      'work-differs',
      { lines: shaped((n) => ({ tokens: n < 100 ? 100 : 112 })) },
      /100 tokens .* 112 in the second/,
    ],
    [
      'halves that differ in the mix of executed nodes',
      'work-differs',
      { lines: shaped((n) => ({ firstEvent: 1, elapsed: ms(299), nodes: [nodeOf(n % (n < 100 ? 10 : 2) === 0 ? 'heavy' : 'light')] })) },
      /10 % of the runs in the first half and 50 % in the second took the same path through the workflow \(with heavy\)/,
    ],
    ['halves that differ in steps', 'work-differs', { lines: shaped((n) => ({ steps: n < 100 ? 3 : 4 })) }, /3 steps/],
    [
      'more than 0.5 % of kept connections found closed',
      'stale-connections',
      { lines: shaped((n) => ({ reused: true, ...(n < 2 && { outcome: 'stale-connection' }) })) },
      /2 of 200 exchanges/,
    ],
    [
      'a throttled exchange',
      'throttled',
      { lines: shaped((n) => (n === 0 ? { outcome: 'throttled' } : {})) },
      /1 of 200 exchanges were throttled/,
    ],
    [
      'throttled exchanges that were asked to wait',
      'throttled',
      { lines: shaped((n) => (n < 3 ? { outcome: 'throttled', retryAfter: s(n * 10) } : {})) },
      /3 of 200 exchanges were throttled\. The server asked to wait up to 20 s \(Retry-After\), and no wait was made\./,
    ],
    ['a user for each run', 'new-users', { lines: shaped((n) => ({ user: `load-${n}` })) }, /^200 different users/],
    ['a hundred users', 'new-users', { lines: shaped((n) => ({ user: `load-${n % 100}` })) }, /^100 different users/],
    [
      'a budget that is used up',
      'budget',
      { lines: note('budget-reached', '5,000 runs are sent') },
      /5,000 runs are sent\. Sending stopped/,
    ],
    ['inputs that are used up', 'budget', { lines: note('inputs-exhausted', 'corpus has no more rows.') }, /no more rows\. Sending/],
    [
      'a signal',
      'interrupted',
      { lines: [...logOf(runs()), { end: 'interrupted', at: s(10), signal: 'SIGINT' }] },
      /stopped before its end\./,
    ],
    ['a log without an end', 'incomplete', { lines: logOf(runs()).slice(0, -2) }, /killed.*under way then \(1 exchange\)/],
    ['certificates that were not checked', 'insecure', { plan: { target: { ...planOf().target, insecure: true } } }, /insecure: true/],
    ['outputs that are kept', 'outputs-recorded', { plan: { record: ['outputs'] } }, /outputs/],
    [
      'runs that may go on without us',
      'may-still-run',
      {
        lines: [
          ...whole(
            logOf([
              ...runs(),
              ...[1000, 1001, 1002].map((seq) => sampleOf(seq, LOST)),
              sampleOf(1003, { outcome: 'timed-out', mode: 'blocking' }),
            ]),
          ),
          { fate: 1000, at: s(11), stored: { status: 'running' } },
          { fate: 1001, at: s(11), unanswered: '500 unknown' },
          { fate: 1002, at: s(11), stored: { status: 'succeeded' } },
          { lookedUp: 'whole', at: s(11) },
        ],
      },
      /^3 runs .* 1 by the server’s own word, 1 of which nothing was told, 1 which may wait in its queue\. 1 of them .* blocking ones, .* cannot be stopped/,
    ],
  ])('%s: %s', async (_, kind, one, text) => {
    const found = (await caveats(one)).filter((caveat) => caveat.kind === kind)
    expect(found.map((caveat) => caveat.text).join('\n')).toMatch(text)
    expect(found.every(({ invalidates }) => invalidates === INVALIDATING.has(kind))).toBe(true)
  })

  test('connections that outlive their exchanges', async () => {
    const connected = Array.from({ length: 9 }, (_, i): LogLine => ({ connected: i, at: micros(0) }))
    const lines = whole([...logOf(runs()).slice(0, -1), ...connected, logOf(runs()).at(-1)!])
    const found = await caveats({ lines })
    expect(found.map(({ kind }) => kind)).toEqual(['connections-linger'])
    expect(found[0]!.text).toMatch(/9 connections were open for 4\.\d+ exchanges/)
  })
})

describe('and does not come when it should not', () => {
  test.each<[string, Caveat['kind'], Case]>([
    ['lag below 10 ms, though a large share', 'generator-late', { lines: lagging(9, 20) }],
    ['lag below 5 % of every judged median', 'generator-late', { lines: lagging(12, 600), judged: ['response_time'] }],
    ['lag above 5 % of a number of tokens, which is no time', 'generator-late', { lines: lagging(12, 600), judged: ['tokens'] }],
    [
      'lag above 5 % of a time below zero, which has no such share',
      'generator-late',
      { lines: lagging(12, 600, { elapsed: ms(400) }), judged: ['delivery_time', 'response_time'] },
    ],
    [
      'lag that only a metric beside the judged one feels',
      'generator-late',
      { lines: lagging(12, 400), judged: ['response_time'], beside: ['first_event'] },
    ],
    [
      'lag that spoils what decides: the rest is not told too',
      'late-beside',
      { lines: lagging(12, 100), judged: ['response_time'], beside: ['first_event'] },
    ],
    [
      'lag within the limit that the scenario sets',
      'generator-late',
      { lines: lagging(12, 100), plan: { caveats: { ...planOf().caveats, generatorLate: ms(15) } } },
    ],
    ['a gap of 4.9 s', 'suspended', { machine: fifth({ loop: loop(300, 4_900_000) }) }],
    ['clocks 50 ms apart', 'clock', { machine: fifth({ clockOffset: ms(50) }) }],
    ['loop delay at the limits', 'loop-stalled', { machine: fifth({ loop: loop(10_000, 100_000) }) }],
    [
      'a stall after the last phase',
      'loop-stalled',
      { machine: [...quietMachine(11), machineSecond(s(12), { loop: loop(50_000, 500_000) })] },
    ],
    ['a busy second among quiet ones', 'generator-busy', { machine: fifth({ cpu: 1, machineIdle: 0 }) }],
    [
      'a system that does not tell how idle it is',
      'generator-busy',
      { machine: quietMachine(10).map(({ machineIdle: _, ...one }) => one) },
    ],
    ['a ramp', 'not-steady', { plan: { phases: [openPhase({ to: 40 as never })] }, lines: shaped((n) => ({ finished: 200 + n })) }],
    ['response times that grow by 8 %', 'not-steady', { lines: shaped((n) => ({ finished: 200 + n * 0.08 })) }],
    ['response times that only scatter', 'not-steady', { lines: shaped((n) => ({ finished: 100 + ((n * 7919) % 200) })) }],
    [
      'a slow second that is not the first',
      'not-steady',
      { lines: shaped((n) => ({ finished: n >= 100 && n < 120 ? 1000 : 200 + (n % 7) })) },
    ],
    ['a slow first second that comes again', 'not-steady', { lines: shaped((n) => ({ finished: n % 100 < 20 ? 1000 : 200 + (n % 7) })) }],
    ['a body for each', 'input-repeated', {}],
    ['halves that differ by chance', 'work-differs', { lines: shaped((n) => ({ tokens: 10 + ((n * 7919) % 500) })) }],
    ['halves that differ by 9 %', 'work-differs', { lines: shaped((n) => ({ tokens: n < 100 ? 100 : 109 })) }],
    [
      '0.5 % of kept connections found closed',
      'stale-connections',
      { lines: shaped((n) => ({ reused: true, ...(n === 0 && { outcome: 'stale-connection' }) })) },
    ],
    ['one user for all', 'new-users', { plan: { user: 'load-{{run}}' } }],
    ['99 users', 'new-users', { lines: shaped((n) => ({ user: `load-${n % 99}` })) }],
    ['a warning that the budget comes near', 'budget', { lines: note('budget-warning', '80 %') }],
    [
      'every lost run stopped on the server',
      'may-still-run',
      {
        lines: [
          ...whole([...logOf([...runs(), sampleOf(1000, { ...LOST, workflowRunId: 'x' })]), { stop: 1000, result: 'stopped' }]),
          { lookedUp: 'unanswered', at: s(11) },
        ],
      },
    ],
  ])('%s: %s', async (_, kind, one) => {
    expect((await doubts(one)).map((doubt) => doubt.kind)).not.toContain(kind)
  })

  test('in a warm-up', async () => {
    const plan = { phases: [openPhase({ measured: false })] }
    const lines = shaped((n) => ({
      released: 50,
      sent: 50,
      finished: 200 + n,
      tokens: n,
      outcome: n % 5 ? 'throttled' : 'succeeded',
      bodyHash: 'same',
    }))
    expect(await doubts({ plan, lines, machine: fifth({ loop: loop(50_000, 200_000), cpu: 9 }) })).toEqual([])
  })
})

test('every caveat speaks in at least three whole sentences: what is wrong, what it does, what to do', () => {
  const samples: readonly Doubt[] = [
    { kind: 'generator-late', phase: 'p', metric: 'first_event', lag: 12_000, p50: 20_000 },
    { kind: 'late-beside', phase: 'p', metric: 'first_event', lag: 12_000, p50: 20_000 },
    { kind: 'suspended', gap: 6e6, at: 9e6 },
    { kind: 'clock', drift: 60_000 },
    { kind: 'books', text: 'It does not add up.', bug: false },
    { kind: 'generator-fault', count: 2 },
    { kind: 'loop-stalled', phase: 'p', p99: 1, max: 2, seconds: 3 },
    { kind: 'generator-busy', phase: 'p', cpu: 0.5, which: 'machine' },
    { kind: 'sends-dropped', phase: 'p', dropped: 1, intended: 2, why: 'limit of 3' },
    { kind: 'few-samples', phase: 'p', objective: 'o', have: 1, needed: 2 },
    { kind: 'not-steady', phase: 'p', of: 'in flight', change: -0.2, p: 0.001 },
    { kind: 'not-steady', phase: 'p', of: 'beginning', seconds: 1, times: 5 },
    ...(['text', 'files', 'values', 'nothing'] as const).map((inputs): Doubt => ({ kind: 'input-repeated', count: 1, sent: 2, inputs })),
    { kind: 'work-differs', phase: 'p', of: 'steps', first: 1, second: 2 },
    { kind: 'stale-connections', count: 1, reused: 2 },
    { kind: 'connections-linger', phase: 'p', open: 9, inFlight: 2, kept: true },
    { kind: 'throttled', count: 1, intended: 2 },
    { kind: 'new-users', users: 100 },
    { kind: 'shards-apart', phase: 'steady', shards: 8, apart: 1_200_000, share: 0.02 },
    { kind: 'budget', text: 'The budget is used up' },
    { kind: 'interrupted', text: 'Stopped by SIGINT' },
    { kind: 'incomplete', killed: 0 },
    { kind: 'insecure' },
    { kind: 'outputs-recorded' },
    { kind: 'may-still-run', running: 1, untold: 0, waiting: 2, blocking: 0, ids: [] },
  ]
  expect([...new Set(samples.map(({ kind }) => kind))].sort()).toEqual([...CAVEAT_KINDS].sort())
  for (const { text } of samples.map(toCaveat)) {
    expect(text.match(/[.!?](?= [A-Z`]|$)/g)?.length ?? 0, text).toBeGreaterThanOrEqual(3)
    expect(text).not.toMatch(/undefined|NaN|\.\./)
  }
})
