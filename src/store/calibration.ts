import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import { UsageError, WriteError } from '../core/errors.ts'
import { reason, writeWhole } from './run-folder.ts'

/** Lies in the folder that run folders are made in. */
export const CALIBRATION_FILE = 'calibration.json'

/** What `calibrate` stored below `out`; undefined where it never ran there, or where another version of flowbench wrote it in a form that this one does not know. */
export function readCalibration(out: string): Calibration | undefined {
  const path = join(out, CALIBRATION_FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const stored = parsed(text, path)
  return stored.schema === 1 ? stored : undefined
}

function parsed(text: string, path: string): Calibration {
  try {
    return JSON.parse(text) as Calibration
  } catch (error) {
    throw new UsageError(`${path} is no JSON.`, 'Take it away, or measure again with `flowbench calibrate`.', { cause: error })
  }
}

/** Makes the folder where there is none. Throws a WriteError where either cannot be. */
export async function writeCalibration(out: string, calibration: Calibration): Promise<void> {
  try {
    mkdirSync(out, { recursive: true })
  } catch (error) {
    throw new WriteError(`The folder ${out} cannot be made: ${reason(error)}.`, 'Choose a folder that you may write to with --out.', {
      cause: error,
    })
  }
  await writeWhole(out, CALIBRATION_FILE, `${JSON.stringify(calibration, undefined, 2)}\n`)
}
