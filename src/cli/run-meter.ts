import type { Phase, Plan } from '../core/plan.ts'
import type { LogLine } from '../core/record.ts'
import { OUT_OF_STATISTICS, type OutcomeKind, type Sample } from '../core/sample.ts'
import { SECOND } from '../core/units.ts'
import { createHistogram, type Histogram } from '../measure/histogram.ts'
import type { RunUnderWay } from '../run/perform.ts'
import { quantileRank } from '../stats/order.ts'

/** Where a run stands. Times in µs. */
export interface RunReading {
  readonly phase: string
  /** The phase as it was planned. */
  readonly planned: Phase | undefined
  /** Until the phase has sent its last; absent where it ends by its runs. */
  readonly leftOfPhase?: number
  readonly inFlight: number
  /** Accepted runs that ended, per second over the last few. */
  readonly perSecond: number
  /** Of the phase; absent before its first accepted run. */
  readonly p50?: number
  readonly p95?: number
  readonly ended: number
  readonly failed: number
  /** How far the whole run is, 0 to 1, by its length or its number of runs; absent where it ends by neither. */
  readonly done?: number
  /** Until the run has sent its last; absent where it does not end by time. */
  readonly left?: number
}

/** Reads off a run how it goes on, from the lines of its log. */
export interface RunMeter {
  began(run: RunUnderWay): void
  line(told: LogLine): void
  /** Undefined before the first phase has begun. */
  read(): RunReading | undefined
}

/** The rate is over the last so many seconds. */
const WINDOW_S = 5

interface Going {
  readonly name: string
  readonly at: number
  ended: number
  failed: number
  readonly responses: Histogram
}

export function createRunMeter(): RunMeter {
  let run: RunUnderWay | undefined
  let phase: Going | undefined
  let accepted: ReadonlySet<OutcomeKind> = new Set()
  let firstAt: number | undefined
  let endedInAll = 0
  const endings: number[] = []

  function take(sample: Sample): void {
    if (OUT_OF_STATISTICS.has(sample.outcome.kind)) return
    endedInAll++
    if (!phase || sample.phase !== phase.name) return
    phase.ended++
    if (!accepted.has(sample.outcome.kind)) {
      phase.failed++
      return
    }
    endings.push(sample.ended ?? 0)
    if (sample.marks.finished !== undefined) phase.responses.record(sample.marks.finished - sample.marks.intended)
  }

  return {
    began(begun) {
      run = begun
      phase = undefined
      firstAt = undefined
      endedInAll = 0
      accepted = new Set<OutcomeKind>(['succeeded', ...begun.plan.accept])
    },
    line(told) {
      if ('sample' in told) take(told.sample)
      else if ('phaseBegan' in told) {
        endings.length = 0
        firstAt ??= told.at
        phase = { name: told.phaseBegan, at: told.at, ended: 0, failed: 0, responses: createHistogram() }
      }
    },
    read() {
      if (!run || !phase) return undefined
      const now = run.now()
      while (endings.length > 0 && endings[0]! < now - WINDOW_S * SECOND) endings.shift()
      const window = Math.min(WINDOW_S, Math.max(0.5, (now - phase.at) / SECOND))
      const { responses, name, at, ended, failed } = phase
      const planned = run.plan.phases.find((each) => each.name === name)
      const quantile = (share: number) => responses.at(quantileRank(responses.count, share))
      return {
        phase: name,
        planned,
        ...(planned?.length !== undefined && { leftOfPhase: at + planned.length - now }),
        inFlight: run.inFlight(),
        perSecond: endings.length / window,
        ...(responses.count > 0 && { p50: quantile(0.5), p95: quantile(0.95) }),
        ended,
        failed,
        ...progressOf(run.plan, { passed: now - (firstAt ?? now), ended: endedInAll }),
      }
    },
  }
}

function progressOf(
  { phases }: Plan,
  { passed, ended }: { readonly passed: number; readonly ended: number },
): Pick<RunReading, 'done' | 'left'> {
  const sum = (of: readonly (number | undefined)[]) => of.reduce<number>((total, one) => total + (one ?? Number.NaN), 0)
  const runs = sum(phases.map((phase) => (phase.kind === 'closed' ? phase.runs : undefined)))
  if (runs > 0) return { done: Math.min(1, ended / runs) }
  const length = sum(phases.map((phase) => phase.length))
  // The first phase is told of shortly before it begins.
  const done = Math.min(1, Math.max(0, passed / length))
  return length > 0 ? { done, left: Math.max(0, length - passed) } : {}
}
