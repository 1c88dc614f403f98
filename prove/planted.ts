import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { CapacityAxis } from '../src/core/capacity.ts'
import type { CapacitySummary } from '../src/core/capacity-summary.ts'
import type { OverloadKind } from '../src/core/diagnosis.ts'
import type { Mode } from '../src/core/sample.ts'
import { KNOBS } from '../src/judge/overload/overload-words.ts'

/** A server with something wrong with it, where a search for what it takes begins and ends, and what the search must name. */
export interface Planted {
  /** What is wrong with it. */
  readonly causes: readonly OverloadKind[]
  readonly title: string
  readonly mode: Mode
  readonly axis: CapacityAxis
  readonly from: number
  readonly to: number
  /** A profile of ours, and the fields of it that are another. */
  readonly base: string
  readonly over: Readonly<Record<string, unknown>>
}

const PLENTY = { connections: 1000, workers: 1000, api: 1000 } as const
const QUICK = { afterFinished: '100ms', afterError: '100ms', afterSilence: '100ms' } as const
const AT_ONCE = { afterFinished: '10ms', afterError: '10ms', afterSilence: '10ms' } as const

/**
 * Every kind of overload by itself, and pairs of which both show where the load is too much. In the pairs with a full core behind full slots more slots
 * alone would bring nothing; but nothing that a client sees tells that from slots which are too few for runs that became longer by another cause.
 */
export const PLANTED: readonly Planted[] = [
  {
    causes: ['connections'],
    title: 'ten connections that streams hold on to',
    ...{ mode: 'streaming', axis: 'rate', from: 4, to: 32 },
    ...{ base: 'connections', over: {} },
  },
  {
    causes: ['workers'],
    title: 'four worker slots',
    ...{ mode: 'streaming', axis: 'rate', from: 8, to: 40 },
    ...{ base: 'saturating', over: {} },
  },
  {
    causes: ['worker-cpu'],
    title: 'a core of the worker that carries two runs',
    ...{ mode: 'streaming', axis: 'rate', from: 8, to: 40 },
    ...{ base: 'cpu', over: { cpu: { worker: 2, api: 2 } } },
  },
  {
    causes: ['api-connections'],
    title: 'four places in the API',
    ...{ mode: 'blocking', axis: 'rate', from: 8, to: 40 },
    ...{ base: 'saturating', over: {} },
  },
  {
    causes: ['api-cpu'],
    title: 'a core of the API that carries two runs',
    ...{ mode: 'blocking', axis: 'rate', from: 8, to: 40 },
    ...{ base: 'cpu', over: { cpu: { worker: 2, api: 2 } } },
  },
  {
    causes: ['limit'],
    title: 'eight blocking runs at once',
    ...{ mode: 'blocking', axis: 'concurrency', from: 2, to: 32 },
    ...{ base: 'limited', over: {} },
  },
  {
    causes: ['database-pool'],
    title: 'a database pool of four',
    ...{ mode: 'blocking', axis: 'concurrency', from: 16, to: 64 },
    ...{ base: 'database-pool', over: { database: { connections: 4, takes: '100ms', timeout: '30s' } } },
  },
  {
    causes: ['workers', 'worker-cpu'],
    title: 'four worker slots, and a core that carries two of the runs in them',
    ...{ mode: 'streaming', axis: 'rate', from: 8, to: 40 },
    ...{ base: 'cpu', over: { cpu: { worker: 2 }, slots: { ...PLENTY, workers: 4 } } },
  },
  {
    causes: ['connections', 'workers'],
    title: 'five connections, and two worker slots behind them',
    ...{ mode: 'streaming', axis: 'rate', from: 4, to: 32 },
    ...{ base: 'saturating', over: { slots: { ...PLENTY, connections: 5, workers: 2 }, close: QUICK } },
  },
  {
    causes: ['connections', 'worker-cpu'],
    title: 'four connections, and a core that carries two of the runs on them',
    ...{ mode: 'streaming', axis: 'rate', from: 4, to: 32 },
    ...{ base: 'connections', over: { cpu: { worker: 2 }, slots: { ...PLENTY, connections: 4 }, close: AT_ONCE } },
  },
  {
    causes: ['api-connections', 'api-cpu'],
    title: 'four places in the API, and a core of it that carries two of the runs on them',
    ...{ mode: 'blocking', axis: 'rate', from: 8, to: 40 },
    ...{ base: 'connections', over: { cpu: { api: 2 }, slots: { ...PLENTY, connections: 4 } } },
  },
]

/** What a search must name: the cause, or that it is not clear which of them it is. */
export const kindOf = ({ causes }: Planted): OverloadKind => (causes.length === 1 ? causes[0]! : 'unclear')

/** Whether it did, with the knob of each cause. */
export const isNamed = (planted: Planted, overload: CapacitySummary['overload'] | undefined): boolean =>
  !!overload && overload.kind === kindOf(planted) && planted.causes.every((cause) => overload.knob.includes(KNOBS[cause]))

/** The profile of it, as a file would hold it. */
export function profileText({ base, over }: Planted): string {
  const file = new URL(`../scenarios/simulator/${base}.yaml`, import.meta.url)
  return JSON.stringify({ ...(parse(readFileSync(file, 'utf8')) as object), ...over })
}
