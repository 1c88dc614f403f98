import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { EXIT } from '../../core/errors.ts'
import type { Annotation } from '../exports/github.ts'
import { capacityView } from './view.ts'

/** What to say of a search beside its job: the answer with what it rests on. An error where the job ends in one, a warning where it is unfinished. */
export function capacityAnnotations(summary: CapacitySummary): readonly Annotation[] {
  const { verdict, sentences, title } = capacityView(summary)
  const { exitCode, exitReason, mode } = summary
  const level = exitCode !== EXIT.done ? 'error' : verdict.tone === 'good' ? 'notice' : 'warning'
  const end = exitCode === EXIT.done ? [] : [exitReason]
  return [{ level, title: `${verdict.word}: ${title}, ${mode}`, text: [verdict.sentence, ...sentences, ...end].join(' ') }]
}
