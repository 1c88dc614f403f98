import type { Override } from './overrides.ts'
import { unusablePart } from './plain-data.ts'
import type { Problem } from './problem.ts'

/** `--inputs '{"text":"hi"}'` as the only input set. Texts in it may hold templates; dollar signs are only dollar signs. */
export function inputsOverride(json: string): Override | Problem {
  const option = '--inputs'
  const problem = (wrong: string): Problem => ({
    place: { kind: 'option', option },
    field: '',
    wrong,
    right: `Write a JSON object, such as --inputs '{"text":"hi"}'.`,
  })
  try {
    const values: unknown = JSON.parse(json)
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return problem('This is no JSON object')
    const bad = unusablePart(values)
    if (bad) return problem(bad.wrong)
    return { path: ['inputs'], value: [{ values }], option, literal: true }
  } catch {
    return problem('This is not valid JSON')
  }
}
