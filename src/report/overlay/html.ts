import type { Overlay } from '../../judge/overlay/overlay.ts'
import { dataTable, figure } from '../charts/figure.ts'
import { html, type Markup } from '../markup.ts'
import { MOST_BYTES, pageOf } from '../page.ts'
import { caveats, numbers, opening, READING } from '../sections.ts'
import { curveFigures, levelFigures } from './charts.ts'
import { MOST, type OverlayView, overlayView } from './view.ts'

/** Phases that are told: fewer where names and numbers would else make the page too large. */
const ROOMS = [MOST.phases, 8, 3, 1] as const

/** `overlay.html`: runs laid over each other, one file without network and without script, the same bytes for the same input. It holds no verdict. */
export function renderOverlayHtml(overlay: Overlay): string {
  let page = ''
  for (const room of ROOMS) {
    page = overlayPage(overlayView(overlay, room))
    if (Buffer.byteLength(page) < MOST_BYTES) break
  }
  return page
}

function overlayPage(view: OverlayView): string {
  return pageOf(
    view,
    html`${opening(view)}
<section aria-labelledby="runs"><h2 id="runs">The runs</h2>
${dataTable('the runs', view.runs)}</section>
${measured(view)}
${view.objectives.rows.length > 0 && html`<section aria-labelledby="objectives"><h2 id="objectives">Objectives of each run</h2>${dataTable('objectives of each run', view.objectives)}</section>`}
<section aria-labelledby="plans"><h2 id="plans">What differs between the runs before they began</h2>
${
  view.differences.rows.length === 0
    ? html`<p class="empty">Nothing: one plan, one seed, one machine, the same versions.</p>`
    : html`<p class="note">Plans, machines and versions, field by field; what is alike is left out. ${view.more.differences}</p>${dataTable('what differs', view.differences)}`
}</section>
${caveats(view)}`,
  )
}

function measured({ phases, more }: OverlayView): Markup {
  if (phases.length === 0)
    return html`<section aria-labelledby="numbers"><h2 id="numbers">The numbers</h2><p class="empty">No phase of any run was measured.</p></section>`
  return html`<section aria-labelledby="distribution"><h2 id="distribution">How long it took</h2>
<p class="note">One line for each run; phases are matched by their names.${more.phases}</p>
${phases.map((phase, at) => html`<div class="pair">${curveFigures(phase, at).map(figure)}</div>`)}
</section>
<section aria-labelledby="levels"><h2 id="levels">Phase by phase</h2>
<div class="pair">${levelFigures(phases).map(figure)}</div>
</section>
<section aria-labelledby="numbers"><h2 id="numbers">The numbers</h2>
<p class="note">${READING}</p>
${phases.map(({ name, table }, at) => html`<h3 class="phase">${name}</h3>${numbers(table, { first: 'Run', name: `the numbers of phase ${at + 1}, ${name}` })}`)}
</section>`
}
