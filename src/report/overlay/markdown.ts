import { headline } from '../exports/markdown.ts'
import { caveatLine, folded, grid, MOST_SUMMARY_BYTES, statement, text, within } from '../exports/markdown-parts.ts'
import type { OverlayView } from './view.ts'

/**
 * Runs laid over each other as GitHub-flavoured Markdown: that there is no verdict, validity, the rows that count of each phase, everything else
 * folded away. Below 60 kB. Foreign text is escaped for Markdown and HTML, so that it makes neither link, mention nor markup.
 */
export function overlayMarkdown(view: OverlayView): string {
  const { runs, objectives, differences } = view
  return within(MOST_SUMMARY_BYTES, [
    `## ${text(view.title)}`,
    statement(view.verdict),
    statement(view.validity),
    grid(runs.head, runs.rows),
    ...view.phases.flatMap(({ name, table }) => [`### ${text(name)}`, headline(table)]),
    ...folded('Objectives of each run', objectives.rows.length === 0 ? [] : [grid(objectives.head, objectives.rows)]),
    ...folded(
      'What differs between the runs before they began',
      differences.rows.length === 0 ? [] : [grid(differences.head, differences.rows)],
    ),
    ...folded('Caveats', view.caveats.map(caveatLine)),
    text(view.exitReason),
  ])
}
