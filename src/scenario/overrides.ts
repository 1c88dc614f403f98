import { parseDocument } from 'yaml'
import { unusablePart } from './plain-data.ts'
import { type FieldPath, nearest, type Problem, writePath } from './problem.ts'

/** A value from the command line that takes the place of a field. */
export interface Override {
  readonly path: FieldPath
  /** Undefined: the field is taken away. */
  readonly value: unknown
  /** How messages name it, such as `--set target.mode`. */
  readonly option: string
  /** True where dollar signs in it are only dollar signs. */
  readonly literal: boolean
}

type Tree = Record<string, unknown> | unknown[]
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

/** Reads `target.mode=blocking`; the value is YAML, nothing at all takes the field away. A word in place of a list position is an element's `name`. */
export function readOverride(text: string): Override | Problem {
  const [, left, right] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  const place = { kind: 'option', option: '--set' } as const
  const field = left?.trim() ?? ''
  // The text itself may hold a key typed by mistake, so it is never shown.
  if (left === undefined || right === undefined)
    return { place, field: '', wrong: 'This has no field and value', right: 'Write --set field=value, such as --set target.mode=blocking.' }
  const path = field.split('.').map((step) => (/^(?:0|[1-9]\d{0,8})$/.test(step) ? Number(step) : step))
  if (path.some((step) => step === '' || step === '__proto__'))
    return {
      place: { kind: 'option', option: `--set ${field}` },
      field,
      wrong: 'This is no field',
      right: 'Write names with dots between, such as load.0.rate.',
    }
  const refuse = (wrong: string, way: string): Problem => ({
    place: { kind: 'option', option: `--set ${field}` },
    field,
    wrong,
    right: way,
  })
  const read = readValue(right)
  if (!read.ok) return refuse('The value cannot be read', `Put it in quotes that the shell leaves alone, such as --set 'name="a: b"'.`)
  const { value } = read
  const bad = unusablePart(value)
  if (bad) return refuse(bad.wrong, bad.right)
  return { path, value: value === null ? undefined : value, option: `--set ${field}`, literal: false }
}

/** A value in the form of YAML; aliases have nothing to stand for here. */
function readValue(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  const document = parseDocument(text, { version: '1.2', stringKeys: true, logLevel: 'error', prettyErrors: false })
  if (document.errors.length + document.warnings.length > 0) return { ok: false }
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 0 }) }
  } catch (error) {
    if (error instanceof ReferenceError) return { ok: false }
    throw error
  }
}

/** The tree with the overrides put in, in order, and each override with its path as list positions. Missing mappings on the way are made. */
export function applyOverrides(
  tree: unknown,
  overrides: readonly Override[],
): { readonly data: unknown; readonly applied: readonly Override[]; readonly problems: readonly Problem[] } {
  const data = structuredClone(isTree(tree) ? tree : {}) as Tree
  const problems: Problem[] = []
  const applied: Override[] = []
  for (const override of overrides) {
    const path: (string | number)[] = []
    const fail = (wrong: string, right: string) =>
      problems.push({ place: { kind: 'option', option: override.option }, field: writePath(override.path), wrong, right })
    let holder = data
    for (const [index, step] of override.path.entries()) {
      const key = Array.isArray(holder) ? elementIndex(holder, step, fail) : String(step)
      if (key === undefined) break
      path.push(key)
      if (index === override.path.length - 1) {
        if (Array.isArray(holder) && override.value === undefined) {
          fail('an element of a list cannot be taken away', `Set ${writePath(path.slice(0, -1))} to the list you want.`)
          break
        }
        put(holder, key, override.value)
        applied.push({ ...override, path })
        break
      }
      const next = own(holder, key)
      if (isTree(next)) holder = next
      else if (next === undefined || next === null) {
        const made = {}
        put(holder, key, made)
        holder = made
      } else {
        fail(`${writePath(path)} holds a single value, so nothing can be set below it`, `Set ${writePath(path)} itself.`)
        break
      }
    }
  }
  return { data, applied, problems }
}

const own = (holder: Tree, key: string | number): unknown =>
  Object.hasOwn(holder, key) ? (holder as Record<string, unknown>)[key] : undefined

function put(holder: Tree, key: string | number, value: unknown): void {
  if (value === undefined) delete (holder as Record<string, unknown>)[key]
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

function elementIndex(list: readonly unknown[], step: string | number, fail: (wrong: string, right: string) => void): number | undefined {
  const names = list.flatMap((element) =>
    isTree(element) && typeof own(element, 'name') === 'string' ? [String(own(element, 'name'))] : [],
  )
  const index = typeof step === 'number' ? step : list.findIndex((element) => isTree(element) && own(element, 'name') === step)
  if (index >= 0 && index < list.length) return index
  const near = typeof step === 'string' ? nearest(step, names) : undefined
  const count =
    list.length === 0
      ? 'The list is empty'
      : `Its elements are 0 to ${list.length - 1}${names.length > 0 ? `, or by name: ${names.join(', ')}` : ''}`
  fail(`the list has no element ${step}`, near ? `Did you mean "${near}"?` : `${count}.`)
  return undefined
}
