import type { ComparisonSummary } from '../../core/comparison-summary.ts'
import { EXIT } from '../../core/errors.ts'
import { type Case, suiteXml } from '../exports/junit-suite.ts'
import { comparisonView } from './view.ts'

/**
 * `junit.xml` of a comparison: a case for what decides it, one for failures and one for the instrument itself. What fails there is what ends in 11,
 * undecided is skipped, a comparison that our own machine spoiled is an error; where nothing may be said, nothing fails.
 */
export function comparisonJunit(summary: ComparisonSummary): string {
  const { name, start, cost, experiment, arms, exitCode, settings } = summary
  return suiteXml({
    name,
    start,
    seconds: cost.seconds,
    properties: [
      ['comparison', experiment],
      ['baseline', arms[0]],
      ['candidate', arms[1]],
      ...(settings.seed === undefined ? [] : [['seed', String(settings.seed)] as const]),
      ['exit code', String(exitCode)],
    ],
    cases: [beliefCase(summary), verdictCase(summary), ...failuresCase(summary)],
  })
}

function beliefCase(summary: ComparisonSummary): Case {
  const { validity } = comparisonView(summary)
  return {
    title: 'the instrument can be believed',
    result: { kind: validity.tone === 'bad' ? 'error' : 'passed', message: validity.sentence },
  }
}

/** Undecided fails where `inconclusive: fail` makes it end in the code of a regression. */
function verdictCase({ primary, verdict, sentences, exitCode, exitReason, arms: [baseline, candidate] }: ComparisonSummary): Case {
  const kind = exitCode === EXIT.regression ? 'failure' : verdict === null || verdict === 'inconclusive' ? 'skipped' : 'passed'
  return {
    title: `${candidate} is not worse than ${baseline} by ${primary}`,
    result: { kind, message: sentences.length > 0 ? sentences.join(' ') : exitReason },
  }
}

/** Empty before anything was judged. */
function failuresCase(summary: ComparisonSummary): readonly Case[] {
  const { failures, arms } = summary
  if (failures === null) return []
  const kind = { grown: 'failure', 'may-have-grown': 'skipped', 'not-grown': 'passed' } as const
  return [
    {
      title: `${arms[1]} does not fail more often than ${arms[0]}`,
      result: { kind: kind[failures.verdict], message: comparisonView(summary).failures.join(' ') },
    },
  ]
}
