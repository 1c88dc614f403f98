import { caveatLine, folded, grid, MOST_ROWS, MOST_SUMMARY_BYTES, statement, text, within } from '../exports/markdown-parts.ts'
import type { DataTable } from '../table.ts'
import type { ComparisonView } from './view.ts'

/**
 * A comparison as GitHub-flavoured Markdown for a job summary or a merge request: verdict, what it rests on, validity, at most twelve rows of
 * numbers, everything else folded away. Below 60 kB. Foreign text is escaped for Markdown and HTML, so that it makes neither link, mention nor markup.
 */
export function comparisonMarkdown(view: ComparisonView): string {
  return within(MOST_SUMMARY_BYTES, [
    `## ${text(view.title)}`,
    statement(view.verdict),
    ...view.sentences.map(text),
    statement(view.validity),
    ...table(view.metrics),
    ...modes(view),
    ...(view.failures.length === 0 ? [] : [`Failures: ${text(view.failures.join(' '))}`]),
    ...folded('Work of both arms', table(view.work)),
    ...folded('Caveats', [...view.caveats.map(caveatLine), ...view.notes.map((note) => `- ? ${text(note)}`)]),
    ...folded('What differs between the plans', table(view.differences)),
    ...folded('Runs', table({ head: view.runsHead, rows: view.runs.map(({ run, cells }) => [...cells, run]) }, view.runs.length)),
    ...folded('How it was judged', table({ head: ['', ''], rows: view.settings })),
    text([...view.facts, view.cost].join(' · ')),
    text(view.exitReason),
  ])
}

const modes = ({ modes: view }: ComparisonView): readonly string[] =>
  view
    ? [
        '### Streaming against blocking',
        ...view.advice.map(text),
        ...folded(
          'Each phase in both modes',
          view.phases.flatMap(({ title, table: { head, rows } }) => table({ head: [title, ...head.slice(1)], rows })),
        ),
        ...view.reading.map(text),
      ]
    : []

/** Its first rows; nothing where there is none. */
const table = ({ head, rows }: DataTable, most: number = MOST_ROWS): readonly string[] =>
  rows.length === 0 ? [] : [grid(head, rows.slice(0, most))]
