import type { HistorySummary } from '../../core/history.ts'
import { headText } from '../opening-text.ts'
import { columnsOf, penOf, section, statement, type TextOptions, tableText, textOf } from '../pen.ts'
import { plot } from './plot.ts'
import { changedTogether, historyView, isDrawn, type SeriesView } from './view.ts'

/** Series with a plot; older ones are told by their findings. */
const DRAWN = 3

/** A history for a terminal or a log: what changed first, then how it went. At most 100 columns. Ends with a line feed. */
export function historyText(summary: HistorySummary, options: TextOptions): string {
  const columns = columnsOf(options)
  const pen = penOf(options)
  const { series } = historyView(summary)
  const lines = series.flatMap((view, at) => [
    ...(at === 0 ? [] : ['', '']),
    ...headText(view, columns, pen),
    ...view.findings.flatMap((finding) => statement(finding, columns, pen)),
    ...(at < DRAWN ? plots(view, columns).flatMap(([title, lines]) => section(title, lines, pen)) : []),
    ...(at < DRAWN ? tableText(view.figures, columns, pen) : []),
    ...view.notes.flatMap((note) => statement({ tone: 'plain', word: 'Note', sentence: note }, columns, pen)),
  ])
  return textOf(lines, options)
}

/** The figure to look at, and of figures that changed together the first. */
function plots({ of: { trends, runs } }: SeriesView, columns: number): readonly (readonly [string, readonly string[]])[] {
  const dates = [runs[0]!.start, runs.at(-1)!.start] as const
  const leading = new Set(changedTogether(trends).map(([{ figure }]) => figure))
  return trends
    .filter((trend, at) => isDrawn(trend) && (at === 0 || leading.has(trend.figure)))
    .map((trend) => [trend.figure, plot(trend, { columns: Math.min(columns, 80), dates })])
}
