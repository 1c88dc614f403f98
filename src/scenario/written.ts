import { valueAt } from './complaints.ts'
import type { ScenarioDocument } from './document.ts'
import { applyOverrides, type Override } from './overrides.ts'
import { type FieldPath, type Place, type Problem, writePath } from './problem.ts'
import { type Environment, isUnset } from './variables.ts'

/** A scenario as a person wrote it, in a file and in options: what is read into a plan. */
export interface WrittenScenario extends ScenarioDocument {
  /** The field as the person wrote it, such as `load.0.rate`. */
  readonly nameOf: (path: FieldPath) => string
  /** True where dollar signs are only dollar signs. */
  readonly isLiteral: (path: FieldPath) => boolean
  /** Options that could not be put in. */
  readonly misplaced: readonly Problem[]
}

export interface WrittenOptions {
  readonly overrides: readonly Override[]
  readonly environment: Environment
}

/**
 * A document with options put in: what an option brought about is located at the option. A field that is nothing but `${NAME:-}` is left out
 * where that variable is unset, but for inputs, which may well be empty.
 */
export function writtenWith(document: ScenarioDocument, { overrides, environment }: WrittenOptions): WrittenScenario {
  const { data, applied, problems } = applyOverrides(document.data, overrides)
  const overrideAt = (path: FieldPath) => applied.findLast((override) => startsWith(path, override.path))
  const locate = (path: FieldPath, part?: 'key' | 'value'): Place => {
    // What only an override brought into being, such as a misspelt mapping, is found through the first field set in it.
    const made = valueAt(document.data, path) === undefined ? applied.find((override) => startsWith(override.path, path)) : undefined
    const override = overrideAt(path) ?? (path.length > 0 ? made : undefined)
    return override ? { kind: 'option', option: override.option } : document.locate(path, part)
  }
  const isMapping = typeof document.data === 'object' && !Array.isArray(document.data)
  return {
    data: isMapping ? withoutUnset(data, environment) : undefined,
    locate,
    nameOf: writePath,
    isLiteral: (path) => overrideAt(path)?.literal === true,
    misplaced: problems,
  }
}

function withoutUnset(data: unknown, environment: Environment): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) =>
      typeof value === 'string' && isUnset(value, environment) ? [] : [[key, key === 'inputs' ? value : withoutUnset(value, environment)]],
    ),
  )
}

/** True where `path` is at or below `start`. */
export const startsWith = (path: FieldPath, start: FieldPath): boolean =>
  path.length >= start.length && start.every((step, index) => String(step) === String(path[index]))
