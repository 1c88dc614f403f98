import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { dataTable, figure } from '../charts/figure.ts'
import { html, type Markup } from '../markup.ts'
import { pageOf } from '../page.ts'
import { definitions, opening, prose } from '../sections.ts'
import { boundsFigure, completedFigure, inFlightFigure, latencyFigure, scalingFigure, trialsFigure } from './charts.ts'
import { type CapacityView, capacityView } from './view.ts'

/** `report.html` of a search: one file without network and without script, the same bytes for the same input. Links lead to the reports of its trials. */
export function renderCapacityHtml(summary: CapacitySummary): string {
  const view = capacityView(summary)
  const colophon = `Made by flowbench from the runs in this folder; made again, it is the same report. ${view.exitReason}`
  return pageOf(
    { title: view.title, colophon },
    html`${opening({ ...view, validity: view.certainty })}
${view.sentences.length > 0 && html`<section aria-labelledby="rests"><h2 id="rests">What the answer rests on</h2>${view.sentences.map((sentence) => html`<p>${prose(sentence)}</p>`)}</section>`}
<section aria-labelledby="levels"><h2 id="levels">Load by load</h2>
<div class="pair">${figure(latencyFigure(summary))}${figure(boundsFigure(summary))}</div>
<div class="pair">${figure(completedFigure(summary))}${figure(inFlightFigure(summary))}</div>
${view.levels.rows.length > 0 && dataTable('load by load', view.levels)}</section>
${view.headroom.rows.length > 0 && html`<section aria-labelledby="headroom"><h2 id="headroom">Headroom</h2><p class="note">Shares of the load that was held: who plans for a peak keeps below it.</p>${dataTable('headroom', view.headroom)}</section>`}
${scaling(summary, view)}
<section aria-labelledby="trials"><h2 id="trials">Trials</h2>
${figure(trialsFigure(summary))}
${trialTable(view)}
<p>${view.cost}</p></section>
${view.notes.length > 0 && html`<section aria-labelledby="notes"><h2 id="notes">Notes</h2>${view.notes.map((note) => html`<p>${note}</p>`)}</section>`}
<section aria-labelledby="settings"><h2 id="settings">How it was searched</h2>${definitions(view.settings)}</section>`,
  )
}

const scaling = (summary: CapacitySummary, view: CapacityView): Markup | false =>
  view.scaling.length > 0 &&
  html`<section aria-labelledby="scaling"><h2 id="scaling">Scaling</h2>
${figure(scalingFigure(summary))}
${[...view.scaling, ...view.replicas].map((sentence) => html`<p>${sentence}</p>`)}
${view.little.rows.length > 0 && html`<h3>Where runs in flight were</h3><p class="note">Little’s law: in flight = throughput × response time; inside the engine = throughput × the server’s own elapsed_time; outside it is the rest.</p>${dataTable('where runs in flight were', view.little)}`}</section>`

const trialTable = ({
  trials,
  trialsHead,
}: CapacityView): Markup => html`<div class="scroll" role="region" aria-label="Table: trials" tabindex="0"><table class="data">
<thead><tr>${trialsHead.map((title, at) => html`<th scope="col"${WORDS.has(at) && html` class="text"`}>${title}</th>`)}</tr></thead>
<tbody>
${trials.map(({ run, cells }) => html`<tr>${cells.map((cell, at) => (at === 0 ? html`<th scope="row">${cell}</th>` : html`<td${at === WHY ? html` class="long"` : WORDS.has(at) && html` class="text"`}>${at === WHY ? prose(cell) : cell}</td>`))}<td class="text"><a href="./${encodeURIComponent(run)}/report.html">${run}</a></td></tr>\n`)}</tbody></table></div>`

/** Columns of words. */
const WORDS: ReadonlySet<number> = new Set([2, 3, 6, 7])
const WHY = 6
