import type { HistorySummary } from '../../core/history.ts'
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

/** The charts of the newest series are open, those of older ones folded. */
function section(view: SeriesView, at: number, of: number): Markup {
  const { title, facts, findings, notes, figures, of: series } = view
  const charts = series.trends
    .filter(isDrawn)
    .map((trend, n) => figure(trendFigure(trend, series, { id: `s${at}-f${n}`, among: at === 0 ? '' : `, series ${at + 1}` })))
  return html`<section aria-labelledby="s${at}">${of > 1 && html`<h2 id="s${at}">${title}</h2>`}${of === 1 && html`<h2 id="s${at}">What changed</h2>`}
<ul class="facts">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
${statements([...findings, ...notes.map((sentence) => ({ tone: 'plain' as const, word: 'Note', sentence }))])}
${dataTable(`figures of series ${at + 1}`, figures)}
${at === 0 ? html`${charts}` : html`<details><summary>Run by run</summary>${charts}</details>`}
</section>`
}
