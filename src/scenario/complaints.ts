import type { z } from 'zod'
import { type FieldPath, looksSecret, nearest, show } from './problem.ts'

/** What is wrong with one field, in words; `part` says whether its name or its value is. */
export interface Complaint {
  readonly path: FieldPath
  readonly part: 'key' | 'value'
  readonly wrong: string
  readonly right: string
}

type Issue = z.core.$ZodIssue

/** A check's findings in words. Values are shown as `written`: before variables were put in, so that no secret is told. */
export function complaintsOf(issues: readonly Issue[], written: unknown): readonly Complaint[] {
  return issues.flatMap((issue) => complaints(issue, [], written))
}

function complaints(issue: Issue, around: FieldPath, written: unknown): readonly Complaint[] {
  const path = [...around, ...(issue.path as FieldPath)]
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ')
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      return {
        path: [...path, key],
        part: 'key',
        wrong: `unknown key ${show(key)}`,
        right: near ? `Did you mean "${near}"?` : `Known here: ${known.join(', ')}.`,
      }
    })
  }
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.find(
      (branch) => branch.length > 0 && branch.every((nested) => nested.path.length > 0 || nested.code === 'unrecognized_keys'),
    )
    if (inner) return inner.flatMap((nested) => complaints(nested, path, written))
  }
  return [{ path, part: 'value', wrong: wrong(valueAt(written, path), path), right: issue.message }]
}

function wrong(value: unknown, path: FieldPath): string {
  if (value === undefined) return 'This is missing'
  if (value === null) return 'There is nothing here'
  if (path.some((step) => typeof step === 'string' && looksSecret(step)) || path[1] === 'headers') return 'This value cannot be used here'
  return `${show(value)} cannot be used here`
}

/** The value at a path of plain data; undefined where there is none. Looks at own properties only. */
export function valueAt(data: unknown, path: FieldPath): unknown {
  let value = data
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}
