import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { openingText } from '../opening-text.ts'
import { columnsOf, filesSection, paragraphs, penOf, section, type TextOptions, tableText, textOf } from '../pen.ts'
import { wrapped } from '../width.ts'
import { capacityView } from './view.ts'

/** A search for a terminal or a log: the answer first, then what it rests on, what it cost, where the files are. Ends with a line feed. */
export function capacityText(summary: CapacitySummary, options: TextOptions): string {
  const view = capacityView(summary)
  const columns = columnsOf(options)
  const pen = penOf(options)
  const sentences = (texts: readonly string[]) => paragraphs(texts, columns)
  return textOf(
    [
      ...openingText({ ...view, validity: view.certainty }, columns, pen),
      ...tableText(view.levels, columns, pen),
      ...tableText(view.headroom, columns, pen),
      ...tableText(view.little, columns, pen),
      ...section('Scaling', sentences(view.scaling), pen),
      ...section('Replicas', sentences(view.replicas), pen),
      ...section('Notes', sentences(view.notes), pen),
      ...section('Cost', sentences([view.cost]), pen),
      ...filesSection(options, pen),
      '',
      ...wrapped(view.exitReason, columns).map((line) => pen('dim', line)),
    ],
    options,
  )
}
