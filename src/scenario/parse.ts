import { complaintsOf, valueAt } from './complaints.ts'
import type { FieldPath, Problem } from './problem.ts'
import { refusedFields } from './refused-fields.ts'
import { type Scenario, scenarioSchema } from './schema.ts'
import { type Environment, expandTree } from './variables.ts'
import { startsWith, type WrittenScenario } from './written.ts'

/** A scenario whose form was checked, with all that is needed to speak of its fields. */
export interface Reading {
  /** What has the right form; fields with a problem are left out. */
  readonly scenario: Scenario
  /** The data as the person wrote it, before variables were put in: the only form in which values may be shown. */
  readonly written: unknown
  readonly problems: readonly Problem[]
  readonly locate: WrittenScenario['locate']
  readonly nameOf: WrittenScenario['nameOf']
  /** The text with the values of variables turned back into `${NAME}`: what may be shown of a text that was made from expanded ones. */
  readonly conceal: (text: string) => string
  /** True where a variable was put into the field's text. */
  readonly isFromVariable: (path: FieldPath) => boolean
  /** True where something in, at or around the field is already reported, so that what follows from it need not be. */
  readonly isTroubled: (path: FieldPath) => boolean
}

/** Checks the form of a scenario: variables expanded, unknown fields and those that no server can answer refused. Never throws for what a person wrote. */
export function readScenario(
  { data, locate, nameOf, isLiteral, misplaced }: WrittenScenario,
  { environment }: { readonly environment: Environment },
): Reading {
  const isMapping = data !== undefined
  const written = data ?? {}
  const troubled: FieldPath[] = []
  const problems: Problem[] = [...misplaced]
  const report = (path: FieldPath, part: 'key' | 'value', { wrong, right }: { readonly wrong: string; readonly right: string }) => {
    troubled.push(path)
    problems.push({ place: locate(path, part), field: nameOf(path), wrong, right })
  }

  if (!isMapping) report([], 'value', { wrong: 'A scenario is a mapping', right: 'Begin with lines such as name:, target: and load:.' })
  for (const refusal of refusedFields(written)) report(refusal.path, 'key', refusal)
  const expanded = expandTree(written, environment, { isLiteral })
  for (const failure of expanded.failures) report(failure.path, 'value', failure)

  const bare = troubled.reduce(without, expanded.data)
  const typed = withNumbersFromVariables(bare, expanded.fromVariables)
  const first = scenarioSchema.safeParse(isMapping ? typed : {})
  if (!first.success) for (const complaint of complaintsOf(first.error.issues, written)) report(complaint.path, complaint.part, complaint)
  return {
    scenario: first.success ? first.data : salvage(typed),
    written,
    problems,
    locate,
    nameOf,
    conceal: (text) => [...expanded.values].reduce((shown, [name, value]) => shown.replaceAll(value, `\${${name}}`), text),
    isFromVariable: (path) => expanded.fromVariables.has(JSON.stringify(path)),
    isTroubled: (path) => troubled.some((other) => startsWith(path, other) || startsWith(other, path)),
  }
}

/** Leaves out what is of the wrong form until the rest is of the right one, so that its meaning can be checked as well. */
function salvage(data: unknown): Scenario {
  const result = scenarioSchema.safeParse(data)
  if (result.success) return result.data
  const paths = complaintsOf(result.error.issues, data).map(({ path }) => path)
  if (paths.some((path) => path.length === 0)) return {}
  return salvage(paths.reduce(without, data))
}

/** The data without the field. In the lists of phases and input sets an empty mapping takes its place, so that positions stay; other lists go as a whole. */
function without(data: unknown, path: FieldPath): unknown {
  const [step, ...rest] = path
  if (step === undefined || typeof data !== 'object' || data === null || !Object.hasOwn(data, step)) return data
  if (Array.isArray(data)) {
    if (rest.length === 0) return data.map((element, index) => (index === step ? {} : element))
    return data.map((element, index) => (index === step ? without(element, rest) : element))
  }
  const entries = Object.entries(data).flatMap(([key, value]) => {
    if (key !== step) return [[key, value]]
    const whole = rest.length === 0 || (rest.length === 1 && Array.isArray(value) && key !== 'load' && key !== 'inputs')
    return whole ? [] : [[key, without(value, rest)]]
  })
  return Object.fromEntries(entries)
}

/** Where a field wants a number or true/false, and a variable was put in that reads as one, it is one. Inputs are never touched: they take any type. */
function withNumbersFromVariables(data: unknown, fromVariables: ReadonlySet<string>): unknown {
  const result = fromVariables.size === 0 ? undefined : scenarioSchema.safeParse(data)
  if (!result || result.success) return data
  return result.error.issues.reduce((tree, { path }) => {
    const field = path as FieldPath
    const value = fromVariables.has(JSON.stringify(field)) ? valueAt(tree, field) : undefined
    return typeof value === 'string' && /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(value)
      ? replaced(tree, field, JSON.parse(value.replace(/^(-?)0+(?=\d)/, '$1')))
      : tree
  }, data)
}

function replaced(data: unknown, path: FieldPath, value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(data)) return data.map((element, index) => (index === step ? replaced(element, rest, value) : element))
  return Object.fromEntries(
    Object.entries(data as object).map(([key, inner]) => [key, key === step ? replaced(inner, rest, value) : inner]),
  )
}
