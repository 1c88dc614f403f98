import type { ArmReading, Figure, Fitness, WorkReading } from '../core/comparison.ts'
import type { PhaseSummary } from '../core/phase-summary.ts'
import type { RunSummary } from '../core/summary.ts'
import { metric } from '../measure/metrics.ts'
import { type FigureName, figureName } from './figure-name.ts'

/** What a comparison takes from one run: the figures of these names, failures, work, and whether it can stand. */
export function readArm(summary: RunSummary, names: readonly string[]): ArmReading {
  const phases = Object.values(summary.phases).filter(({ measured }) => measured)
  const sum = (of: (phase: PhaseSummary) => number) => phases.reduce((total, phase) => total + of(phase), 0)
  return {
    figures: Object.fromEntries(
      names.flatMap((name) => {
        const figure = figureOf(summary, figureName(name))
        return figure === undefined ? [] : [[name, figure]]
      }),
    ),
    failures: { count: sum(({ failures }) => failures), of: sum(countedIn) },
    work: workOf(phases),
    fitness: fitnessOf(summary),
  }
}

/** Intended exchanges without those in no statistic. */
export const countedIn = ({ intended, outcomes }: PhaseSummary): number =>
  intended - (outcomes['interrupted'] ?? 0) - (outcomes['generator-fault'] ?? 0)

/**
 * Of several phases the geometric mean, so that a change of 10 % in each is one of 10 % in all. Endless where one of them is.
 * Undefined where the metric exists in no measured phase, or is 0 in one: that has no logarithm.
 */
function figureOf({ phases }: RunSummary, { subject, phase: named }: FigureName): Figure | undefined {
  const figures = Object.entries(phases)
    .filter(([name, { measured }]) => measured && (named === undefined || name === named))
    .filter(([, { mode }]) => subject.kind === 'throughput' || metric(subject.metric).modes.includes(mode))
    .map(([, phase]) => ofPhase(phase, subject))
  if (figures.length === 0 || figures.includes(undefined)) return undefined
  if (figures.includes('endless')) return 'endless'
  const numbers = figures as readonly number[]
  if (numbers.length === 1) return numbers[0]
  return Math.exp(numbers.reduce((sum, value) => sum + Math.log(value), 0) / numbers.length)
}

function ofPhase(phase: PhaseSummary, subject: FigureName['subject']): Figure | undefined {
  if (subject.kind === 'throughput') return positive(phase.throughput)
  const summary = phase.metrics[subject.metric]
  // Whoever waits for something that comes to nobody waits without end.
  if (!summary) return metric(subject.metric).latency && countedIn(phase) > 0 ? 'endless' : undefined
  if (subject.kind === 'metric') return positive(summary[subject.statistic])
  const answered = summary.ofAll?.[subject.statistic]
  return answered && (answered.atLeast ? 'endless' : positive(answered.value))
}

const positive = (value: number): number | undefined => (value > 0 ? value : undefined)

const WORK = { tokens: 'tokens', steps: 'steps', chunks: 'text_chunks', bytes: 'bytes' } as const

function workOf(phases: readonly PhaseSummary[]): WorkReading {
  const means = Object.entries(WORK).flatMap(([of, name]) => {
    const summaries = phases.flatMap(({ metrics }) => metrics[name] ?? [])
    const count = summaries.reduce((sum, summary) => sum + summary.count, 0)
    return count === 0 ? [] : [[of, summaries.reduce((sum, { mean, count }) => sum + mean * count, 0) / count] as const]
  })
  const nodes = nodesOf(phases)
  return { modes: [...new Set(phases.map(({ mode }) => mode))], ...Object.fromEntries(means), ...(nodes && { nodes }) }
}

function nodesOf(phases: readonly PhaseSummary[]): WorkReading['nodes'] {
  const told = phases.flatMap(({ nodes }) => nodes ?? [])
  const runs = told.reduce((sum, each) => sum + each.runs, 0)
  if (runs === 0) return undefined
  const all = Map.groupBy(
    told.flatMap(({ nodes }) => nodes),
    ({ nodeId }) => nodeId,
  )
  return Object.fromEntries(
    [...all].map(([nodeId, each]) => [nodeId, { title: each[0]!.title, share: each.reduce((sum, node) => sum + node.runs, 0) / runs }]),
  )
}

/** Whether a run came to its end, and is one that the instrument can be believed in. */
export function fitnessOf({ status, caveats }: RunSummary): Fitness {
  if (status !== 'whole') return { kind: 'cut-short' }
  const reasons = [...new Set(caveats.flatMap(({ kind, invalidates }) => (invalidates ? [kind] : [])))]
  return reasons.length === 0 ? { kind: 'sound' } : { kind: 'generator', reasons }
}
