import type { PhaseSummary } from '../core/phase-summary.ts'
import type { MachineSecond } from '../core/record.ts'
import { SECOND } from '../core/units.ts'
import { largest } from '../stats/extremes.ts'

type Stretch = Pick<PhaseSummary, 'beganUs' | 'endedUs'>

/** Seconds of the machine that share time with the phase. */
export const during = (machine: readonly MachineSecond[], { beganUs, endedUs }: Stretch): readonly MachineSecond[] =>
  machine.filter(({ at }) => at > beganUs && at - SECOND < endedUs)

/** How our own loop stood still in the phase; undefined where nobody watched. */
export function ownStall(machine: readonly MachineSecond[], phase: Stretch): PhaseSummary['ownStall'] {
  const stalls = during(machine, phase).map(({ loop }) => loop.max)
  const length = phase.endedUs - phase.beganUs
  if (stalls.length === 0 || length <= 0) return undefined
  return { longest: largest(stalls), share: Math.min(1, stalls.reduce((sum, stall) => sum + stall, 0) / length) }
}
