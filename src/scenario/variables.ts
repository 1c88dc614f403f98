import { SHORTEST_SECRET } from '../core/redact.ts'
import type { FieldPath } from './problem.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A text after its `${NAME}` were put in, or why that cannot be done (never with a value in it). */
export type Expansion =
  | { readonly ok: true; readonly text: string; readonly used: readonly string[] }
  | { readonly ok: false; readonly wrong: string; readonly right: string }

const REFERENCE = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([-?])([^}]*))?\}|\$\{/g

/**
 * Puts in `${NAME}`, `${NAME:-default}` (where unset or empty) and `${NAME:?message}` (an error where unset or empty); `$$` is a dollar
 * sign. What is put in is never looked at again.
 */
export function expandText(text: string, environment: Environment): Expansion {
  const used: string[] = []
  let failure: Extract<Expansion, { ok: false }> | undefined
  const expanded = text.replace(REFERENCE, (whole, name: string | undefined, operator: string | undefined, rest: string | undefined) => {
    if (whole === '$$') return '$'
    if (name === undefined) {
      failure ??= {
        ok: false,
        wrong: `"\${" begins no variable here`,
        right: `Write \${NAME}, \${NAME:-default} or \${NAME:?message}, or $\${ for the characters themselves.`,
      }
      return ''
    }
    used.push(name)
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (value !== undefined && (value !== '' || operator === undefined)) return value
    if (operator === '-') return rest ?? ''
    failure ??=
      operator === '?'
        ? {
            ok: false,
            wrong: `The environment variable ${name} is not set: ${rest || 'it is required'}`,
            right: `Set it, for example with: export ${name}=…`,
          }
        : {
            ok: false,
            wrong: `The environment variable ${name} is not set`,
            right: `Set it, or give a default as in \${${name}:-default}.`,
          }
    return ''
  })
  return failure ?? { ok: true, text: expanded, used }
}

/** True where a text is nothing but references without a default: no part of its value stands in the file. */
export const isReferenceOnly = (text: string): boolean => /^(?:\$\{[A-Za-z_][A-Za-z0-9_]*(?::\?[^}]*|:-)?\})+$/.test(text)

/** True where a text is nothing but one reference with an empty default, `${NAME:-}`, and its variable is unset or empty. */
export function isUnset(text: string, environment: Environment): boolean {
  const [, name] = /^\$\{([A-Za-z_][A-Za-z0-9_]*):-\}$/.exec(text) ?? []
  return name !== undefined && ((Object.hasOwn(environment, name) && environment[name]) || '') === ''
}

export interface Expanded {
  readonly data: unknown
  /** Paths (as JSON) of the texts that used a variable. */
  readonly fromVariables: ReadonlySet<string>
  /** Values of the variables used, by name, that are long enough to be secrets. */
  readonly values: ReadonlyMap<string, string>
  readonly failures: readonly { readonly path: FieldPath; readonly wrong: string; readonly right: string }[]
}

/** Expands every text value of a tree; keys stay as they are, and so do values whose path `isLiteral`. A value that fails becomes undefined. */
export function expandTree(
  tree: unknown,
  environment: Environment,
  { isLiteral }: { readonly isLiteral: (path: FieldPath) => boolean },
): Expanded {
  const fromVariables = new Set<string>()
  const values = new Map<string, string>()
  const failures: Expanded['failures'][number][] = []
  const visit = (value: unknown, path: FieldPath): unknown => {
    if (typeof value === 'string') {
      if (isLiteral(path)) return value
      const expansion = expandText(value, environment)
      if (!expansion.ok) {
        failures.push({ path, wrong: expansion.wrong, right: expansion.right })
        return undefined
      }
      if (expansion.used.length > 0) fromVariables.add(JSON.stringify(path))
      for (const name of expansion.used) {
        const put = environment[name] ?? ''
        if (put.length >= SHORTEST_SECRET) values.set(name, put)
      }
      return expansion.text
    }
    if (Array.isArray(value)) return value.map((element, index) => visit(element, [...path, index]))
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, visit(inner, [...path, key])]))
    return value
  }
  return { data: visit(tree, []), fromVariables, values, failures }
}
