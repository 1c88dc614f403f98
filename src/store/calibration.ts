import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Calibration, Noise } from '../core/calibration.ts'
import { UsageError, WriteError } from '../core/errors.ts'
import { makeMissing, reason, writeWhole } from './run-folder.ts'

/** Lies in the folder that run folders are made in. */
export const CALIBRATION_FILE = 'calibration.json'

/**
 * What `calibrate` stored below `out`; undefined where it never ran there, or where another version of flowbench wrote it in a form that this one does not
 * know. Throws a UsageError that names the file where it cannot be read, or is damaged in what other commands go by.
 */
export function readCalibration(out: string): Calibration | undefined {
  const path = join(out, CALIBRATION_FILE)
  const text = textOf(path)
  if (text === undefined) return undefined
  const stored = parsed(text, path) as Partial<Calibration> | null
  if (stored?.schema !== undefined && stored.schema !== 1) return undefined
  const wrong = wrongIn(stored ?? {})
  if (wrong !== undefined) throw damaged(`${path} is no calibration: ${wrong} is missing, or of another kind.`)
  return stored as Calibration
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (reason(error) === 'ENOENT' || reason(error) === 'ENOTDIR') return undefined
    throw damaged(`${path} cannot be read: ${reason(error)}.`, error)
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw damaged(`${path} is no JSON.`, error)
  }
}

const damaged = (message: string, cause?: unknown): UsageError =>
  new UsageError(message, 'Take it away, or measure again with `flowbench calibrate`.', { cause })

/** The first key that is not as commands need it, as a person would write it; undefined where all are. */
function wrongIn({ schema, at, environment, ceiling, noise }: Partial<Calibration>): string | undefined {
  const checks: readonly (readonly [key: string, isRight: boolean])[] = [
    ['schema', schema === 1],
    ['at', isText(at)],
    ['environment', isText(environment?.cpu) && isText(environment?.platform)],
    ['environment', isNumber(environment?.cores) && isNumber(environment?.memoryBytes)],
    ['ceiling.blocking.perSecond', isNumber(ceiling?.blocking?.perSecond)],
    ['ceiling.streaming.perSecond', isNumber(ceiling?.streaming?.perSecond)],
    ['noise', Array.isArray(noise)],
  ]
  const key = checks.find(([, isRight]) => !isRight)?.[0]
  const bad = Array.isArray(noise) ? (noise as readonly (Partial<Noise> | null)[]).findIndex((each) => !isNoise(each ?? {})) : -1
  return key ?? (bad < 0 ? undefined : `noise[${bad}]`)
}

const isNoise = ({ scenario, planHash, at, pairs, metrics }: Partial<Noise>): boolean =>
  [scenario, planHash, at].every(isText) &&
  isNumber(pairs) &&
  metrics instanceof Object &&
  Object.values(metrics as Record<string, Partial<Noise['metrics'][string]> | null>).every((metric) => isNumber(metric?.pairToPair))

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): boolean => typeof value === 'number'

/** Makes the folder where there is none. Throws a WriteError where either cannot be. */
export async function writeCalibration(out: string, calibration: Calibration): Promise<void> {
  try {
    makeMissing(out)
  } catch (error) {
    throw new WriteError(`The folder ${out} cannot be made: ${reason(error)}.`, 'Choose a folder that you may write to with --out.', {
      cause: error,
    })
  }
  await writeWhole(out, CALIBRATION_FILE, `${JSON.stringify(calibration, undefined, 2)}\n`)
}
