import type { CapacityOrder, CapacitySearch } from '../../src/core/capacity.ts'
import type { CapacitySummary } from '../../src/core/capacity-summary.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import type { CapacityEvent } from '../../src/judge/capacity/capacity-events.ts'
import { follow } from '../../src/judge/capacity/capacity-progress.ts'
import { type CapacityHeader, concludeCapacity } from '../../src/judge/capacity/capacity-summary.ts'
import { concludeMeasured } from '../../src/judge/run-summary.ts'
import { trialPlan } from '../../src/scenario/trial-plan.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import type { Profile } from '../../src/simulator/profile-schema.ts'
import { modelTransport } from './model-transport.ts'
import { OBEY, virtualRun } from './virtual-run.ts'

export interface VirtualSearchOptions {
  /** Runs per second that the generator is said to send. */
  readonly ceiling?: number
  /** Runs before these; a search that goes on. */
  readonly before?: readonly CapacityEvent[]
  /** No more runs than this: as if it were stopped there. */
  readonly most?: number
  /** What a run's conclusion is turned into: what a stall, a limit or our own machine did to it. */
  readonly happens?: (summary: RunSummary, order: CapacityOrder, nth: number) => RunSummary
}

export interface VirtualSearchResult {
  readonly summary: CapacitySummary
  readonly events: readonly CapacityEvent[]
}

/** What the generator's ceiling is measured against: not the target, and no server without any time, which would never let virtual time go on. */
const ELSEWHERE = loadProfile('steady')

export const searchHeader = (plan: Plan, search: CapacitySearch): CapacityHeader => ({
  schema: 'flowbench-experiment',
  version: 1,
  kind: 'capacity',
  experiment: '20261126T120000Z-0000',
  name: plan.name,
  start: '2026-11-26T12:00:00.000Z',
  arms: [{ name: search.mode, planHash: plan.hash }],
  settings: search,
})

/** A whole search against the simulator's model of `profile`, in virtual time, by the code that leads real ones. */
export async function virtualSearch(
  plan: Plan,
  search: CapacitySearch,
  profile: Profile,
  { ceiling = 1000, before = [], most = 1000, happens = (summary) => summary }: VirtualSearchOptions = {},
): Promise<VirtualSearchResult> {
  const events = [...before]
  let now = events.at(-1)?.ended ?? Date.parse('2026-11-26T12:00:00.000Z')
  const header = searchHeader(plan, search)
  for (let nth = 0; nth < most; nth++) {
    const { next } = follow(search, events)
    if (next.kind === 'over') break
    const { order } = next
    const made = trialPlan(plan, search, order, next)
    const server = order.purpose === 'ceiling' ? ELSEWHERE : profile
    const { measured, over } = await virtualRun(made, OBEY, { transport: (clock) => modelTransport(clock, server, order.seed) })
    const run = `run-${events.length}`
    const concluded = concludeMeasured(measured, {
      header: { schema: 'flowbench-samples', version: 1, plan: made.hash, run, start: new Date(now).toISOString() },
      plan: made,
    })
    const summary = order.purpose === 'ceiling' ? withThroughput(concluded, search.phase, ceiling) : concluded
    events.push({ run, order, summary: happens(summary, order, events.length), began: now, ended: now + over / 1000 })
    now += over / 1000
  }
  return { summary: concludeCapacity({ header, events, notes: [] }), events }
}

const withThroughput = (summary: RunSummary, phase: string, throughput: number): RunSummary => ({
  ...summary,
  phases: { ...summary.phases, [phase]: { ...summary.phases[phase]!, throughput } },
})
