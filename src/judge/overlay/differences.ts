import type { Phase } from '../../core/plan.ts'
import { writeDuration } from '../../core/units.ts'
import { loadInWords } from '../../measure/load-words.ts'
import { planFields } from '../comparison/plan-differences.ts'
import { machineInWords } from '../machine.ts'
import type { OverlaidRun } from './overlaid-run.ts'

export interface FieldDifference {
  /** Names with dots between, such as `target.url` or `versions.node`. */
  readonly field: string
  /** One for each run, in their order; absent where it has no such field. */
  readonly values: readonly (string | undefined)[]
}

/** All in which runs were not alike before they began: name, arm, seed, load, whatever else was asked for, the machine and the versions that measured. */
export function differencesAmong(runs: readonly OverlaidRun[]): readonly FieldDifference[] {
  const fields = runs.map(fieldsOf)
  return [...new Set(fields.flatMap((each) => [...each.keys()]))].flatMap((field) => {
    const values = fields.map((each) => each.get(field))
    return new Set(values).size === 1 ? [] : [{ field, values }]
  })
}

function fieldsOf({ plan, environment }: OverlaidRun): ReadonlyMap<string, string> {
  const { flowbench, node, platform, libraries, commit } = environment
  return new Map([
    ['name', plan.name],
    ...(plan.arm === undefined ? [] : [['arm', plan.arm] as const]),
    ['seed', String(plan.seed)],
    ['load', plan.phases.map(phaseInWords).join('; ')],
    ['objectives', plan.objectives.map(({ text }) => text).join('; ')],
    ...[...planFields(plan)].filter(([field]) => !/^(phases|objectives)\./.test(field)),
    ['machine', machineInWords(environment)],
    ['versions.system', platform],
    ['versions.flowbench', commit === undefined ? flowbench : `${flowbench} (${commit})`],
    ['versions.node', node],
    ...Object.entries(libraries).map(([name, version]) => [`versions.${name}`, version] as const),
  ])
}

/** All that a phase asks for. */
const phaseInWords = (phase: Phase): string =>
  [
    `${phase.name}: ${loadInWords(phase)}`,
    ...(phase.length === undefined ? [] : [writeDuration(phase.length)]),
    phase.mode,
    ...(phase.measured ? [] : ['not measured']),
    ...(phase.settle ? ['settles'] : []),
  ].join(', ')
