import type { Phase, Plan } from '../../src/core/plan.ts'
import { keyed, type Random } from '../../src/core/random.ts'
import type { Environment, LogLine, MachineSecond } from '../../src/core/record.ts'
import type { NodeSpan, OutcomeKind, Sample } from '../../src/core/sample.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { type Micros, micros, perSecond, seconds } from '../../src/core/units.ts'
import { concludeRun } from '../../src/judge/run-summary.ts'
import { closedPhase, inputSet, machineSecond, openPhase, planOf, sampleOf } from './samples.ts'

/** All that a report is made of, with the samples that it was made from. */
export interface MadeRun {
  readonly summary: RunSummary
  readonly plan: Plan
  readonly environment: Environment
  readonly machine: readonly MachineSecond[]
  readonly samples: readonly Sample[]
}

export interface MadeOptions {
  /** What an exchange did, over what it would have done. */
  readonly change?: (sample: Sample) => Partial<Sample>
  /** The log's last line is missing: the run was killed. */
  readonly killed?: boolean
  readonly machine?: readonly MachineSecond[]
}

export const environment: Environment = {
  flowbench: '0.1.0',
  node: '24.9.0',
  platform: 'linux x64',
  cpu: 'Some CPU @ 2.4 GHz',
  cores: 4,
  memoryBytes: 8_000_000_000,
  libraries: { undici: '8.13.1', 'hdr-histogram-js': '3.0.1' },
  commit: '0123abc',
}

/** A warm-up, a steady and a climbing phase in streaming mode, and the steady one again in blocking mode: what a real first run looks like. */
export const translatePlan = (over: Partial<Plan> = {}): Plan =>
  planOf({
    name: 'translate',
    description: 'Does the translate workflow hold its latency at ten runs a second?',
    target: {
      url: 'http://127.0.0.1:5001/v1',
      connections: 'auto',
      headers: {},
      insecure: false,
      allow: [],
      sharedCloudAllowed: false,
    },
    phases: [
      closedPhase({ name: 'warm-up', mode: 'streaming', measured: false, length: seconds(10) }),
      openPhase({ name: 'streaming', length: seconds(60), arrivals: 'poisson' }),
      openPhase({ name: 'climb', from: perSecond(10), to: perSecond(30), length: seconds(40) }),
      openPhase({ name: 'blocking', mode: 'blocking', length: seconds(60), arrivals: 'poisson' }),
    ],
    inputs: [inputSet('short'), inputSet('corpus')],
    objectives: [
      { text: 'first_event p95 < 800ms' },
      { text: 'response_time p99 of all < 5s in streaming' },
      { text: 'response_time p95 < 1500ms' },
      { text: 'throughput > 9/s in streaming' },
      { text: 'failures < 1%', isDefault: true },
    ],
    hash: 'sha256:5d41402abc4b2a76b9719d911017c592',
    ...over,
  })

/** A run of `plan` as its files would tell it: seeded, so that it is the same each time. */
export async function makeRun(plan: Plan = translatePlan(), options: MadeOptions = {}): Promise<MadeRun> {
  const samples: Sample[] = []
  const lines: LogLine[] = []
  let began = 0
  for (const phase of plan.phases) {
    const random = keyed(plan.seed, phase.name)
    const length = phase.length ?? seconds(20)
    lines.push({ phaseBegan: phase.name, at: micros(began) })
    let n = 0
    for (const [offset, share] of offsets(phase, length, random)) {
      const made = exchange(phase, { seq: samples.length, n: n++, at: micros(began + offset), share, plan, random })
      const sample = { ...made, ...options.change?.(made) }
      samples.push(sample)
      const { marks, outcome } = sample
      if (outcome.kind !== 'dropped')
        lines.push({
          open: sample.seq,
          phase: phase.name,
          n: sample.n,
          inputSet: sample.inputSet,
          at: marks.released ?? marks.intended,
          intended: marks.intended,
        })
      lines.push({ sample })
      if (marks.sent !== undefined && marks.closed !== undefined)
        lines.push({ connected: sample.seq, at: marks.sent }, { disconnected: sample.seq, at: marks.closed })
    }
    began += length
    lines.push({ phaseEnded: phase.name, at: micros(began), planned: n, notReached: 0 })
  }
  if (!options.killed) lines.push({ end: 'whole', at: micros(began + 2_000_000) })
  const machine = options.machine ?? machineOf(began, plan)
  const header = {
    schema: 'flowbench-samples',
    version: 1,
    plan: plan.hash,
    run: '20261124T213525Z-a1b2',
    start: '2026-11-24T21:35:25.000Z',
  } as const
  return { summary: await concludeRun({ header, plan, lines, machine }), plan, environment, machine, samples }
}

/** When the phase's exchanges are intended, each with how loaded the server is then, 0 to 1. */
function* offsets(phase: Phase, length: Micros, random: Random): Generator<readonly [number, number]> {
  const rateAt = (at: number) =>
    phase.kind === 'closed' ? 6 * phase.from : phase.from + ((phase.to - phase.from) * at) / Math.max(1, length)
  for (let at = 0; at < length; ) {
    yield [at, Math.min(1, rateAt(at) / 32)]
    at += (1e6 / rateAt(at)) * (phase.kind === 'open' && phase.arrivals === 'poisson' ? -Math.log1p(-random()) : 1)
  }
}

interface Call {
  readonly seq: number
  readonly n: number
  readonly at: Micros
  readonly share: number
  readonly plan: Plan
  readonly random: Random
}

function exchange(phase: Phase, { seq, n, at, share, plan, random }: Call): Sample {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const queue = share > 0.7 ? (share - 0.7) * 2500 * random() : 8 * random()
  const first = 25 + queue + 10 * random()
  const work = 620 * Math.exp(0.28 * normal())
  const streaming = phase.mode === 'streaming'
  const late = 0.1 + 0.2 * random()
  const text = first + work * 0.35
  const finished = first + work + (streaming ? 0 : 30)
  const fate = random()
  const failure = fate < 0.004 ? 'workflow-failed' : fate < 0.006 ? 'timed-out' : fate < 0.007 ? 'rejected' : undefined
  const common = {
    at,
    n,
    phase: phase.name,
    mode: phase.mode,
    inputSet: plan.inputs[n % 4 === 3 ? plan.inputs.length - 1 : 0]!.name,
    released: late,
    sent: late + 0.6,
    httpStatus: 200,
    headers: late + 8,
    firstByte: streaming ? late + 9 : finished,
    taskId: uuid(random),
    workflowRunId: uuid(random),
    bodyHash: `${seq}`,
    connection: seq,
    reused: false,
    bytes: Math.round(9000 + 3000 * random()),
  }
  if (failure && failure !== 'workflow-failed')
    return sampleOf(seq, {
      ...common,
      outcome: failure,
      detail: failure === 'rejected' ? 'HTTP 500 internal_server_error' : 'waiting for an event for 60 s',
      ended: micros(at + finished * 1000),
    })
  const nodes: NodeSpan[] = [
    { nodeId: 'start', title: 'Start', type: 'start', status: 'succeeded', started: at, finished: micros(at + 2000), elapsed: micros(900) },
    {
      nodeId: 'llm',
      title: 'Translate',
      type: 'llm',
      status: failure ? 'failed' : 'succeeded',
      started: micros(at + first * 1000),
      finished: micros(at + finished * 1000),
      elapsed: micros(work * 990),
      tokens: 180,
    },
  ]
  const chunks = 20
  return sampleOf(seq, {
    ...common,
    ...(streaming && { firstEvent: first, firstText: text, lastText: finished - 12 }),
    finished,
    closed: finished + (streaming ? 1010 : 1),
    elapsed: micros(work * 1000),
    tokens: failure ? 0 : Math.round(170 + 40 * random()),
    steps: 3,
    ...(streaming && {
      events: chunks + 6,
      pings: 1,
      textChunks: chunks,
      textGaps: Array.from({ length: chunks - 1 }, () => micros((work * 620) / chunks)),
      longestGap: micros(work * 350),
    }),
    nodes,
    ...(failure && { outcome: failure as OutcomeKind, detail: 'model overloaded' }),
  })
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

function machineOf(length: number, plan: Plan): readonly MachineSecond[] {
  const random = keyed(plan.seed, 'machine')
  return Array.from({ length: Math.ceil(length / 1e6) }, (_, second) =>
    machineSecond(seconds(second + 1), {
      loop: { p50: micros(40 + 30 * random()), p99: micros(300 + 500 * random()), max: micros(900 + 2500 * random()) },
      cpu: 0.08 + 0.06 * random(),
    }),
  )
}
