import type { ObjectiveResult, RunSummary } from '../../core/summary.ts'
import { SECOND } from '../../core/units.ts'
import { judge } from '../verdict.ts'
import { type Case, suiteXml } from './junit-suite.ts'

/**
 * `junit.xml`: a suite for the scenario and a case for each objective, with one more for the instrument itself. Missed is a failure, undecided
 * (and everything in a run that was cut off) is skipped, a run that is not to be believed is an error. Names are unique in the suite.
 */
export function junit(summary: RunSummary): string {
  const { name, run, durationUs, start, planHash, seed, objectives, status, exitCode } = summary
  return suiteXml({
    name,
    start,
    seconds: durationUs / SECOND,
    properties: [
      ['run', run],
      ['plan hash', planHash],
      ['seed', String(seed)],
      ['exit code', String(exitCode)],
    ],
    cases: [beliefCase(summary), ...objectives.map((objective) => objectiveCase(objective, status))],
  })
}

function beliefCase(summary: RunSummary): Case {
  const reasons = summary.caveats.filter(({ invalidates }) => invalidates).map(({ text }) => text)
  const message = [judge(summary).validity.sentence, ...reasons].join(' ')
  return { title: 'the instrument can be believed', result: { kind: summary.valid ? 'passed' : 'error', message } }
}

function objectiveCase({ text, verdict, explanation }: ObjectiveResult, status: RunSummary['status']): Case {
  const kind = status === 'incomplete' || verdict === 'undecided' ? 'skipped' : verdict === 'missed' ? 'failure' : ('passed' as const)
  return { title: text, result: { kind, message: explanation } }
}
