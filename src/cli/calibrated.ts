import { resolve } from 'node:path'
import type { Plan } from '../core/plan.ts'
import { beyondCeiling, type MeasuredNoise, measuredNoise } from '../judge/calibration/calibrated.ts'
import { readEnvironment } from '../run/environment.ts'
import type { PlannedArms } from '../scenario/plan-written.ts'
import { readCalibration } from '../store/calibration.ts'
import { shown } from './secrets.ts'

/** Says on stderr which phases send more than this machine may be trusted with, as far as that was calibrated in `out`. */
export function tellBeyondCeiling({ phases }: Plan, out: string): void {
  const calibration = readCalibration(resolve(out))
  const texts = calibration ? beyondCeiling(phases, calibration, readEnvironment()) : []
  for (const text of texts) process.stderr.write(`${shown(text)}\n`)
}

/** How much the primary metric of a comparison scatters, as far as that was calibrated in `out`. */
export function noiseOf({ arms, settings }: PlannedArms, out: string): MeasuredNoise | undefined {
  const calibration = readCalibration(resolve(out))
  return calibration && measuredNoise(calibration, readEnvironment(), { scenario: arms[0]!.plan.name, figure: settings.primary })
}
