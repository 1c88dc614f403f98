import type { ModeFigure, OverRuns } from '../../core/modes-compared.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { Mode } from '../../core/sample.ts'
import { type MetricName, metric } from '../../measure/metrics.ts'
import { holmLevels } from '../../stats/holm.ts'
import { centreOf, pairedInterval, pairedP } from '../../stats/paired.ts'

/** A phase of a pair of runs, in both modes. */
export type PhasePair = Readonly<Record<Mode, PhaseSummary>>
const MODES = ['streaming', 'blocking'] as const

/** What the modes are held against each other by; what exists in one of them only is told of that one. */
export const MODE_FIGURES = [
  'first_event p50',
  'first_text p50',
  'first_output p50',
  'first_output p95',
  'response_time p50',
  'response_time p95',
  'elapsed_time p50',
  'bytes mean',
  'connections_open mean',
  'connections_open max',
] as const
export type ModeFigureName = (typeof MODE_FIGURES)[number]

/** What streaming is chosen for and what it may cost: the differences that something is claimed of. */
export const CLAIMED = ['first_output p50', 'response_time p50'] as const

/** The figures of one phase over all pairs. A mode whose run has no such number, though it could, waits for it without end. */
export function modeFigures(pairs: readonly PhasePair[], alpha: number): Readonly<Record<string, ModeFigure>> {
  return Object.fromEntries(
    MODE_FIGURES.map((name) => {
      const levels = MODES.flatMap((mode) => {
        const values = valuesOf(pairs, mode, name)
        return values.length === 0 ? [] : [[mode, overRuns(values, alpha)] as const]
      })
      const differences = differencesOf(pairs, name)
      return [name, { ...Object.fromEntries(levels), ...(differences.length > 0 && { difference: overRuns(differences, alpha) }) }]
    }),
  )
}

/** Streaming less blocking, of each pair that has the figure in both modes. */
export function differencesOf(pairs: readonly PhasePair[], name: ModeFigureName): readonly number[] {
  return pairs.flatMap((pair) => {
    const [streaming, blocking] = [figureIn(pair.streaming, name), figureIn(pair.blocking, name)]
    const isTold = streaming !== undefined && blocking !== undefined && !(streaming === blocking && !Number.isFinite(streaming))
    return isTold ? [streaming - blocking] : []
  })
}

/** Which of several sets of differences are not around 0, at a joint level `alpha` by Holm's step-down. */
export const beyondChance = (sets: readonly (readonly number[])[], alpha: number): readonly boolean[] =>
  holmLevels(
    sets.map((differences) =>
      Math.min(
        pairedP(differences, 0),
        pairedP(
          differences.map((value) => -value),
          0,
        ),
      ),
    ),
    alpha,
  ).map((level) => level !== undefined)

const valuesOf = (pairs: readonly PhasePair[], mode: Mode, name: ModeFigureName): readonly number[] =>
  pairs.flatMap((pair) => figureIn(pair[mode], name) ?? [])

function figureIn(phase: PhaseSummary, name: ModeFigureName): number | undefined {
  const [of, statistic] = name.split(' ') as [MetricName | 'connections_open', 'p50' | 'p95' | 'mean' | 'max']
  if (of === 'connections_open') return phase.connectionsOpen[statistic as 'mean' | 'max']
  const { modes, latency } = metric(of)
  if (!modes.includes(phase.mode)) return undefined
  return phase.metrics[of]?.[statistic] ?? (latency ? Number.POSITIVE_INFINITY : undefined)
}

function overRuns(values: readonly number[], alpha: number): OverRuns {
  const { low, high } = (values.length > 1 ? pairedInterval(values, alpha) : undefined) ?? {}
  const finite = (key: keyof OverRuns, value: number | undefined) => value !== undefined && Number.isFinite(value) && { [key]: value }
  return { ...finite('estimate', centreOf(values)), ...finite('low', low), ...finite('high', high) }
}
