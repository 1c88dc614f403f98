import type { FieldPath } from './problem.ts'

/** Fields that the scenario format has but this version cannot act on yet: refused in a sentence, never ignored. `*` is any list position. */
const LATER: readonly { readonly path: readonly string[]; readonly what: string; readonly right: string }[] = [
  {
    path: ['capacity'],
    what: 'search for the capacity',
    right: 'Remove capacity: and use a ramp such as rate: 1/s..40/s to see where it gives way.',
  },
]

export interface Refusal {
  readonly path: FieldPath
  readonly wrong: string
  readonly right: string
}

/** Every use in the data of a field of a later version, or of what no server can answer. */
export function laterFields(data: unknown): readonly Refusal[] {
  const found = LATER.flatMap(({ path, what, right }) =>
    matches(data, path, []).map((at) => ({ path: at, wrong: `This version of flowbench cannot ${what} yet`, right })),
  )
  const nodes = matches(data, ['nodes'], []).filter(() => (data as { nodes: unknown }).nodes === 'detail')
  return [
    ...found,
    ...nodes.map((path) => ({
      path,
      wrong: 'Dify’s service API tells nothing of single nodes once a run is over (up to 1.14.2), so there is nothing to fetch',
      right: 'Write nodes: stream, or remove the line; in streaming mode the nodes come with the events.',
    })),
  ]
}

function matches(value: unknown, pattern: readonly string[], path: FieldPath): readonly FieldPath[] {
  const [step, ...rest] = pattern
  if (step === undefined) return [path]
  if (typeof value !== 'object' || value === null) return []
  if (step === '*') return Array.isArray(value) ? value.flatMap((element, index) => matches(element, rest, [...path, index])) : []
  return Object.hasOwn(value, step) ? matches((value as Record<string, unknown>)[step], rest, [...path, step]) : []
}
