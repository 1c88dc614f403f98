import { resolve } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import { UsageError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import { beyondCeiling, isOfMachine, type MeasuredNoise, measuredNoise, originOf } from '../judge/calibration/calibrated.ts'
import { readEnvironment } from '../run/environment.ts'
import type { PlannedArms } from '../scenario/plan-written.ts'
import { CALIBRATION_FILE, readCalibration } from '../store/calibration.ts'
import { near } from './folder-to-resume.ts'
import { shown } from './secrets.ts'

/** Says on stderr which phases of these plans send more than this machine may be trusted with, as far as that was calibrated in `out`; the same once. */
export function tellBeyondCeiling(plans: readonly Plan[], out: string): void {
  const calibration = readCalibration(resolve(out))
  const texts = calibration ? plans.flatMap(({ phases }) => beyondCeiling(phases, calibration, readEnvironment())) : []
  for (const text of new Set(texts)) process.stderr.write(`${shown(text)}\n`)
}

/** How much the primary metric of a comparison scatters, as far as that was calibrated in `out`. */
export function noiseOf({ arms, settings }: PlannedArms, out: string): MeasuredNoise | undefined {
  const calibration = readCalibration(resolve(out))
  const of = { scenario: arms[0]!.plan.name, figure: settings.primary, plans: arms.map(({ plan }) => plan.hash) }
  return calibration && measuredNoise(calibration, readEnvironment(), of)
}

/**
 * What this machine can send, as `calibrate` stored it in `out`, with a sentence on that; of another machine the sentence alone, and the search measures
 * for itself. Undefined where nothing was ever calibrated there.
 */
export function ceilingsOf(out: string): { readonly ceilings?: Calibration['ceiling']; readonly told: string } | undefined {
  const calibration = readCalibration(resolve(out))
  if (!calibration) return undefined
  const here = readEnvironment()
  const [file, origin] = [near(resolve(out, CALIBRATION_FILE)), originOf(calibration, here)]
  return isOfMachine(calibration, here)
    ? { ceilings: calibration.ceiling, told: `What this machine can send is taken from ${file} (${origin}).` }
    : { told: `${file} says nothing of this machine (${origin}): what it can send is measured before the first trial.` }
}

/** What was stored before and is to be replaced; where it is damaged, that is told, and there was none. */
export function calibrationBefore(out: string, tell: (text: string) => void): Calibration | undefined {
  try {
    return readCalibration(out)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    tell(`${error.message} It is replaced; what it knew of other scenarios is lost.`)
    return undefined
  }
}
