import type { Plan } from '../core/plan.ts'
import type { LogHeader, LogLine, MachineSecond } from '../core/record.ts'
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

export interface RunFiles {
  readonly header: LogHeader
  readonly plan: Plan
  /** The log without its header. */
  readonly lines: AsyncIterable<LogLine> | Iterable<LogLine>
  readonly machine: Iterable<MachineSecond>
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
  { header, plan }: Pick<RunFiles, 'header' | 'plan'>,
  { unwritten = false }: Circumstances = {},
): RunSummary {
  const objectives = plan.objectives.map(({ text, isDefault = false }) => ({ objective: parsed(text), isDefault }))
  const judged = objectives.map(({ objective, isDefault }) => judgeObjective(objective, measured, { strict: plan.strict, isDefault }))
  const caveats = [...findDoubts(plan, measured, heeded(plan, metricsOf(objectives))), ...judged.flatMap(fewSamples)].map(toCaveat)
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
