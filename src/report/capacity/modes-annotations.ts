import type { CapacityModesSummary } from '../../core/capacity-modes.ts'
import type { Annotation } from '../exports/github.ts'
import { capacityAnnotations } from './annotations.ts'
import { capacityModesView } from './modes-view.ts'

/** What to say of searches in several modes beside their job: which serves more, then the answer of each. */
export function capacityModesAnnotations(summary: CapacityModesSummary): readonly Annotation[] {
  const { verdict, sentences, validity, title } = capacityModesView(summary)
  return [
    {
      level: verdict.tone === 'unsure' ? 'warning' : 'notice',
      title: `${verdict.word}: ${title}`,
      text: [verdict.sentence, ...sentences, validity.sentence].join(' '),
    },
    ...summary.modes.flatMap((mode) => (summary.answers[mode] ? capacityAnnotations(summary.answers[mode]) : [])),
  ]
}
