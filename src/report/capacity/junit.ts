import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { EXIT } from '../../core/errors.ts'
import { type Case, suiteXml } from '../exports/junit-suite.ts'
import { capacityView } from './view.ts'

/**
 * `junit.xml` of a search: a case for its answer and one for the instrument itself. What ends in 10 fails there, an answer that stays open is skipped, a
 * search that our own machine spoiled is an error; a level that was missed is none of these, since a search has to find one.
 */
export function capacityJunit(summary: CapacitySummary): string {
  const { name, start, seconds, experiment, mode, axis, exitCode, settings } = summary
  return suiteXml({
    name,
    start,
    seconds,
    properties: [
      ['search', experiment],
      ['seed', String(settings.seed)],
      ['mode', mode],
      ['axis', axis],
      ...(['verified', 'lower', 'upper'] as const).flatMap((end) =>
        summary[end] === null ? [] : [[`${end}, ${summary.unit}`, String(summary[end])] as const],
      ),
      ['exit code', String(exitCode)],
    ],
    cases: [beliefCase(summary), answerCase(summary)],
  })
}

function beliefCase(summary: CapacitySummary): Case {
  const { certainty, verdict } = capacityView(summary)
  return summary.stopped === 'generator'
    ? { title: BELIEF, result: { kind: 'error', message: verdict.sentence } }
    : { title: BELIEF, result: { kind: 'passed', message: certainty.sentence } }
}
const BELIEF = 'the instrument can be believed'

function answerCase({ stopped, exitCode, sentences, exitReason, mode }: CapacitySummary): Case {
  const isFound = stopped === 'found' || stopped === 'top-held'
  const kind = exitCode === EXIT.objectiveMissed ? 'failure' : isFound ? 'passed' : 'skipped'
  return {
    title: `the objectives hold up to a load that is found in ${mode} mode`,
    result: { kind, message: [...sentences, exitReason].join(' ') },
  }
}
