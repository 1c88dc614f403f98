import type { ClosedPhase, OpenPhase, Phase } from '../../core/plan.ts'
import { type Micros, micros, perSecond } from '../../core/units.ts'

/** The phase that counts in every run of the bench. */
export const MEASURED = 'measured'

export interface Lengths {
  readonly warmUp: Micros
  readonly measured: Micros
}

const COMMON = { mode: 'blocking', settle: false } as const

/** Slots that send as soon as they are free. */
export function slots(concurrency: number, lengths: Lengths): readonly Phase[] {
  const phase = { ...COMMON, kind: 'closed', from: concurrency, to: concurrency, think: micros(0) } satisfies Partial<ClosedPhase>
  return warmed(phase, lengths)
}

/** Sends by schedule. */
export function atRate(rate: number, lengths: Lengths): readonly Phase[] {
  const phase = { ...COMMON, kind: 'open', from: perSecond(rate), to: perSecond(rate), arrivals: 'constant' } satisfies Partial<OpenPhase>
  return warmed(phase, lengths)
}

const warmed = (
  phase: Omit<ClosedPhase, 'name' | 'measured' | 'length'> | Omit<OpenPhase, 'name' | 'measured' | 'length'>,
  { warmUp, measured }: Lengths,
): readonly Phase[] => [
  { ...phase, name: 'warm-up', measured: false, length: warmUp },
  { ...phase, name: MEASURED, measured: true, length: measured },
]
