import type { Overload } from '../../src/core/diagnosis.ts'
import type { MetricSummary } from '../../src/core/metric-summary.ts'
import type { PhaseSummary } from '../../src/core/phase-summary.ts'
import type { Mode } from '../../src/core/sample.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import type { RunsOfPair } from '../../src/judge/modes/compare-modes.ts'

/** A phase of one run, times in µs. What is not told is as on an idle server. */
export interface MadePhase {
  readonly rate: number
  /** Medians; p95 is a tenth above. Without `end` nobody was answered. */
  readonly output?: number
  readonly end?: number
  readonly failures?: number
  readonly overload?: Overload['kind']
  readonly measured?: boolean
}

export type MadeRun = Readonly<Record<string, MadePhase>>

const INTENDED = 100

const metricOf = (value: number) => ({ count: INTENDED, mean: value, p50: value, p95: 1.1 * value }) as unknown as MetricSummary

function phaseOf(mode: Mode, { rate, output, end, failures = 0, measured = true }: MadePhase): PhaseSummary {
  const metrics = {
    bytes: metricOf(mode === 'streaming' ? 8000 : 500),
    ...(end !== undefined && { response_time: metricOf(end), elapsed_time: metricOf(900_000) }),
    ...(mode === 'blocking' && end !== undefined && { first_output: metricOf(end) }),
    ...(mode === 'streaming' &&
      output !== undefined && { first_event: metricOf(60_000), first_text: metricOf(output), first_output: metricOf(output) }),
  }
  return {
    mode,
    measured,
    kind: 'open',
    load: `${rate}/s poisson`,
    offered: rate,
    intended: INTENDED,
    failures,
    failureShare: failures / INTENDED,
    outcomes: {},
    inFlight: { mean: rate, max: rate },
    connectionsOpen: { mean: 2 * rate, max: 3 * rate },
    metrics,
  } as unknown as PhaseSummary
}

/** A run of an arm in this mode. */
export const modeRun = (mode: Mode, phases: MadeRun): RunSummary =>
  ({
    phases: Object.fromEntries(Object.entries(phases).map(([name, phase]) => [name, phaseOf(mode, phase)])),
    diagnoses: Object.fromEntries(
      Object.entries(phases).map(([name, { overload = 'none' }]) => [
        name,
        { overload: { kind: overload, because: `It was ${overload}.`, evidence: [], ...(overload !== 'none' && { knob: '`KNOB`' }) } },
      ]),
    ),
  }) as unknown as RunSummary

/** Eight pairs of the arms `old` (blocking) and `fresh` (streaming), as if each run had been like what is said of it. */
export const modePairs = (blocking: (pair: number) => MadeRun, streaming: (pair: number) => MadeRun): readonly RunsOfPair[] =>
  Array.from({ length: 8 }, (_, pair) => ({
    old: modeRun('blocking', blocking(pair)),
    fresh: modeRun('streaming', streaming(pair)),
  }))
