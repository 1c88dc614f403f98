import { readFileSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { valueAt } from './complaints.ts'
import { readDocument, type ScenarioDocument } from './document.ts'
import { inputsOverride } from './inputs-option.ts'
import { type Override, readOverride } from './overrides.ts'
import { type PlannedArms, type PlannedRun, planArms, planEither, planRun, type ToPlan } from './plan-written.ts'
import type { Problem } from './problem.ts'
import type { Environment } from './variables.ts'

/** A scenario ready to run. */
export interface LoadedScenario extends PlannedRun {
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

/**
 * Reads a scenario file into the plan of a run: of the arm, where one is named. Throws a `ScenarioError` that lists everything wrong with it, or
 * a `UsageError` where it cannot be read at all or has no such arm.
 */
export function loadScenario(
  path: string,
  { arm, pairs, ...options }: LoadOptions & Pick<JudgeOptions, 'pairs'> & { readonly arm?: string },
): LoadedScenario {
  return { ...planRun(toPlan(path, options, judgeOverride('pairs', pairs)), arm), source: path }
}

/** Options of `compare` and `calibrate` that stand for fields of `judge`. */
export interface JudgeOptions {
  readonly pairs?: number
  readonly inconclusive?: string
}

/** Reads the arms of a scenario file into plans, and how they are judged. Throws as `loadScenario` does, and where it has no arms. */
export const loadArms = (path: string, { pairs, inconclusive, ...options }: LoadOptions & JudgeOptions): PlannedArms =>
  planArms(toPlan(path, options, [...judgeOverride('pairs', pairs), ...judgeOverride('inconclusive', inconclusive)]))

/** Reads the arms of a scenario file that has some, else its one plan. Throws as `loadScenario` does. */
export const loadEither = (path: string, options: LoadOptions): PlannedRun | PlannedArms => planEither(toPlan(path, options))

const judgeOverride = (field: string, value: unknown): readonly Override[] =>
  value === undefined ? [] : [{ path: ['judge', field], value, option: `--${field}`, literal: true }]

function toPlan(path: string, { env, set = [], inputs, seed, allowOutside = false }: LoadOptions, more: readonly Override[] = []): ToPlan {
  const document = readDocument(readBytes(path), path)
  return {
    document,
    environment: env,
    options: [...set.map(readOverride), ...(inputs === undefined ? [] : inputsEverywhere(inputs, document)), ...more],
    defaultName: basename(path, extname(path)),
    folder: dirname(path),
    outside: allowOutside ? 'allowed' : 'refused',
    ...(seed === undefined ? {} : { seed }),
  }
}

/** `--inputs` counts for every run: arms lose inputs of their own. */
function inputsEverywhere(inputs: string, { data }: ScenarioDocument): readonly (Override | Problem)[] {
  const override = inputsOverride(inputs)
  if (!('option' in override)) return [override]
  const arms = valueAt(data, ['arms'])
  const own = Object.keys(typeof arms === 'object' && arms !== null ? arms : {}).filter(
    (arm) => valueAt(arms, [arm, 'inputs']) !== undefined,
  )
  return [override, ...own.map((arm): Override => ({ ...override, path: ['arms', arm, 'inputs'], value: undefined }))]
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
