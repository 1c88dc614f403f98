import type { ClosedPhase, InputSet, OpenPhase, Phase, Plan } from '../../src/core/plan.ts'
import type { LogLine, MachineSecond } from '../../src/core/record.ts'
import { type Mark, NOTHING_HEARD, type OutcomeKind, type Sample } from '../../src/core/sample.ts'
import { type Micros, micros, milliseconds, perSecond, seconds } from '../../src/core/units.ts'

/** Milliseconds as the run's clock has them. */
export const ms = milliseconds
export const s = seconds

export const openPhase = (over: Partial<OpenPhase> = {}): OpenPhase => ({
  kind: 'open',
  name: 'steady',
  mode: 'streaming',
  measured: true,
  settle: false,
  from: perSecond(10),
  to: perSecond(10),
  arrivals: 'constant',
  length: s(10),
  ...over,
})

export const closedPhase = (over: Partial<ClosedPhase> = {}): ClosedPhase => ({
  kind: 'closed',
  name: 'users',
  mode: 'blocking',
  measured: true,
  settle: false,
  from: 4,
  to: 4,
  think: micros(0),
  length: s(10),
  ...over,
})

export const inputSet = (name: string): InputSet => ({ name, weight: 1, values: {}, order: 'sequential', whenExhausted: 'repeat' })

/** A plan with one open phase `steady`, one input set and the default objective. */
export const planOf = (over: Partial<Plan> = {}): Plan => ({
  schema: 1,
  name: 'test',
  target: { connections: 'auto', headers: {}, insecure: false, allow: [], sharedCloudAllowed: false },
  user: 'flowbench-{{run}}',
  inputs: [inputSet('default')],
  phases: [openPhase()],
  limits: {
    inFlight: 500,
    connect: s(5),
    firstEvent: s(300),
    idle: s(60),
    timeout: { blocking: s(100), streaming: s(1200) },
    linger: s(3),
    drain: s(1200),
  },
  accept: [],
  record: [],
  objectives: [{ text: 'failures < 1%', isDefault: true }],
  strict: false,
  nodes: 'stream',
  caveats: {
    generatorLate: ms(10),
    suspended: s(5),
    clockDrift: ms(50),
    loopDelay: ms(10),
    loopStall: ms(100),
    ownCpu: 0.8,
    staleConnections: 0.005,
  },
  seed: 7,
  hash: 'sha256:test',
  ...over,
})

/** Marks in milliseconds after `intended`; `outcome` and other fields of a sample as they are. */
export type Shape = Partial<Omit<Sample, 'marks' | 'outcome'>> & {
  readonly at?: Micros
  readonly outcome?: OutcomeKind
  readonly detail?: string
} & { readonly [M in Exclude<Mark, 'intended'>]?: number }

/**
 * A sample whose exchange was intended at `at`, released and sent at once, and whatever else is told, in milliseconds after that.
 * Without an outcome it succeeded; a dropped one has no marks.
 */
export function sampleOf(seq: number, shape: Shape = {}): Sample {
  const {
    at = micros(0),
    outcome = 'succeeded',
    detail,
    released,
    sent,
    headers,
    firstByte,
    firstEvent,
    firstText,
    lastText,
    finished,
    closed,
    ...rest
  } = shape
  const dropped = outcome === 'dropped'
  const after = {
    released: dropped ? undefined : (released ?? 0),
    sent: dropped ? undefined : (sent ?? released ?? 0),
    headers,
    firstByte,
    firstEvent,
    firstText,
    lastText,
    finished,
    closed,
  }
  const marks = Object.fromEntries(
    Object.entries(after).flatMap(([mark, value]) => (value === undefined ? [] : [[mark, micros(at + value * 1000)]])),
  )
  return {
    seq,
    n: seq,
    phase: 'steady',
    inputSet: 'default',
    mode: 'streaming',
    ...NOTHING_HEARD,
    ...(finished !== undefined && { ended: micros(at + finished * 1000) }),
    ...rest,
    marks: { intended: at, ...marks },
    outcome: { kind: outcome, ...(detail !== undefined && { detail }) },
  }
}

/** The lines a run writes for these samples of one phase: began, opened, ended, closed. */
export function logOf(samples: readonly Sample[], phase: Phase = openPhase(), span: { began?: Micros; ended?: Micros } = {}): LogLine[] {
  const { began = micros(0), ended = phase.length ?? s(10) } = span
  const lines: LogLine[] = [{ phaseBegan: phase.name, at: began }]
  for (const sample of samples) {
    const { seq, n, inputSet, marks, outcome } = sample
    if (outcome.kind !== 'dropped')
      lines.push({ open: seq, phase: sample.phase, n, inputSet, at: marks.released ?? marks.intended, intended: marks.intended })
    lines.push({ sample })
  }
  return [...lines, { phaseEnded: phase.name, at: ended, planned: samples.length, notReached: 0 }]
}

/** `lines` and the last line of a run that ended by itself. */
export const whole = (lines: readonly LogLine[], at: Micros = s(10)): LogLine[] => [...lines, { end: 'whole', at }]

/** A second of an idle machine, ending at `at`. */
export const machineSecond = (at: Micros, over: Partial<MachineSecond> = {}): MachineSecond => ({
  at,
  loop: { p50: micros(50), p99: micros(300), max: micros(900) },
  cpu: 0.1,
  machineIdle: 0.9,
  gc: { count: 0, total: micros(0), longest: micros(0) },
  inFlight: 1,
  connectionsOpen: 1,
  clockOffset: micros(0),
  ...over,
})

/** Quiet seconds of the machine over the first `count` seconds. */
export const quietMachine = (count: number): MachineSecond[] => Array.from({ length: count }, (_, i) => machineSecond(s(i + 1)))
