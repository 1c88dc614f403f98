import type { Plan } from '../../core/plan.ts'
import type { Mode } from '../../core/sample.ts'
import { metric } from '../../measure/metrics.ts'
import { parseObjective } from '../objectives/objective-grammar.ts'

type Objectives = Plan['objectives']

/**
 * The objectives that a search judges its trials by: those that speak of the phase that trials are made of. One on throughput is left out: a trial
 * must complete what it is sent anyway, and at a light load no throughput can be high.
 */
export const trialObjectives = (objectives: Objectives, phase: string): Objectives => objectives.filter(({ text }) => isJudged(text, phase))

/** Those that are left out, as written. */
export const leftOut = (objectives: Objectives, phase: string): readonly string[] =>
  objectives.filter(({ text }) => !isJudged(text, phase)).map(({ text }) => text)

function isJudged(text: string, phase: string): boolean {
  const parsed = parseObjective(text)
  if ('problem' in parsed) return true
  const { subject, phase: named } = parsed.objective
  return subject.kind !== 'throughput' && (named === undefined || named === phase)
}

/** Those of a metric that runs in this mode do not have, as written. */
export const unknownIn = (mode: Mode, objectives: Objectives): readonly string[] =>
  objectives.flatMap(({ text }) => {
    const parsed = parseObjective(text)
    if ('problem' in parsed || !('metric' in parsed.objective.subject)) return []
    return metric(parsed.objective.subject.metric).modes.includes(mode) ? [] : [text]
  })
