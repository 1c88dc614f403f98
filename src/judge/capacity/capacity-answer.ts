import type { CapacitySearch } from '../../core/capacity.ts'
import type { CapacitySummary } from '../../core/capacity-summary.ts'
import type { ObjectiveResult } from '../../core/summary.ts'
import { SECOND } from '../../core/units.ts'
import type { CapacityEvent, MadeTrial } from './capacity-events.ts'
import type { CapacityProgress } from './capacity-progress.ts'
import { capacitySentences } from './capacity-sentences.ts'
import { firstNodeToBend } from './first-node.ts'
import { headroomOf } from './headroom.ts'
import { littleOver } from './little.ts'
import { overloadOver } from './overload-over.ts'
import { replicasOf } from './replicas.ts'
import { scalingOver } from './scaling-over.ts'

export type CapacityAnswer = Pick<
  CapacitySummary,
  | 'heldSeconds'
  | 'limitedBy'
  | 'overload'
  | 'sentences'
  | 'throughput'
  | 'perHour'
  | 'tokensPerMinute'
  | 'margins'
  | 'firstNode'
  | 'headroom'
  | 'little'
  | 'scaling'
  | 'replicas'
  | 'objectives'
>

/** What a planner wants to know of a search, from its trials. */
export function answerOf(search: CapacitySearch, progress: CapacityProgress, events: readonly CapacityEvent[]): CapacityAnswer {
  const { trials, verified, lower, upper, unloaded } = progress
  const base = verified ?? lower
  const proof = base === undefined ? undefined : bestHeld(trials, base)
  const missed = upper === undefined ? [] : trials.filter(({ load, finding }) => load === upper && finding === 'missed')
  const limitedBy = mostFrequent(missed.flatMap((trial) => (trial.limitedBy === undefined ? [] : [trial.limitedBy])))
  const summaryOf = (run: string) => events.find((event) => event.run === run)?.summary
  const results = (proof && summaryOf(proof.run)?.objectives) ?? []
  const throughput = proof?.phase.throughput
  const overload = overloadOver(trials, unloaded?.phase)
  const firstNode = unloaded ? firstNodeToBend(trials, unloaded.phase) : undefined
  const scaling = scalingOver(trials, { unloaded: unloaded?.phase, seed: search.seed })
  const facts = {
    heldSeconds: proof && verified !== undefined ? (proof.phase.endedUs - proof.phase.beganUs) / SECOND : 0,
    limitedBy: limitedBy ?? null,
    overload: overload ?? null,
    throughput: throughput ?? null,
    perHour: throughput === undefined ? null : throughput * 3600,
    tokensPerMinute: proof ? proof.phase.tokensPerSecond * 60 : null,
    margins: marginsOf(results),
    firstNode: firstNode ?? null,
    headroom: verified === undefined ? [] : headroomOf(verified, { axis: search.axis, trials, unloaded: unloaded?.phase }),
    little: littleOver(trials),
    scaling: scaling ?? null,
    replicas: replicasOf(proof && { throughput: proof.phase.throughput, inFlight: proof.phase.inFlight.mean }, scaling),
    objectives: (events.at(-1)?.summary.objectives ?? []).map(({ text }) => text),
  }
  return { ...facts, sentences: capacitySentences(search, progress, facts) }
}

/** The longest trial that held there, of equally long ones the last. */
function bestHeld(trials: readonly MadeTrial[], load: number): MadeTrial | undefined {
  const held = trials.filter((trial) => trial.load === load && trial.finding === 'held')
  return held.findLast(({ purpose }) => purpose === 'verify') ?? held.at(-1)
}

function mostFrequent(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}

/** How far from its limit each objective was; the one that binds first comes first. Of a limit of 0 nothing can be told. */
function marginsOf(objectives: readonly ObjectiveResult[]): CapacitySummary['margins'] {
  return objectives
    .flatMap(({ text, value, limit, verdict, low, high }) => {
      if (value === undefined || limit === 0) return []
      const proven = verdict !== 'held-not-proven'
      const bound = proven ? undefined : value < limit ? high : low
      return [{ objective: text, value, limit, margin: Math.abs(limit - value) / limit, proven, ...(bound !== undefined && { bound }) }]
    })
    .sort((a, b) => a.margin - b.margin)
}
