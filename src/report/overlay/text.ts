import { openingText } from '../opening-text.ts'
import { columnsOf, filesSection, penOf, section, statement, type TextOptions, tableText, textOf } from '../pen.ts'
import { numberLines, READING } from '../text.ts'
import { wrapped } from '../width.ts'
import type { OverlayView } from './view.ts'

/** Runs laid over each other for a terminal or a log: that there is no verdict, then the numbers side by side. Ends with a line feed. */
export function overlayText(view: OverlayView, options: TextOptions): string {
  const columns = columnsOf(options)
  const pen = penOf(options)
  const paragraph = (text: string) => wrapped(text, columns).map((line) => pen('dim', line))
  const columnOf = (title: string) => view.runs.head.indexOf(title)
  const labelled = (values: readonly string[]) => values.map((value, at) => [view.runs.rows[at]![0]!, value] as const)
  const runs = view.runs.rows.map((row) =>
    ['scenario', 'arm', 'began', 'target', 'id'].flatMap((title) => (columnOf(title) < 0 ? [] : [row[columnOf(title)]!])),
  )
  return textOf(
    [
      ...openingText({ ...view, sentences: [] }, columns, pen),
      ...section(
        'Runs',
        view.runs.rows.flatMap(([label], at) => wrapped(`${label}: ${runs[at]!.join(', ')}`, columns - 2).map((line) => `  ${line}`)),
        pen,
      ),
      '',
      ...paragraph(`${READING}${view.more.phases}`),
      ...view.phases.flatMap(({ name, table }) => section(`Phase ${name}`, numberLines(table, { of: 'run', columns, pen }).slice(1), pen)),
      ...tableText(view.objectives, columns, pen),
      ...section(
        'What differs between the runs before they began',
        view.differences.rows.flatMap(([field = '', ...values]) => differenceLines(field, labelled(values), columns)),
        pen,
      ),
      ...section(
        'Caveats',
        view.caveats.flatMap(({ tone, word, where, text }) =>
          statement({ tone, word: `${word} (${where})`, sentence: text }, columns, pen),
        ),
        pen,
      ),
      ...filesSection(options, pen),
      '',
      ...paragraph(view.exitReason),
    ],
    options,
  )
}

/** A field, and below it each value with the runs that have it. */
const differenceLines = (
  field: string,
  values: readonly (readonly [label: string, value: string])[],
  columns: number,
): readonly string[] => [
  `  ${field}`,
  ...[...Map.groupBy(values, ([, value]) => value)].flatMap(([value, alike]) => {
    const who = alike.map(([label]) => label).join(', ')
    return wrapped(`${who}: ${value}`, columns - 6).map((line, at) => `${at === 0 ? '    ' : '      '}${line}`)
  }),
]
