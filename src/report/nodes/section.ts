import { dataTable, figure } from '../charts/figure.ts'
import { html, type Markup } from '../markup.ts'
import type { NodesView, NodeViews } from './view.ts'

/** What happened inside the workflow, phase by phase. Nothing where no phase was measured. */
export const inside = ({ phases, notes }: NodeViews): Markup =>
  phases.length === 0 && notes.length === 0
    ? html``
    : html`<section aria-labelledby="nodes"><h2 id="nodes">Inside the workflow</h2>
${phases.length > 0 && html`<p class="note">Elapsed times are the server’s own. A wait is from the end of the node before until the node began. Shares are of the runs’ elapsed_time; branches side by side add up to more than all of it. On the critical path is what the run’s end had to wait for.</p>`}
${phases.map(one)}
${notes.map((note) => html`<p class="note">${note}</p>`)}
</section>`

const one = ({
  phase,
  number,
  about,
  blame,
  trouble,
  table,
  few,
  mix,
  pathTable,
  figures,
}: NodesView): Markup => html`<h3 class="phase">${number}${phase}</h3>
<p class="note">${about}</p>
${blame !== undefined && html`<p>${blame}</p>`}
${trouble !== undefined && html`<p>${trouble}</p>`}
${dataTable(`${number}nodes`, table)}
${few !== undefined && html`<p class="note">${few}</p>`}
${mix.map((sentence) => html`<p>${sentence}</p>`)}
${pathTable && html`<details${pathTable.rows.length <= 6 && html` open`}><summary>Paths through the workflow</summary>${dataTable(`${number}paths`, pathTable)}</details>`}
${figures.length > 0 && html`<div class="${figures.length > 1 ? 'pair' : 'single'}">${figures.map(figure)}</div>`}`
