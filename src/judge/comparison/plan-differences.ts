import type { Plan } from '../../core/plan.ts'

export interface PlanDifference {
  /** Names and positions with dots between, such as `phases.0.mode`. */
  readonly field: string
  readonly baseline: string
  readonly candidate: string
}

const NOTHING = '–'
const LONGEST = 200
const MOST = 30

/** What decides a run but is no part of what was asked for: names, chance, and what follows from the rest. */
const LEFT_OUT: readonly string[] = ['arm', 'name', 'description', 'compared', 'seed', 'hash', 'schema', 'target.proxied']

/** Fields in which two plans differ, in the plan's order; at most 30. Input sets that differ are told by their names, not row by row. */
export const planDifferences = (before: Plan, after: Plan): readonly PlanDifference[] => allPlanDifferences(before, after).slice(0, MOST)

/** All of them. */
export function allPlanDifferences(before: Plan, after: Plan): readonly PlanDifference[] {
  const [one, other] = [planFields(before), planFields(after)]
  const names = [...new Set([...one.keys(), ...other.keys()])]
  return names.flatMap((field) => {
    const [baseline = NOTHING, candidate = NOTHING] = [one.get(field), other.get(field)]
    return baseline === candidate ? [] : [{ field, baseline: shortened(baseline), candidate: shortened(candidate) }]
  })
}

/** What a plan asks for, by field; input sets whole, under their names. What is no part of it (names, chance, what follows from the rest) is left out. */
export function planFields(plan: Plan): ReadonlyMap<string, string> {
  const { inputs, target, ...others } = plan
  const { url, ...place } = target
  // Where the built-in simulator listens is chance.
  const rest = { ...others, target: target.simulator === undefined ? { url, ...place } : place }
  const leaves = Object.entries(rest)
    .flatMap(([key, value]) => (LEFT_OUT.includes(key) ? [] : flat(key, value)))
    .filter(([field]) => !LEFT_OUT.includes(field))
  return new Map([...leaves, ...inputs.map((set) => [`inputs.${set.name}`, JSON.stringify(set)] as const)])
}

function flat(path: string, value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  return Object.entries(value).flatMap(([key, inner]) => flat(`${path}.${key}`, inner))
}

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
