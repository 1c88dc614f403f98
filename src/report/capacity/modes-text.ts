import type { CapacityModesSummary } from '../../core/capacity-modes.ts'
import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { besideText } from '../beside-text.ts'
import { openingText } from '../opening-text.ts'
import { columnsOf, filesSection, type Pen, paragraphs, penOf, section, statement, type TextOptions, tableText, textOf } from '../pen.ts'
import { wrapped } from '../width.ts'
import { capacityModesView } from './modes-view.ts'
import { capacityView } from './view.ts'

/** Searches in several modes for a terminal or a log: which serves more, all of them side by side, then each by itself. Ends with a line feed. */
export function capacityModesText(summary: CapacityModesSummary, options: TextOptions): string {
  const view = capacityModesView(summary)
  const columns = columnsOf(options)
  const pen = penOf(options)
  return textOf(
    [
      ...openingText(view, columns, pen),
      ...besideText(view.beside, columns, pen),
      ...summary.modes.flatMap((mode) => (summary.answers[mode] ? oneMode(summary.answers[mode], columns, pen) : [])),
      ...section('Cost', paragraphs([view.cost], columns), pen),
      ...filesSection(options, pen),
      '',
      ...wrapped(view.exitReason, columns).map((line) => pen('dim', line)),
    ],
    options,
  )
}

/** Its answer and its loads; the page has the rest. */
function oneMode(answer: CapacitySummary, columns: number, pen: Pen): readonly string[] {
  const view = capacityView(answer)
  return [
    ...section(`In ${answer.mode} mode`, statement(view.verdict, columns, pen), pen),
    ...paragraphs(view.sentences, columns),
    ...statement(view.certainty, columns, pen),
    ...tableText(view.levels, columns, pen),
    ...view.notes.flatMap((note) => statement({ tone: 'unsure', word: 'note', sentence: note }, columns, pen)),
  ]
}
