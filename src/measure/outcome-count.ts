import { OUT_OF_STATISTICS, OUTCOMES, type OutcomeKind } from '../core/sample.ts'

/** Which outcomes are no failure. */
export type Accepts = (kind: OutcomeKind) => boolean

/** `succeeded` and what the plan accepts besides. */
export function acceptsOf(accept: readonly OutcomeKind[]): Accepts {
  const accepted = new Set<OutcomeKind>(['succeeded', ...accept])
  return (kind) => accepted.has(kind)
}

/** Whether it counts as a failure: neither accepted nor out of every statistic. */
export const isFailure = (kind: OutcomeKind, accepts: Accepts): boolean => !accepts(kind) && !OUT_OF_STATISTICS.has(kind)

export type OutcomeCounts = Readonly<Partial<Record<OutcomeKind, number>>>

/** Counts outcomes; reads them in the vocabulary's order, without the ones that never came. */
export function createOutcomeCounter(): { add(kind: OutcomeKind): void; read(): OutcomeCounts } {
  const counts = new Map<OutcomeKind, number>()
  return {
    add: (kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1),
    read: () => Object.fromEntries(OUTCOMES.flatMap((kind) => (counts.has(kind) ? [[kind, counts.get(kind)!]] : []))),
  }
}

/** What a set of outcomes comes to. */
export interface Tally {
  readonly all: number
  /** Without those in no statistic. */
  readonly counted: number
  readonly failures: number
  /** Absent where nothing is counted. */
  readonly failureShare?: number
}

export function tally(outcomes: OutcomeCounts, accepts: Accepts): Tally {
  let [all, counted, failures] = [0, 0, 0]
  for (const kind of OUTCOMES) {
    const count = outcomes[kind] ?? 0
    all += count
    if (!OUT_OF_STATISTICS.has(kind)) counted += count
    if (isFailure(kind, accepts)) failures += count
  }
  return { all, counted, failures, ...(counted > 0 && { failureShare: failures / counted }) }
}
