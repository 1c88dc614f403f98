import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { dataTable, type Figure, figure } from '../charts/figure.ts'
import { html, type Markup } from '../markup.ts'
import { definitions, prose, sign } from '../sections.ts'
import { boundsFigure } from './charts/bounds.ts'
import { completedFigure } from './charts/completed.ts'
import { inFlightFigure } from './charts/in-flight.ts'
import { latencyFigure } from './charts/latency.ts'
import { scalingFigure } from './charts/scaling.ts'
import { timelineFigure } from './charts/timeline.ts'
import { type CapacityView, capacityView, type TrialView } from './view.ts'

interface Place {
  /** Where the folders of its trials lie, as the page sees it. */
  readonly runs: string
  /** What tells its headings from those of another search on the page; empty where it is alone. */
  readonly among: string
}

/** All that there is to see of one search, below its answer. */
export function searchSections(summary: CapacitySummary, place: Place): Markup {
  const view = capacityView(summary)
  const section = (id: string, title: string, content: Markup): Markup =>
    html`<section aria-labelledby="${summary.mode}-${id}-h"><h2 id="${summary.mode}-${id}-h">${title}${place.among}</h2>
${content}</section>`
  return html`${view.sentences.length > 0 && section('rests', 'What the answer rests on', html`${view.sentences.map((sentence) => html`<p>${prose(sentence)}</p>`)}`)}
${section('levels', 'Load by load', loads(summary, view, place))}
${view.headroom.rows.length > 0 && section('headroom', 'Headroom', html`<p class="note">Shares of the load that was held: who plans for a peak keeps below it.</p>${dataTable(`headroom${place.among}`, view.headroom)}`)}
${view.scaling.length > 0 && section('scaling', 'Scaling', scaling(summary, view, place))}
${section('trials', 'Trials', html`${drawn(timelineFigure(summary), place)}${trials(view, place)}<p>${view.cost}</p>`)}
${view.notes.length > 0 && section('notes', 'Notes', html`${view.notes.map((note) => html`<p>${note}</p>`)}`)}
${section('settings', 'How it was searched', definitions(view.settings))}`
}

const loads = (
  summary: CapacitySummary,
  { levels }: CapacityView,
  place: Place,
): Markup => html`<div class="pair">${[latencyFigure, boundsFigure].map((make) => drawn(make(summary), place))}</div>
<div class="pair">${[completedFigure, inFlightFigure].map((make) => drawn(make(summary), place))}</div>
${levels.rows.length > 0 && dataTable(`load by load${place.among}`, levels)}`

const drawn = (made: Figure, { among }: Place): Markup => figure({ ...made, title: made.title + among })

const scaling = (summary: CapacitySummary, view: CapacityView, place: Place): Markup => html`${drawn(scalingFigure(summary), place)}
${[...view.scaling, ...view.replicas].map((sentence) => html`<p>${sentence}</p>`)}
${view.little.rows.length > 0 && html`<h3>Where runs in flight were</h3><p class="note">Little’s law: in flight = throughput × response time; inside the engine = throughput × the server’s own elapsed_time; outside it is the rest.</p>${dataTable(`where runs in flight were${place.among}`, view.little)}`}`

/** Level by level, folded: a search has dozens, and their figure stands above. */
const trials = ({ trials: levels }: CapacityView, { runs }: Place): Markup =>
  html`${levels.map(
    ({ load, found, trials }) => html`<details><summary>${load}: ${found}</summary><ul class="list">
${trials.map((trial) => html`<li>${sign(trial.tone)}<div>${told(trial, runs)}</div></li>\n`)}</ul></details>
`,
  )}`

const told = ({ run, tone, finding, facts, why }: TrialView, runs: string): Markup =>
  html`<p><strong class="${tone}">${finding}</strong>, ${facts}</p><p class="soft">${prose(why)} <a href="${runs}/${encodeURIComponent(run)}/report.html">${run}</a></p>`
