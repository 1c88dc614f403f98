import type { CapacityModesSummary } from '../../core/capacity-modes.ts'
import { folded, grid, MOST_SUMMARY_BYTES, statement, text, within } from '../exports/markdown-parts.ts'
import { capacityModesView } from './modes-view.ts'
import { capacityView } from './view.ts'

/** Searches in several modes as GitHub-flavoured Markdown: which serves more, all side by side, the loads of each folded away. Below 60 kB, foreign text escaped. */
export function capacityModesMarkdown(summary: CapacityModesSummary): string {
  const view = capacityModesView(summary)
  return within(MOST_SUMMARY_BYTES, [
    `## ${text(view.title)}`,
    statement(view.verdict),
    ...view.sentences.map(text),
    statement(view.validity),
    grid(view.beside.head, view.beside.rows),
    ...summary.modes.flatMap((mode) => {
      const answer = summary.answers[mode]
      if (!answer) return []
      const { verdict, sentences, certainty, levels } = capacityView(answer)
      return folded(`In ${mode} mode`, [
        [
          statement(verdict),
          ...sentences.map(text),
          statement(certainty),
          ...(levels.rows.length > 0 ? [grid(levels.head, levels.rows)] : []),
        ].join('\n\n'),
      ])
    }),
    text([...view.facts, view.cost].join(' · ')),
    text(view.exitReason),
  ])
}
