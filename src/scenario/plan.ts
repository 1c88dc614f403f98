import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { CapacitySettings } from '../core/capacity.ts'
import type { Plan } from '../core/plan.ts'
import { planCapacity } from './capacity.ts'
import { uploadNeeds } from './file-users.ts'
import { withoutPaths } from './files.ts'
import { checkUser, planInputs } from './inputs.ts'
import { planCaveats, planLimits } from './limits.ts'
import { planObjectives } from './objectives.ts'
import type { Reading } from './parse.ts'
import { planPhases } from './phases.ts'
import { type Complain, type ComplainIn, type Problem, ScenarioError } from './problem.ts'
import { planTarget } from './target.ts'

/** A plan and what no plan may hold. */
export interface PlannedScenario {
  readonly plan: Plan
  /** How its capacity would be searched for. */
  readonly capacity: CapacitySettings
  /** Whether the scenario has anything to say of that. */
  readonly saysCapacity: boolean
  /** Whether anybody has named the seed; else it was drawn. */
  readonly saysSeed: boolean
  /** Values that no output may show. */
  readonly secrets: readonly string[]
  /** Absent with the simulator, which takes any. */
  readonly apiKey: string | undefined
  /** `target.headers` with their true values. */
  readonly headers: Readonly<Record<string, string>>
}

export interface PlanContext {
  /** The name where the scenario gives none. */
  readonly defaultName: string
  readonly folder: string
  readonly outside: 'allowed' | 'refused'
  /** Comes before the scenario's own. */
  readonly seed?: number
  /** Where neither says one. */
  readonly drawnSeed: number
  /** Name of the arm that the scenario stands for. */
  readonly arm?: string
}

/** Fills in every default and checks what fields mean together. Throws a `ScenarioError` with all problems of form and meaning at once. */
export function planScenario(reading: Reading, context: PlanContext): PlannedScenario {
  const { scenario, written, nameOf } = reading
  const { folder, outside } = context
  const problems: Problem[] = [...reading.problems]
  const shown = (text: string) => clip(reading.conceal(text))
  const complain = complainer(reading, problems)
  const complainIn: ComplainIn = (place, path, { wrong, right }) =>
    problems.push({ place, field: nameOf(path), wrong: shown(wrong), right: shown(right) })

  if (context.seed !== undefined && !(Number.isSafeInteger(context.seed) && context.seed >= 0))
    problems.push({
      place: { kind: 'option', option: '--seed' },
      field: '',
      wrong: `${context.seed} is no seed`,
      right: 'Write a whole number from 0 up.',
    })

  const { target, apiKey, headers, secrets } = planTarget(scenario.target, { written, folder, outside, complain })
  const phases = planPhases(scenario.load, { mode: scenario.target?.mode ?? 'streaming', complain })
  const inputs = planInputs(scenario.inputs, { folder, outside, phases, complain, complainIn })
  const user = scenario.user ?? 'flowbench-{{run}}'
  if (!reading.isTroubled(['inputs'])) checkUser(user, inputs, { phases, complain })
  const limits = planLimits(scenario.limits, complain)
  const isKnown = !reading.isTroubled(['load']) && !reading.isTroubled(['inputs']) && phases.length > 0
  const objectives = planObjectives(scenario.objectives ?? [], { complain, ...(isKnown && { among: { phases, inputs } }) })
  const caveats = planCaveats(scenario.caveats, complain)
  const capacity = planCapacity(scenario.capacity, { phases, limits, complain })
  if (problems.length > 0) throw new ScenarioError(problems)

  const content = {
    target,
    user,
    inputs,
    phases,
    limits,
    accept: scenario.accept ?? [],
    record: scenario.record ?? [],
    objectives,
    strict: scenario.strict ?? false,
    nodes: scenario.nodes ?? 'stream',
    caveats,
  } as const
  const plan: Plan = {
    schema: 1,
    name: scenario.name ?? context.defaultName,
    ...(context.arm === undefined ? {} : { arm: context.arm }),
    ...(scenario.description === undefined ? {} : { description: scenario.description }),
    ...content,
    seed: context.seed ?? scenario.seed ?? context.drawnSeed,
    hash: planHash(content),
  }
  const uploads = uploadNeeds(plan, { run: 'run' })
  if (!uploads.ok) {
    complain(['user'], uploads.wrong, uploads.right)
    throw new ScenarioError(problems)
  }
  return {
    plan,
    capacity,
    saysCapacity: scenario.capacity !== undefined,
    saysSeed: (context.seed ?? scenario.seed) !== undefined,
    secrets,
    apiKey,
    headers,
  }
}

/** Complains of what fields of a reading mean into `problems`; not of what is reported already. Values of variables are not told. */
export function complainer(reading: Reading, problems: Problem[]): Complain {
  const shown = (text: string) => clip(reading.conceal(text))
  return (path, wrong, right, unquoted) => {
    if (reading.isTroubled(path)) return
    const words = unquoted !== undefined && reading.isFromVariable(path) ? unquoted : wrong
    problems.push({ place: reading.locate(path), field: reading.nameOf(path), wrong: shown(words), right: shown(right) })
  }
}

/** A sentence of bearable length. */
const clip = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text)

/** What decides what is sent and judged. */
type PlanContent = Omit<Plan, 'schema' | 'name' | 'arm' | 'description' | 'compared' | 'seed' | 'hash'>

/** SHA-256 over what decides what is sent and judged: neither name, arm, description and seed, nor consent to load a host, nor where a file lies on this machine. */
export function planHash(content: PlanContent): string {
  const { allow: _allow, sharedCloudAllowed: _sharedCloudAllowed, ca: _ca, simulator, ...rest } = content.target
  const target = { ...rest, ...(simulator !== undefined && { simulator: basename(simulator) }) }
  return createHash('sha256')
    .update(canonicalJson({ ...content, target, inputs: content.inputs.map(withoutPaths) }))
    .digest('hex')
}

/** JSON with the keys of every mapping in order of their code units and without blanks, after RFC 8785: equal data give equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`)
  return `{${members.join(',')}}`
}
