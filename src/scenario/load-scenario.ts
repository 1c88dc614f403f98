import { readFileSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { readDocument } from './document.ts'
import { inputsOverride } from './inputs-option.ts'
import { type Override, readOverride } from './overrides.ts'
import { readScenario } from './parse.ts'
import { type PlannedScenario, planScenario } from './plan.ts'
import type { Problem } from './problem.ts'
import type { Environment } from './variables.ts'

/** A scenario ready to run. */
export interface LoadedScenario extends PlannedScenario {
  /** Where it came from, for messages: the file as it was named, or `the command line`. */
  readonly source: string
}

export interface LoadOptions {
  readonly env: Environment
  /** `--set` options as written: `target.mode=blocking`. */
  readonly set?: readonly string[]
  /** `--inputs` as written: JSON that takes the place of all input sets. */
  readonly inputs?: string
  readonly seed?: number
  readonly allowOutside?: boolean
}

/** Reads a scenario file into a plan. Throws a `ScenarioError` that lists everything wrong with it, or a `UsageError` where it cannot be read at all. */
export function loadScenario(path: string, { env, set = [], inputs, seed, allowOutside = false }: LoadOptions): LoadedScenario {
  const document = readDocument(readBytes(path), path)
  const read = [...set.map(readOverride), ...(inputs === undefined ? [] : [inputsOverride(inputs)])]
  const misread = read.filter((one): one is Problem => 'wrong' in one)
  const reading = readScenario(document, { environment: env, overrides: read.filter((one): one is Override => 'option' in one) })
  const planned = planScenario(
    { ...reading, problems: [...misread, ...reading.problems] },
    {
      defaultName: basename(path, extname(path)),
      folder: dirname(path),
      outside: allowOutside ? 'allowed' : 'refused',
      ...(seed === undefined ? {} : { seed }),
    },
  )
  return { ...planned, source: path }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new UsageError(`There is no scenario file ${path}.`, 'Check the path; ready scenarios lie in scenarios/.')
    if (code === 'EISDIR') throw new UsageError(`${path} is a folder.`, 'Name a scenario file in it.')
    throw new UsageError(`The scenario file ${path} cannot be read (${code ?? error}).`, 'Check its permissions.')
  }
}
