import type { ComparisonSummary } from '../../core/comparison-summary.ts'
import { dataTable, figure } from '../charts/figure.ts'
import { html, type Markup } from '../markup.ts'
import { pageOf } from '../page.ts'
import { caveats, definitions, opening, prose } from '../sections.ts'
import { forestFigure, orderFigure, slopeFigure, storedFigure } from './charts.ts'
import { modesFigure } from './modes-chart.ts'
import { type ComparisonView, comparisonView } from './view.ts'

/** `report.html` of a comparison: one file without network and without script, the same bytes for the same input. Links lead to the reports of its runs. */
export function renderComparisonHtml(summary: ComparisonSummary): string {
  const view = comparisonView(summary)
  const source = summary.kind === 'interleaved' ? 'the runs in this folder' : 'stored runs'
  const colophon = `Made by flowbench from ${source}; made again, it is the same report. ${view.exitReason}`
  return pageOf(
    { title: view.title, colophon },
    html`${opening(view)}
${view.sentences.length > 0 && html`<section aria-labelledby="rests"><h2 id="rests">What the verdict rests on</h2>${view.sentences.map((sentence) => html`<p>${sentence}</p>`)}</section>`}
${modes(summary, view)}
${differences(summary, view)}
${caveats({ caveats: [...view.caveats, ...view.notes.map((text) => ({ word: 'note', tone: 'unsure' as const, text }))] })}
<section aria-labelledby="runs"><h2 id="runs">Runs</h2>
${summary.kind === 'interleaved' && figure(orderFigure(summary))}
${runTable(summary, view)}
<p>${view.cost}</p></section>
<section aria-labelledby="settings"><h2 id="settings">How it was judged</h2>${definitions(view.settings)}</section>
${view.differences.rows.length > 0 && html`<section aria-labelledby="plans"><h2 id="plans">What differs between the plans</h2>${dataTable('what differs between the plans', view.differences)}</section>`}`,
  )
}

function modes({ modes: compared }: ComparisonSummary, { modes: view }: ComparisonView): Markup {
  if (!compared || !view) return html``
  return html`<section aria-labelledby="modes"><h2 id="modes">Streaming against blocking</h2>
${view.advice.map((sentence) => html`<p>${prose(sentence)}</p>`)}
${compared.phases.length > 1 && figure(modesFigure(compared))}
${view.phases.map(({ title, table }) => html`<h3 class="phase">${title}</h3>${dataTable(title, table)}`)}
${view.reading.map((sentence) => html`<p class="note">${sentence}</p>`)}</section>`
}

function differences(summary: ComparisonSummary, view: ComparisonView): Markup {
  if (view.metrics.rows.length === 0)
    return html`<section aria-labelledby="pairs"><h2 id="pairs">Pairs so far</h2>${figure(slopeFigure(summary))}</section>`
  return html`<section aria-labelledby="differences"><h2 id="differences">The differences</h2>
<div class="pair">${figure(forestFigure(summary))}${figure(summary.kind === 'interleaved' ? slopeFigure(summary) : storedFigure(summary))}</div>
<p class="note">${view.reading}</p>
${dataTable('the differences', view.metrics)}</section>
<section aria-labelledby="failures"><h2 id="failures">Failures</h2>${view.failures.map((line) => html`<p>${line}</p>`)}</section>
<section aria-labelledby="work"><h2 id="work">Work</h2>
<p class="note">Where a reply of one arm holds more than one of the other, times are not of the same work.</p>
${view.work.rows.length === 0 ? html`<p class="empty">No reply told of its work.</p>` : dataTable('work', view.work)}</section>`
}

function runTable({ kind }: ComparisonSummary, { runs, runsHead }: ComparisonView): Markup {
  const words = new Set(runsHead.flatMap((title, at) => (WORDS.has(title) ? [at] : [])))
  // Stored runs lie anywhere: their folders are no links.
  const place = (run: string) =>
    kind === 'interleaved' ? html`<a href="./${encodeURIComponent(run)}/report.html">${run}</a>` : html`${run}`
  return html`<div class="scroll" role="region" aria-label="Table: runs" tabindex="0"><table class="data">
<thead><tr>${runsHead.map((title, at) => html`<th scope="col"${words.has(at) && html` class="text"`}>${title}</th>`)}</tr></thead>
<tbody>
${runs.map(({ run, cells }) => html`<tr>${cells.map((cell, at) => (at === 0 ? html`<th scope="row">${cell}</th>` : html`<td${words.has(at) && html` class="text"`}>${cell}</td>`))}<td class="text">${place(run)}</td></tr>\n`)}</tbody></table></div>`
}

/** Columns of words. */
const WORDS: ReadonlySet<string> = new Set(['arm', 'use', 'folder'])
