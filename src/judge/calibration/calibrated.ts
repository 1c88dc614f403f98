import type { Calibration } from '../../core/calibration.ts'
import type { Phase } from '../../core/plan.ts'
import type { Environment } from '../../core/record.ts'
import { digits, rate } from '../../measure/figures.ts'
import { CEILING_SHARE } from '../capacity/capacity-progress.ts'
import { machineInWords } from '../machine.ts'

/** Where a stored calibration comes from, for a sentence: its day, and the machine where it was another one. */
export function originOf(calibration: Calibration, here: Environment): string {
  const day = calibration.at.slice(0, 10)
  return isOfMachine(calibration, here)
    ? `calibrated ${day}`
    : `calibrated ${day} on another machine: ${machineInWords(calibration.environment)}`
}

/** Whether it speaks of the machine that is asked: what another one can send says nothing of this one's own limits. */
export const isOfMachine = ({ environment }: Calibration, here: Environment): boolean =>
  machineInWords(environment) === machineInWords(here)

/** Which phases send more than may be trusted of this machine, a sentence each; a closed phase sends what the target allows. */
export function beyondCeiling(phases: readonly Phase[], calibration: Calibration, here: Environment): readonly string[] {
  return phases.flatMap((phase) => {
    if (phase.kind !== 'open') return []
    const ceiling = calibration.ceiling[phase.mode].perSecond
    const peak = Math.max(phase.from, phase.to)
    if (!(peak > CEILING_SHARE * ceiling)) return []
    return [
      `Phase ${phase.name} sends up to ${rate(peak)}, more than half of the ${digits(ceiling)} ${phase.mode} runs per second that flowbench sends at most (${originOf(calibration, here)}): its own lateness may be taken for the target's. Use a larger machine, or less load.`,
    ]
  })
}

/** The noise of a figure as it was measured: deviation of a pair's difference of logarithms, and where that is from, for a sentence. */
export interface MeasuredNoise {
  readonly deviation: number
  readonly origin: string
}

/**
 * What two equal arms of a scenario of this name showed of a figure; undefined where that was never measured. The origin says where it is from another
 * machine, or from a plan that is none of `plans`: the scenario has changed since, or an arm of it was measured that is not here.
 */
export function measuredNoise(
  calibration: Calibration,
  here: Environment,
  { scenario, figure, plans }: { readonly scenario: string; readonly figure: string; readonly plans: readonly string[] },
): MeasuredNoise | undefined {
  const noise = calibration.noise.find((each) => each.scenario === scenario)
  const deviation = noise?.metrics[figure]?.pairToPair
  if (!noise || deviation === undefined) return undefined
  const other = plans.includes(noise.planHash) ? '' : ', of another plan than those that run now: calibrate again to be sure'
  return { deviation, origin: `${noise.pairs} pairs of equal arms, ${originOf({ ...calibration, at: noise.at }, here)}${other}` }
}
