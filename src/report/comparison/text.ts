import type { ComparisonSummary } from '../../core/comparison-summary.ts'
import { openingText } from '../opening-text.ts'
import { columnsOf, filesSection, type Pen, paragraphs, penOf, section, statement, type TextOptions, tableText, textOf } from '../pen.ts'
import { wrapped } from '../width.ts'
import { type ComparisonView, comparisonView } from './view.ts'

/** A comparison for a terminal or a log: the verdict first, then what it rests on, what it cost, where the files are. Ends with a line feed. */
export function comparisonText(summary: ComparisonSummary, options: TextOptions): string {
  const view = comparisonView(summary)
  const columns = columnsOf(options)
  const pen = penOf(options)
  const sentences = (texts: readonly string[]) => paragraphs(texts, columns)
  return textOf(
    [
      ...openingText(view, columns, pen),
      ...tableText(view.metrics, columns, pen),
      ...(view.metrics.rows.length > 0 ? sentences([view.reading]).map((line) => pen('dim', line)) : []),
      ...modes(view, columns, pen),
      ...section('Failures', sentences(view.failures), pen),
      ...tableText(view.work, columns, pen),
      ...section('Caveats', caveats(view, columns, pen), pen),
      ...section('Pairs run again', sentences(summary.kind === 'interleaved' ? repeats(view) : []), pen),
      ...section('Cost', sentences([view.cost]), pen),
      ...filesSection(options, pen),
      '',
      ...wrapped(view.exitReason, columns).map((line) => pen('dim', line)),
    ],
    options,
  )
}

function modes({ modes: view }: ComparisonView, columns: number, pen: Pen): readonly string[] {
  if (!view) return []
  return [
    ...section('Streaming against blocking', paragraphs(view.advice, columns), pen),
    ...view.phases.flatMap(({ title, table: { head, rows } }) => tableText({ head: [title, ...head.slice(1)], rows }, columns, pen)),
    ...paragraphs(view.reading, columns).map((line) => pen('dim', line)),
  ]
}

const caveats = (view: ComparisonView, columns: number, pen: Pen): readonly string[] => [
  ...view.caveats.flatMap(({ tone, word, where, text }) => statement({ tone, word: `${word} (${where})`, sentence: text }, columns, pen)),
  ...view.notes.flatMap((note) => statement({ tone: 'unsure', word: 'note', sentence: note }, columns, pen)),
]

const repeats = ({ runs }: ComparisonView): readonly string[] =>
  runs.flatMap(({ tone, run, cells: [pair, arm, began, use] }) =>
    tone === 'plain' ? [] : [`Pair ${pair}: ${arm}, begun at ${began}, ${use} (${run}).`],
  )
