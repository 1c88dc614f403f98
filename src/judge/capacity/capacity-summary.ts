import type { CapacitySearch } from '../../core/capacity.ts'
import type { CapacityLevel, CapacityStop, CapacitySummary, CapacityTrial } from '../../core/capacity-summary.ts'
import { type ExperimentHeader, identityOf } from '../../core/experiment.ts'
import { SECOND } from '../../core/units.ts'
import { answerOf } from './capacity-answer.ts'
import type { CapacityEvent, MadeTrial } from './capacity-events.ts'
import { concludeSearch } from './capacity-exit.ts'
import { type CapacityProgress, follow } from './capacity-progress.ts'
import { levelsOf } from './capacity-search.ts'

export type CapacityHeader = ExperimentHeader<'capacity', CapacitySearch>

export interface StoredCapacity {
  readonly header: CapacityHeader
  readonly events: readonly CapacityEvent[]
  readonly notes: readonly string[]
}

/** All that is concluded of a search, from what is stored of it alone: the same whenever made again. */
export function concludeCapacity({ header, events, notes }: StoredCapacity): CapacitySummary {
  const search = header.settings
  const progress = follow(search, events)
  const stopped: CapacityStop = progress.next.kind === 'run' ? 'unfinished' : progress.next.end
  const { axis, from, to, width, trial, budget, mode, seed } = search
  const settings = { axis, from, ...(to !== undefined && { to }), width, trial, budget, seed }
  const answer = answerOf(search, progress, events)
  return {
    schema: 1,
    ...identityOf(header),
    status: stopped === 'unfinished' ? 'unfinished' : 'whole',
    ...concludeSearch(stopped, search, progress),
    mode,
    axis,
    unit: axis === 'rate' ? 'runs per second' : 'slots',
    verified: progress.verified ?? null,
    lower: progress.lower ?? null,
    upper: progress.upper ?? null,
    ...answer,
    levels: levelsIn(progress),
    trials: progress.trials.length,
    tokens: progress.spent.tokens,
    stopped,
    unloaded: progress.unloaded ? { p50: progress.unloaded.p50, tokensPerRun: progress.unloaded.tokensPerRun } : null,
    generatorCeiling: progress.ceiling ?? null,
    top: progress.settings?.top ?? null,
    settings,
    seconds: progress.spent.time / SECOND,
    trialList: progress.trials.map(trialIn),
    notes,
  }
}

function levelsIn({ trials }: CapacityProgress): readonly CapacityLevel[] {
  return levelsOf(trials).map(({ load, verdict, proven }) => {
    const counted = trials.filter((trial) => trial.load === load && (trial.finding === 'held' || trial.finding === 'missed'))
    return {
      load,
      ...(verdict !== undefined && { verdict }),
      held: counted.filter(({ finding }) => finding === 'held').length,
      trials: counted.length,
      proven,
    }
  })
}

function trialIn({ run, load, purpose, finding, because, began, spentUs, tokens, phase }: MadeTrial): CapacityTrial {
  const response = phase.metrics['response_time']
  return {
    run,
    load,
    purpose,
    finding,
    because,
    began: new Date(began).toISOString(),
    seconds: spentUs / SECOND,
    measuredSeconds: (phase.endedUs - phase.beganUs) / SECOND,
    exchanges: phase.intended,
    failures: phase.failures,
    tokens,
    offered: phase.offered,
    throughput: phase.throughput,
    inFlight: phase.inFlight.mean,
    connectionsOpen: phase.connectionsOpen.mean,
    ...(response && { responseP50: response.p50, responseP95: response.p95 }),
  }
}
