import type { PhaseSummary } from '../core/phase-summary.ts'
import type { Plan } from '../core/plan.ts'
import type { LogLine, MachineSecond, RunNote } from '../core/record.ts'
import { OUTCOMES, type Sample } from '../core/sample.ts'
import type { RunSummary } from '../core/summary.ts'
import { type Areas, type Breach, checkBooks } from './books.ts'
import { createColumn } from './column.ts'
import { createFactFinder, type Facts } from './facts.ts'
import { createGivenUp } from './given-up.ts'
import type { Histogram } from './histogram.ts'
import { killed, type Opened } from './killed.ts'
import { createLevel } from './level.ts'
import { ownStall } from './machine-during.ts'
import type { MetricName } from './metrics.ts'
import { createNotableList } from './notable.ts'
import { acceptsOf, isFailure } from './outcome-count.ts'
import { createPhaseRecord, type FromSent, type PhaseRecord } from './phase-record.ts'
import { createReconciliation } from './reconciled.ts'
import type { Ending } from './series.ts'

/** Something that happened to the run as a whole. */
interface Note {
  readonly note: RunNote
  readonly at: number
  readonly text: string
}

/** All that the log of a run says, before anything is concluded from it. */
export interface Measured extends Pick<RunSummary, 'slowest' | 'failures' | 'givenUp' | 'reconciled' | 'status' | 'durationUs'> {
  /** Those that began, in the plan's order. */
  readonly phases: Readonly<Record<string, PhaseSummary>>
  readonly fromSent: Readonly<Record<string, FromSent>>
  readonly histograms: Readonly<Record<string, ReadonlyMap<MetricName, Histogram>>>
  readonly breaches: readonly Breach[]
  readonly areas: Areas
  readonly notes: readonly Note[]
  readonly facts: Facts
  readonly machine: readonly MachineSecond[]
  readonly signal?: string
  readonly stoppedBecause?: 'key' | 'unreachable'
}

/** When an exchange ended, as far as is known: its last mark where nothing says. */
export function endOf({ ended, marks }: Sample): number {
  if (ended !== undefined) return ended
  if (marks.finished !== undefined) return marks.finished
  return Math.max(...Object.values(marks).filter((at) => at !== undefined))
}

/**
 * Reads a run's log once, line by line, and gives everything that is ever said of it. Keeps numbers in columns (about 150 bytes an
 * exchange) and no sample. Where the log has no last line the run was killed: what was under way is `interrupted`, detail `killed`.
 * Throws where a line names a phase that the plan does not have.
 */
export async function summarise(
  plan: Plan,
  lines: AsyncIterable<LogLine> | Iterable<LogLine>,
  machine: Iterable<MachineSecond> = [],
): Promise<Measured> {
  const watched = [...machine]
  const accepts = acceptsOf(plan.accept)
  const inputSets = plan.inputs.length > 1 ? plan.inputs.map(({ name }) => name) : []
  const records = new Map<string, PhaseRecord>(plan.phases.map((phase) => [phase.name, createPhaseRecord(phase, { accepts, inputSets })]))
  const recordOf = (name: string) => {
    const record = records.get(name)
    if (!record) throw new Error(`the log names a phase that the plan does not have: ${name}`)
    return record
  }
  const opened = new Map<number, Opened>()
  const unclosed = new Map<number, { readonly record: PhaseRecord; readonly row: number; readonly finished: number }>()
  const inFlight = createLevel()
  const connections = createLevel()
  const endings = { at: createColumn(), kind: createColumn('narrow'), tokens: createColumn() }
  const notable = createNotableList()
  const givenUp = createGivenUp()
  const facts = createFactFinder()
  const reconciliation = createReconciliation(plan)
  const notes: Note[] = []
  let last = 0
  /** The area under a counter that steps up at each `open` and down at each end: Σ ends − Σ opens; and the same by the samples' own marks. */
  let [counter, residence, exchanges] = [0, 0, 0]
  let end: Extract<LogLine, { end: unknown }> | undefined

  const take = (sample: Sample) => {
    const record = recordOf(sample.phase)
    const endedAt = endOf(sample)
    const { kind } = sample.outcome
    last = Math.max(last, endedAt, sample.marks.closed ?? 0)
    opened.delete(sample.seq)
    reconciliation.take(sample)
    if (kind !== 'dropped') {
      counter += endedAt
      residence += endedAt
    }
    if (sample.marks.released !== undefined) {
      inFlight.up(sample.marks.released)
      inFlight.down(endedAt)
      residence -= sample.marks.released
      exchanges++
    }
    endings.at.push(endedAt)
    endings.kind.push(OUTCOMES.indexOf(kind))
    endings.tokens.push(accepts(kind) ? (sample.tokens ?? 0) : 0)
    const row = record.take(sample, endedAt)
    if (row !== undefined && sample.marks.finished !== undefined && sample.marks.closed === undefined)
      unclosed.set(sample.seq, { record, row, finished: sample.marks.finished })
    if (!record.phase.measured) return facts.warmUp(sample)
    facts.measured(sample)
    if (kind !== 'interrupted' && kind !== 'generator-fault') notable.slow(sample)
    if (isFailure(kind, accepts)) notable.failure(sample)
  }

  for await (const line of lines) {
    if ('at' in line) last = Math.max(last, line.at)
    if ('sample' in line) take(line.sample)
    else if ('open' in line) {
      recordOf(line.phase).released()
      counter -= line.at
      opened.set(line.open, line)
    } else if ('closed' in line) {
      const waiting = unclosed.get(line.closed)
      unclosed.delete(line.closed)
      waiting?.record.closed(waiting.row, line.at - waiting.finished)
    } else if ('connected' in line) connections.up(line.at)
    else if ('disconnected' in line) connections.down(line.at)
    else if ('stop' in line) {
      givenUp.take(line)
      reconciliation.hear(line)
    } else if ('fate' in line || 'logged' in line || 'lookedUp' in line) reconciliation.hear(line)
    else if ('phaseBegan' in line) recordOf(line.phaseBegan).began(line.at)
    else if ('phaseEnded' in line) recordOf(line.phaseEnded).ended(line)
    else if ('note' in line) notes.push(line)
    else end = line
  }

  if (!end) for (const open of opened.values()) take(killed(open, recordOf(open.phase).phase.mode, last))
  const levels = { inFlight: inFlight.read(), connections: connections.read() }
  const areas: Areas = { counter, residence, exchanges }
  const finishedWithin = function* (began: number, ended: number): Generator<Ending & { readonly tokens: number }> {
    const [at, kinds, tokens] = [endings.at.view(), endings.kind.view(), endings.tokens.view()]
    for (let i = 0; i < at.length; i++)
      if (at[i]! > began && at[i]! <= ended) {
        const kind = OUTCOMES[kinds[i]!]!
        yield { at: at[i]!, kind, accepted: accepts(kind), tokens: tokens[i]! }
      }
  }
  const phases: Record<string, PhaseSummary> = {}
  const fromSent: Record<string, FromSent> = {}
  const histograms: Record<string, ReadonlyMap<MetricName, Histogram>> = {}
  for (const [name, record] of records) {
    const summary = record.read({ ...levels, finishedWithin, last })
    if (!summary) continue
    const stall = ownStall(watched, summary.phase)
    phases[name] = { ...(plan.arm !== undefined && { arm: plan.arm }), ...summary.phase, ...(stall !== undefined && { ownStall: stall }) }
    fromSent[name] = summary.fromSent
    histograms[name] = record.histograms
    if (record.phase.measured) facts.halves(name, record)
  }
  const { reconciled, breaches } = reconciliation.read()
  return {
    status: end?.end ?? 'incomplete',
    durationUs: end?.at ?? last,
    phases,
    fromSent,
    histograms,
    breaches: [...checkBooks(phases, areas), ...breaches],
    areas,
    ...notable.read(),
    givenUp: givenUp.read(),
    reconciled,
    notes,
    facts: facts.read(),
    machine: watched,
    ...(end?.signal !== undefined && { signal: end.signal }),
    ...(end?.stoppedBecause !== undefined && { stoppedBecause: end.stoppedBecause }),
  }
}
