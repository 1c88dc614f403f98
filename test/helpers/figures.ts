import type { MetricSummary } from '../../src/core/metric-summary.ts'
import type { PhaseSummary } from '../../src/core/phase-summary.ts'

/** Milliseconds: a p50 alone, or with its p95. */
export type Figure = number | readonly [p50: number, p95: number]

/** What a table tells of one phase. `byte`, `started` and `finished` count from the request, `end` is the close of the stream, `server` the elapsed_time. */
export interface TableRow {
  readonly mode: PhaseSummary['mode']
  readonly clients: number
  readonly byte?: Figure
  readonly started?: Figure
  readonly finished: Figure
  readonly end?: Figure
  readonly server: Figure
  readonly runs?: number
}

/** Standard normal quantiles of the percentiles that a summary has. */
const Z = { p50: 0, p75: 0.6745, p90: 1.2816, p95: 1.6449, p99: 2.3263, 'p99.9': 3.0902 } as const
/** Where a table gives no p95. */
const SPREAD = 1.15

/** A metric with these percentiles, and log-normal ones between and beyond; its interval of the median is that of `runs` independent numbers. */
export function metricFigure(figure: Figure, runs = 100): MetricSummary {
  const [p50, p95] = (typeof figure === 'number' ? [figure, figure * SPREAD] : figure).map((ms) => ms * 1000) as [number, number]
  const sigma = p50 > 0 ? Math.log(p95 / p50) / Z.p95 : 0
  const at = (z: number) => Math.round(p50 * Math.exp(sigma * z))
  const half = (1.96 * 1.2533 * sigma) / Math.sqrt(runs)
  return {
    count: runs,
    unanswered: 0,
    mean: at(0),
    min: at(-2.5),
    max: at(2.5),
    intervals: { p50: { low: Math.round(p50 * Math.exp(-half)), high: Math.round(p50 * Math.exp(half)) } },
    effectiveCount: runs,
    curve: [],
    p50: at(Z.p50),
    p75: at(Z.p75),
    p90: at(Z.p90),
    p95: at(Z.p95),
    p99: at(Z.p99),
    'p99.9': at(Z['p99.9']),
  }
}

/** A closed phase as a summary would have it. */
export function phaseFromTable(
  { mode, clients, byte, started, finished, end, server, runs = 100 }: TableRow,
  over: Partial<PhaseSummary> = {},
): PhaseSummary {
  const figures: Record<string, Figure | undefined> = {
    response_time: finished,
    service_time: finished,
    elapsed_time: server,
    first_byte: byte,
    first_event: started,
    ...(end !== undefined && { close_lag: middle(end) - middle(finished) }),
  }
  return {
    mode,
    measured: true,
    kind: 'closed',
    load: `concurrency ${clients}`,
    beganUs: 0,
    endedUs: 20_000_000,
    planned: runs,
    notReached: 0,
    intended: runs,
    released: runs,
    sent: runs,
    dropped: 0,
    unfinished: 0,
    failures: 0,
    failureShare: 0,
    outcomes: { succeeded: runs },
    offered: runs / 20,
    completedInside: runs,
    endedInside: runs,
    throughput: runs / 20,
    inFlight: { mean: clients, max: clients },
    connectionsOpen: { mean: clients, max: clients },
    tokensPerSecond: 0,
    totals: { tokens: 0, steps: 0, bytes: 0, events: 0 },
    metrics: Object.fromEntries(
      Object.entries(figures).flatMap(([name, figure]) => (figure === undefined ? [] : [[name, metricFigure(figure, runs)]])),
    ),
    inputSets: {},
    series: { seconds: [] },
    ...over,
  }
}

const middle = (figure: Figure): number => (typeof figure === 'number' ? figure : figure[0])
