import { folded, grid, MOST_ROWS, MOST_SUMMARY_BYTES, SIGNS, statement, text, within } from '../exports/markdown-parts.ts'
import type { DataTable } from '../table.ts'
import type { CapacityView } from './view.ts'

/**
 * A search as GitHub-flavoured Markdown for a job summary or a merge request: the answer, how sure it is, what it rests on, at most twelve loads with
 * their votes, everything else folded away. Below 60 kB. Foreign text is escaped for Markdown and HTML, so that it makes neither link, mention nor markup.
 */
export function capacityMarkdown(view: CapacityView): string {
  return within(MOST_SUMMARY_BYTES, [
    `## ${text(view.title)}`,
    statement(view.verdict),
    ...view.sentences.map(text),
    statement(view.certainty),
    ...table(view.levels),
    ...folded('Headroom', table(view.headroom)),
    ...folded('Where runs in flight were', table(view.little)),
    ...folded('Scaling', [...view.scaling, ...view.replicas].map(text)),
    ...folded(
      'Trials',
      view.trials.flatMap(({ load, trials }) =>
        trials.map(({ tone, finding, facts, why, run }) => `- ${SIGNS[tone]} ${text(`${load} ${finding}: ${facts}. ${why} (${run})`)}`),
      ),
    ),
    ...folded(
      'Notes',
      view.notes.map((note) => `- ? ${text(note)}`),
    ),
    ...folded('How it was searched', [grid(['', ''], view.settings)]),
    text([...view.facts, view.cost].join(' · ')),
    text(view.exitReason),
  ])
}

/** The loads around the bracket matter most, and they are the highest that were tried: the last rows stay. */
const table = ({ head, rows }: DataTable): readonly string[] => (rows.length === 0 ? [] : [grid(head, rows.slice(-MOST_ROWS))])
