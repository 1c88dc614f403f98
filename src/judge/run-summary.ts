import type { Plan } from '../core/plan.ts'
import type { LogHeader, LogLine, MachineSecond } from '../core/record.ts'
import type { ObjectiveResult, RunSummary } from '../core/summary.ts'
import { toCaveat } from '../measure/caveats.ts'
import { type Doubt, findDoubts } from '../measure/doubts.ts'
import type { MetricName } from '../measure/metrics.ts'
import { type Measured, summarise } from '../measure/summary.ts'
import { conclude } from './exit-code.ts'
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
  const caveats = [...findDoubts(plan, measured, metricsOf(objectives)), ...judged.flatMap(fewSamples)].map(toCaveat)
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
    diagnoses: diagnose(phases),
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

function fewSamples({ text, finding }: Judged): Doubt[] {
  if (!finding?.shortage) return []
  return [{ kind: 'few-samples', objective: text, phase: finding.phase, ...finding.shortage }]
}
