import type { Plan } from '../core/plan.ts'
import type { LogHeader, LogLine, MachineSecond, ShardRecord } from '../core/record.ts'
import type { ObjectiveResult, RunSummary } from '../core/summary.ts'
import { toCaveat } from '../measure/caveats.ts'
import { type Doubt, findDoubts, type Heeded, isTime } from '../measure/doubts.ts'
import type { MetricName } from '../measure/metrics.ts'
import { type Measured, summarise } from '../measure/summary.ts'
import { conclude } from './exit-code.ts'
import { figureName } from './figure-name.ts'
import { type Judged, judgeObjective } from './objectives/objective.ts'
import { type Objective, parseObjective } from './objectives/objective-grammar.ts'
import { diagnose } from './overload/diagnose.ts'
import { apartDoubts, isOfTheWhole, namedCaveats } from './shards/shard-doubts.ts'

export interface RunFiles {
  readonly header: LogHeader
  readonly plan: Plan
  /** The log without its header. */
  readonly lines: AsyncIterable<LogLine> | Iterable<LogLine>
  readonly machine: Iterable<MachineSecond>
  /** The machines that it was put together from; absent where one sent all. */
  readonly shards?: readonly ShardRecord[] | undefined
}

export interface Circumstances {
  /** Results could not be written; a note `write-failed` in the log says the same. */
  readonly unwritten?: boolean
}

/** All that is concluded of a run, from its files alone: the same whenever made again. */
export async function concludeRun({ header, plan, lines, machine }: RunFiles, circumstances: Circumstances = {}): Promise<RunSummary> {
  return concludeMeasured(await summarise(plan, lines, machine), { header, plan }, circumstances)
}

/** The same from what `summarise` gave, for those who need its histograms too. */
export function concludeMeasured(
  measured: Measured,
  { header, plan, shards }: Pick<RunFiles, 'header' | 'plan' | 'shards'>,
  { unwritten = false }: Circumstances = {},
): RunSummary {
  const objectives = plan.objectives.map(({ text, isDefault = false }) => ({ objective: parsed(text), isDefault }))
  // A share's numbers are no answer to what is asked of the whole.
  const asked = plan.shard ? [] : objectives
  const judged = asked.map(({ objective, isDefault }) => judgeObjective(objective, measured, { strict: plan.strict, isDefault }))
  const found = findDoubts(plan, measured, heeded(plan, metricsOf(objectives)))
  const doubts = shards ? [...found.filter(isOfTheWhole), ...apartDoubts(measured.phases, shards)] : found
  const caveats = [...[...doubts, ...judged.flatMap(fewSamples)].map(toCaveat), ...namedCaveats(shards ?? [])]
  const results = judged.map(({ finding, ...result }): ObjectiveResult => result)
  const { status, signal, stoppedBecause, breaches, phases, slowest, failures, givenUp, reconciled, durationUs, notes } = measured
  const conclusion = conclude({
    status,
    objectives: results,
    caveats,
    breaches,
    unwritten: unwritten || notes.some(({ note }) => note === 'write-failed'),
    ...(signal !== undefined && { signal }),
    ...(stoppedBecause !== undefined && { stoppedBecause }),
  })
  return {
    schema: 1,
    run: header.run,
    name: plan.name,
    status,
    ...conclusion,
    start: header.start,
    durationUs,
    planHash: plan.hash,
    seed: plan.seed,
    ...(plan.shard && { shard: plan.shard }),
    ...(shards && { shards: shards.map(({ shard, run, offsetUs }) => ({ shard, run, offsetUs })) }),
    caveats,
    objectives: results,
    phases,
    diagnoses: diagnose(phases, plan.target),
    slowest,
    failures,
    givenUp,
    reconciled,
  }
}

function parsed(text: string): Objective {
  const result = parseObjective(text)
  // The scenario's check has read it before anything was sent.
  if ('problem' in result) throw new Error(`an objective of the plan cannot be read: ${result.problem}`)
  return result.objective
}

const metricsOf = (objectives: readonly { readonly objective: Objective }[]): readonly MetricName[] => [
  ...new Set(objectives.flatMap(({ objective: { subject } }) => ('metric' in subject ? [subject.metric] : []))),
]

/**
 * Without objectives and comparison nothing: the defaults stand. A comparison is decided by its primary metric, as a run is by its objectives; where that
 * is no time, by the response time, which is what throughput and rates come from.
 */
function heeded({ compared }: Pick<Plan, 'compared'>, asked: readonly MetricName[]): Heeded {
  if (!compared) return { judged: asked, beside: [] }
  const [primary, ...informing] = compared.map((name): MetricName => {
    const { subject } = figureName(name)
    return subject.kind !== 'throughput' && isTime(subject.metric) ? subject.metric : 'response_time'
  })
  const judged = [...new Set([...asked, primary!])]
  return { judged, beside: [...new Set(informing)].filter((name) => !judged.includes(name)) }
}

function fewSamples({ text, finding }: Judged): Doubt[] {
  if (!finding?.shortage) return []
  return [{ kind: 'few-samples', objective: text, phase: finding.phase, ...finding.shortage }]
}
