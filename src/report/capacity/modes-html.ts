import type { CapacityModesSummary } from '../../core/capacity-modes.ts'
import { figure } from '../charts/figure.ts'
import { html, type Markup } from '../markup.ts'
import { pageOf } from '../page.ts'
import { opening, prose, statements } from '../sections.ts'
import { latencyOfModesFigure } from './charts/latency-of-modes.ts'
import { type CapacityModesView, capacityModesView } from './modes-view.ts'
import { searchSections } from './search-sections.ts'
import { capacityView } from './view.ts'

/** `report.html` of searches in several modes: what they gave side by side, then all that there is of each. Links lead to the reports of their trials. */
export function renderCapacityModesHtml(summary: CapacityModesSummary): string {
  const view = capacityModesView(summary)
  const begun = summary.modes.flatMap((mode) => summary.answers[mode] ?? [])
  const colophon = `Made by flowbench from the runs in this folder; made again, it is the same report. ${view.exitReason}`
  return pageOf(
    { title: view.title, colophon },
    html`${opening(view)}
<section aria-labelledby="beside"><h2 id="beside">Side by side</h2>
${view.sentences.map((sentence) => html`<p>${prose(sentence)}</p>`)}
${table(view)}
${figure(latencyOfModesFigure(summary))}
<p>${view.cost}</p></section>
${begun.map((answer) => {
  const { verdict, certainty } = capacityView(answer)
  return html`<section aria-labelledby="${answer.mode}"><h2 id="${answer.mode}">In <span class="mode ${answer.mode}">${answer.mode}</span> mode</h2>${statements([verdict, certainty])}</section>
${searchSections(answer, { runs: `./${answer.mode}`, among: `, ${answer.mode}` })}`
})}`,
  )
}

const table = ({
  beside: { head, rows },
}: CapacityModesView): Markup => html`<table class="data beside"><thead><tr>${head.map((title, at) => (at === 0 ? html`<td></td>` : html`<th scope="col" class="text"><span class="mode ${title}">${title}</span></th>`))}</tr></thead>
<tbody>
${rows.map(([label, ...cells]) => html`<tr><th scope="row">${label}</th>${cells.map((cell) => html`<td class="text">${prose(cell)}</td>`)}</tr>\n`)}</tbody></table>`
