import type { MetricSummary } from '../core/metric-summary.ts'
import type { InputSetSummary, PhaseSummary } from '../core/phase-summary.ts'
import type { Phase } from '../core/plan.ts'
import type { LogLine } from '../core/record.ts'
import type { Sample } from '../core/sample.ts'
import { SECOND } from '../core/units.ts'
import { quantile } from '../stats/order.ts'
import { type Column, createColumn } from './column.ts'
import { createExchangeTable, type Distributions, type ExchangeTable, type TableOptions } from './exchange-table.ts'
import type { Histogram } from './histogram.ts'
import type { Level } from './level.ts'
import { loadInWords } from './load-words.ts'
import type { MetricName } from './metrics.ts'
import { createNodeRecord } from './nodes/node-record.ts'
import { tally } from './outcome-count.ts'
import { type Ending, summariseSeries } from './series.ts'
import { summariseSplits } from './split.ts'

/** Of one phase, what objectives of an invalid run are judged by: latencies counted from `sent`. */
export interface FromSent {
  readonly metrics: Readonly<Partial<Record<MetricName, MetricSummary>>>
  readonly inputSets: Readonly<Record<string, Readonly<Partial<Record<MetricName, MetricSummary>>>>>
}

const PING_EVERY = 10 * SECOND

/** Takes what the log says of one phase. */
export interface PhaseRecord {
  readonly phase: Phase
  readonly histograms: ReadonlyMap<MetricName, Histogram>
  began(at: number): void
  ended(line: Extract<LogLine, { phaseEnded: string }>): void
  released(): void
  /** Gives the row of an accepted exchange, for its `closed` to find. */
  take(sample: Sample, end: number): number | undefined
  closed(row: number, lag: number): void
  values: ExchangeTable['values']
  /** Undefined where the phase never began and no exchange was meant for it. */
  read(context: RunContext): { readonly phase: PhaseSummary; readonly fromSent: FromSent } | undefined
}

/** What a phase must know of the whole run. */
interface RunContext {
  readonly inFlight: Level
  readonly connections: Level
  /** Exchanges of any phase that ended after `began` and no later than `ended`. */
  finishedWithin(began: number, ended: number): Iterable<Ending & { readonly tokens: number }>
  /** The last moment that the log knows. */
  readonly last: number
}

export function createPhaseRecord(phase: Phase, { accepts, inputSets }: Omit<TableOptions, 'mode'>): PhaseRecord {
  const table = createExchangeTable({ mode: phase.mode, accepts, inputSets })
  // Blocking replies name no nodes.
  const nodes = phase.measured && phase.mode === 'streaming' ? createNodeRecord(accepts) : undefined
  const intendedAt = createColumn()
  const internalErrors = createColumn()
  let [opened, held] = [0, 0]
  const totals = { tokens: 0, steps: 0, bytes: 0, events: 0 }
  let [beganAt, endedAt]: (number | undefined)[] = []
  let [planned, notReached]: [number | undefined, number] = [undefined, 0]
  let [intended, released, sent] = [0, 0, 0]

  const spread = ({ outcomes, longestObserved }: Distributions) => {
    const { failures, failureShare } = tally(outcomes, accepts)
    return {
      failures,
      ...(failureShare !== undefined && { failureShare }),
      ...(longestObserved !== undefined && { longestObservedUs: longestObserved }),
      unfinished: outcomes.unfinished ?? 0,
      outcomes,
    }
  }

  return {
    phase,
    histograms: table.histograms,
    began(at) {
      beganAt = at
    },
    ended(line) {
      endedAt = line.at
      planned = line.planned
      notReached = line.notReached
    },
    released() {
      released++
    },
    take(sample, end) {
      intended++
      if (sample.marks.sent !== undefined) sent++
      totals.tokens += sample.tokens ?? 0
      totals.steps += sample.steps ?? 0
      totals.bytes += sample.bytes
      totals.events += sample.events
      intendedAt.push(sample.marks.intended)
      if (sample.httpStatus === 500 && sample.marks.sent !== undefined) internalErrors.push(end - sample.marks.sent)
      nodes?.take(sample)
      if (accepts(sample.outcome.kind) && opensWithPing(sample)) {
        opened++
        if (sample.marks.firstByte === sample.marks.firstEvent) held++
      }
      return table.take(sample, end)
    },
    closed: table.closed,
    values: table.values,
    read({ inFlight, connections, finishedWithin, last }) {
      if (beganAt === undefined && intended === 0) return undefined
      const began = beganAt ?? firstOf(intendedAt.view())
      const ended = Math.max(began, endedAt ?? last)
      const seconds = (ended - began) / SECOND
      const perSecond = (count: number) => (seconds > 0 ? count / seconds : 0)
      const all = table.all()
      const split = summariseSplits(phase.mode, table.splits())
      const nodesTold = nodes?.read()
      const sets = inputSets.map((name) => [name, table.ofInputSet(name)] as const)
      let [completedInside, endedInside, tokensInside] = [0, 0, 0]
      for (const { kind, accepted, tokens } of finishedWithin(began, ended)) {
        if (kind !== 'dropped') endedInside++
        if (accepted) completedInside++
        tokensInside += tokens
      }
      return {
        fromSent: { metrics: all.fromSent, inputSets: Object.fromEntries(sets.map(([name, { fromSent }]) => [name, fromSent])) },
        phase: {
          mode: phase.mode,
          measured: phase.measured,
          kind: phase.kind,
          load: loadInWords(phase),
          beganUs: began,
          endedUs: ended,
          planned: planned ?? intended + notReached,
          notReached,
          intended,
          released,
          sent,
          dropped: all.outcomes.dropped ?? 0,
          ...spread(all),
          offered: perSecond(intended),
          completedInside,
          endedInside,
          throughput: perSecond(completedInside),
          inFlight: { mean: inFlight.mean(began, ended), max: inFlight.max(began, ended) },
          connectionsOpen: { mean: connections.mean(began, ended), max: connections.max(began, ended) },
          tokensPerSecond: perSecond(tokensInside),
          totals,
          metrics: all.metrics,
          inputSets: Object.fromEntries(
            sets.map(([name, ofSet]): [string, InputSetSummary] => [
              name,
              { intended: tally(ofSet.outcomes, accepts).all, ...spread(ofSet), metrics: ofSet.metrics },
            ]),
          ),
          ...(split && { split }),
          ...(opened > 0 && { startHeld: held / opened }),
          ...(internalErrors.length > 0 && { internalErrors: { count: internalErrors.length, p50: median(internalErrors) } }),
          series: summariseSeries({
            stretch: { began, ended },
            intended: intendedAt,
            responses: table.responses(),
            endings: finishedWithin(began, ended),
            inFlight,
            connections,
          }),
          ...(nodesTold && { nodes: nodesTold }),
        },
      }
    },
  }
}

/** A running server pings every ten seconds: what came beyond that came before the run. */
const opensWithPing = ({ mode, pings, elapsed, marks }: Sample): boolean =>
  mode === 'streaming' && elapsed !== undefined && marks.firstEvent !== undefined && pings > Math.floor(elapsed / PING_EVERY)

const median = (values: Column): number => quantile(Float64Array.from(values.view()).sort(), 0.5)!

function firstOf(moments: Float64Array | Float32Array): number {
  let first = Number.POSITIVE_INFINITY
  for (const at of moments) first = Math.min(first, at)
  return first
}
