import { valueAt } from './complaints.ts'
import { type FieldPath, nearest, type Problem, show } from './problem.ts'
import { ARM_FIELDS } from './schema.ts'
import type { WrittenScenario } from './written.ts'

/** An arm as it was written, laid over the scenario that it is an arm of. */
export interface WrittenArm {
  readonly name: string
  readonly written: WrittenScenario
}

export interface TakenApart {
  /** The scenario without its arms. */
  readonly base: WrittenScenario
  /** In the order of the file; empty where there are none. */
  readonly arms: readonly WrittenArm[]
  readonly problems: readonly Problem[]
}

type Mapping = Readonly<Record<string, unknown>>

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u

/**
 * Takes a scenario and its arms apart. Each arm becomes a scenario of its own: its mappings are laid over those above, field by field; lists
 * and single values take the place of what is there. What is wrong in it is located, and named, where it was written.
 */
export function takeApart(whole: WrittenScenario): TakenApart {
  if (!isMapping(whole.data) || !Object.hasOwn(whole.data, 'arms')) return { base: whole, arms: [], problems: [] }
  const { arms: written, ...rest } = whole.data
  const base: WrittenScenario = { ...whole, data: rest }
  const problems: Problem[] = []
  const complain = (path: FieldPath, part: 'key' | 'value', [wrong, right]: readonly [string, string]) =>
    problems.push({ place: whole.locate(path, part), field: whole.nameOf(path), wrong, right })
  if (!isMapping(written)) {
    complain(['arms'], 'value', [`${show(written)} cannot be used here`, 'Write a mapping such as { baseline: { … }, candidate: { … } }.'])
    return { base, arms: [], problems }
  }
  const names = Object.keys(written)
  if (names.length !== 2)
    complain(['arms'], 'value', [
      `There ${names.length === 1 ? 'is one arm' : `are ${names.length} arms`}, and this version of flowbench compares two`,
      'Write two arms, such as { baseline: { … }, candidate: { … } }; the later is judged against the first.',
    ])
  const arms = names.flatMap((name): readonly WrittenArm[] => {
    const arm = written[name]
    if (!NAME.test(name))
      complain(['arms', name], 'key', [
        'This is no name of an arm',
        'Write letters, digits, dots, underscores and hyphens, at most 40 characters.',
      ])
    if (!isMapping(arm)) {
      complain(['arms', name], 'value', [
        arm === null ? 'There is nothing here' : `${show(arm)} cannot be used here`,
        'Write a mapping with the fields that differ, such as { target: { mode: blocking } }; {} changes nothing.',
      ])
      return []
    }
    for (const field of Object.keys(arm).filter((key) => !ARM_FIELDS.includes(key)))
      complain(['arms', name, field], 'key', strayField(field, ARM_FIELDS))
    const allowed = Object.fromEntries(Object.entries(arm).filter(([key]) => ARM_FIELDS.includes(key)))
    return [{ name, written: armOver(base, name, allowed) }]
  })
  return { base, arms, problems }
}

const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields that a scenario has once, whatever its arms do. */
const ONCE = ['name', 'description', 'seed', 'judge', 'arms', 'capacity']

function strayField(field: string, known: readonly string[]): readonly [string, string] {
  if (ONCE.includes(field)) return [`An arm has no ${field} of its own`, `Write ${field}: for the scenario as a whole.`]
  const near = nearest(field, known)
  return [`unknown key ${show(field)}`, near ? `Did you mean "${near}"?` : `Known here: ${known.join(', ')}.`]
}

function armOver(base: WrittenScenario, name: string, arm: Mapping): WrittenScenario {
  /** Where a field of the laid-over scenario was written: in the arm wherever the arm has a say in it. */
  const home = (path: FieldPath): FieldPath => {
    let length = path.length
    while (length > 0 && valueAt(arm, path.slice(0, length)) === undefined) length--
    const isBelow = length < path.length && (length === 0 || isMapping(valueAt(arm, path.slice(0, length))))
    return isBelow && valueAt(base.data, path) !== undefined ? path : length === 0 ? path : ['arms', name, ...path]
  }
  return {
    data: laidOver(elsewhere(base.data as Mapping, arm), arm),
    locate: (path, part) => base.locate(home(path), part),
    nameOf: (path) => base.nameOf(home(path)),
    isLiteral: (path) => base.isLiteral(home(path)),
    misplaced: [],
  }
}

/** An arm that names an address, or a simulator, means that in place of the other kind above. */
function elsewhere(base: Mapping, arm: Mapping): Mapping {
  const [above, own] = [base['target'], arm['target']]
  if (!isMapping(above) || !isMapping(own)) return base
  const replaced = Object.hasOwn(own, 'url') ? 'simulator' : Object.hasOwn(own, 'simulator') ? 'url' : undefined
  return { ...base, target: Object.fromEntries(Object.entries(above).filter(([key]) => key !== replaced)) }
}

function laidOver(base: unknown, arm: unknown): unknown {
  if (!isMapping(base) || !isMapping(arm)) return arm
  const added = Object.keys(arm).filter((key) => !Object.hasOwn(base, key))
  return Object.fromEntries([
    ...Object.entries(base).map(([key, value]) => [key, Object.hasOwn(arm, key) ? laidOver(value, arm[key]) : value]),
    ...added.map((key) => [key, arm[key]]),
  ])
}
