import type { HistorySummary, Series, Trend } from '../../core/history.ts'
import { dataTable, figure } from '../charts/figure.ts'
import { html, type Markup } from '../markup.ts'
import { pageOf } from '../page.ts'
import { statements } from '../sections.ts'
import { trendFigure } from './charts.ts'
import { historyView, isDrawn, type SeriesView } from './view.ts'

/** A history as a page without network and without script, the same bytes for the same history. */
export function renderHistoryHtml(summary: HistorySummary): string {
  const { series } = historyView(summary)
  return pageOf(
    { title: 'History', colophon: 'Made by flowbench from a history file; made again, it is the same page.' },
    html`<header><p class="brand">flowbench history</p>
<h1>${series.length === 1 ? series[0]!.title : 'History'}</h1></header>
${series.map((view, at) => section(view, at, series.length))}`,
  )
}

/** Two hundred runs make a chart of 80 kB. */
const MOST_CHARTS = 8
/** Older series that are drawn. */
const MOST_OLDER = 3

/** The figure to look at first, then those that changed, then others. */
function drawnOf({ trends }: Series, at: number): readonly Trend[] {
  const [first, ...others] = trends.filter(isDrawn)
  if (!first || at > MOST_OLDER) return []
  const ordered = [first, ...others.filter(({ changes }) => changes.length > 0), ...others.filter(({ changes }) => changes.length === 0)]
  return ordered.slice(0, at === 0 ? MOST_CHARTS : 1)
}

/** The charts of the newest series are open, those of older ones folded. */
function section(view: SeriesView, at: number, of: number): Markup {
  const { title, facts, findings, notes, figures, of: series } = view
  // Series of one scenario have one title, and landmarks need names of their own.
  const among = at === 0 ? '' : `, series ${at + 1}`
  const drawn = drawnOf(series, at)
  const charts = drawn.map((trend, n) => figure(trendFigure(trend, series, { id: `s${at}-f${n}`, among })))
  return html`<section aria-labelledby="s${at}">${of > 1 && html`<h2 id="s${at}">${title}${among}</h2>`}${of === 1 && html`<h2 id="s${at}">What changed</h2>`}
<ul class="facts">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
${statements([...findings, ...notes.map((sentence) => ({ tone: 'plain' as const, word: 'Note', sentence }))])}
${dataTable(`figures of series ${at + 1}`, figures)}
${drawn.length < series.trends.filter(isDrawn).length && html`<p class="note">Drawn are the first ${MOST_CHARTS} figures, changed ones before others, so that the page stays small; of older series one.</p>`}
${at === 0 ? html`${charts}` : charts.length > 0 && html`<details><summary>Run by run</summary>${charts}</details>`}
</section>`
}
