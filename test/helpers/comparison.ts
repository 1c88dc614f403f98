import type { Caveat } from '../../src/core/caveat.ts'
import type { ComparisonSettings, Figure } from '../../src/core/comparison.ts'
import type { ExperimentLine } from '../../src/core/experiment.ts'
import type { MetricSummary } from '../../src/core/metric-summary.ts'
import type { PhaseSummary } from '../../src/core/phase-summary.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { type ComparisonHeader, eventsOf, type StoredComparison, type StoredRun } from '../../src/judge/comparison/comparison-summary.ts'
import { follow, type RunOrder } from '../../src/judge/comparison/experiment.ts'
import { openPhase, planOf } from './samples.ts'

/** What a run of a made comparison was like; where nothing is said, 1 s and no failure. */
export interface MadeRunOf {
  /** response_time p95 in µs; p50 is half of it. */
  readonly p95?: Figure
  readonly failures?: number
  readonly tokens?: number
  readonly caveats?: readonly Caveat[]
  readonly status?: RunSummary['status']
}

export const settingsOf = (over: Partial<ComparisonSettings> = {}): ComparisonSettings => ({
  primary: 'response_time p95',
  informing: ['response_time p50'],
  margin: 0.1,
  noise: 0.03,
  pairs: 8,
  seed: 7,
  ...over,
})

const START = Date.parse('2026-11-24T21:00:00.000Z')
const EXCHANGES = 200

export interface Made {
  readonly settings?: Partial<ComparisonSettings>
  /** Runs after which it is left as it is; by default until nothing more is to be done. */
  readonly until?: number
  readonly plans?: Readonly<Record<string, Partial<Plan>>>
}

/** A stored comparison of the arms `before` and `after`, as if every run had been like what `like` says of it. */
export function madeComparison(
  like: (order: RunOrder) => MadeRunOf,
  { settings, until = Number.POSITIVE_INFINITY, plans = {} }: Made = {},
): StoredComparison {
  const header: ComparisonHeader = {
    schema: 'flowbench-experiment',
    version: 1,
    kind: 'comparison',
    experiment: '20261124T210000Z-abcd',
    name: 'translate',
    start: new Date(START).toISOString(),
    arms: ['before', 'after'].map((name) => ({ name, planHash: name })),
    settings: settingsOf(settings),
  }
  const lines: ExperimentLine<RunOrder>[] = []
  const runs = new Map<string, StoredRun>()
  const stored = { header, lines, runs }
  const design = { arms: ['before', 'after'], settings: header.settings }
  for (let n = 0; n < until; n++) {
    const { next } = follow(design, eventsOf(stored))
    if (next.kind !== 'run') break
    const run = `run-${n}`
    const at = new Date(START + n * 30_000).toISOString()
    const plan = planOf({ arm: next.order.arm, phases: [openPhase({ name: 'steady' })], ...plans[next.order.arm] })
    runs.set(run, { plan, summary: summaryOf(run, like(next.order), plan) })
    lines.push({ began: run, at, order: next.order }, { ended: run, at, order: next.order })
  }
  return stored
}

/** The summary of a run of that plan. */
export function summaryOf(
  run: string,
  { p95 = 1e6, failures = 0, tokens = 100, caveats = [], status = 'whole' }: MadeRunOf,
  plan: Plan,
): RunSummary {
  const metrics: Record<string, MetricSummary> = { tokens: metricOf(tokens) }
  if (p95 !== 'endless') metrics['response_time'] = metricOf(p95)
  const phase = {
    mode: 'streaming',
    measured: true,
    intended: EXCHANGES,
    released: EXCHANGES,
    failures,
    outcomes: { succeeded: EXCHANGES - failures },
    throughput: 10,
    totals: { tokens: tokens * EXCHANGES, steps: 0, bytes: 0, events: 0 },
    metrics,
  } as unknown as PhaseSummary
  return {
    schema: 1,
    run,
    name: plan.name,
    status,
    exitCode: 0,
    durationUs: 20e6,
    caveats,
    phases: { [plan.phases[0]!.name]: phase },
  } as unknown as RunSummary
}

const metricOf = (value: number) =>
  ({ count: EXCHANGES, mean: value, p50: value / 2, p95: value, max: value, intervals: {} }) as unknown as MetricSummary

/** A wobble of up to 2 % that differs from run to run. */
export const wobble = ({ round, place }: RunOrder): number => 1 + 0.02 * Math.sin(3 * round + 2 * place)

/** Runs of 1 s that wobble, those of the later arm times `factor`. */
export const slowerBy =
  (factor: number) =>
  (order: RunOrder): MadeRunOf => ({ p95: 1e6 * wobble(order) * (order.arm === 'after' ? factor : 1) })
