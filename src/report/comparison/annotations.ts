import type { ComparisonSummary } from '../../core/comparison-summary.ts'
import type { Annotation } from '../exports/github.ts'
import { comparisonView } from './view.ts'

/** What to say of a comparison beside its job: the verdict with what it rests on, and first that our own machine spoiled it, where it did. */
export function comparisonAnnotations(summary: ComparisonSummary): readonly Annotation[] {
  const { verdict, validity, sentences } = comparisonView(summary)
  const { name, status, exitCode, exitReason } = summary
  if (validity.tone === 'bad') return [{ level: 'error', title: `${validity.word}: ${name}`, text: `${validity.sentence} ${exitReason}` }]
  const level = exitCode !== 0 ? 'error' : verdict.tone === 'good' ? 'notice' : 'warning'
  // The code of an unfinished comparison is that of its report, not of the command that was cut short.
  const end = verdict.tone === 'good' || (status === 'unfinished' && exitCode === 0) ? [] : [exitReason]
  return [{ level, title: `${verdict.word}: ${name}`, text: [verdict.sentence, ...sentences, ...end].join(' ') }]
}
