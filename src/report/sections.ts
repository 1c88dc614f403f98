import type { MachineSecond } from '../core/record.ts'
import { dataTable, figure } from './charts/figure.ts'
import { cpuFigure, loopFigure } from './charts/machine.ts'
import { inFlightFigure, latencyFigure, outcomesFigure, throughputFigure } from './charts/over-time.ts'
import { percentileFigure } from './charts/percentiles.ts'
import { splitFigure } from './charts/split.ts'
import { timelineOf } from './charts/time-axis.ts'
import type { Phases } from './charts/timeline.ts'
import { html, type Markup } from './markup.ts'
import type { Cell, Table } from './table.ts'
import type { Statement, Tone } from './verdict.ts'
import type { ExchangeView, ReportView, Room } from './view.ts'

const SIGNS = { good: '✓', bad: '✗', unsure: '?', plain: '·' } as const

/** The sign of a tone; the word beside it says the same. */
export const sign = (tone: Tone): Markup => html`<span class="sign ${tone}" aria-hidden="true">${SIGNS[tone]}</span>`

/** What was measured and when, the verdict, whether to believe it. */
export const opening = (view: Pick<ReportView, 'title' | 'description' | 'facts' | 'verdict' | 'validity'>): Markup => html`<header>
<p class="brand">flowbench report</p>
<h1>${view.title}</h1>
${view.description !== undefined && html`<p class="lead">${view.description}</p>`}
<ul class="facts">${view.facts.map((fact) => html`<li>${fact}</li>`)}</ul>
<div class="findings">${(view.validity.tone === 'bad' ? [view.validity, view.verdict] : [view.verdict, view.validity]).map(finding)}</div>
</header>`

const finding = ({ tone, word, sentence }: Statement): Markup =>
  html`<div class="finding">${sign(tone)}<p><strong class="${tone}">${word}.</strong> ${sentence}</p></div>`

/** Text in which backticks mark what is typed as it stands. */
export const prose = (text: string): readonly Markup[] =>
  text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))

const CAVEAT_WORDS: Readonly<Record<string, string>> = { invalid: 'Makes the run invalid', note: 'Note' }

/** Every reason to doubt the numbers, with what to do. Nothing where there is none. */
export const caveats = (view: Pick<ReportView, 'caveats'>): Markup =>
  view.caveats.length === 0
    ? html``
    : html`<section aria-labelledby="caveats"><h2 id="caveats">Caveats</h2><ul class="list">
${view.caveats.map(({ tone, word, where, text }) => html`<li>${sign(tone)}<p><strong class="${tone}">${CAVEAT_WORDS[word] ?? 'Caveat'}${where !== undefined && html`, in ${where}`}.</strong> ${prose(text)}</p></li>`)}
</ul></section>`

export const objectives = (view: ReportView): Markup => html`<section aria-labelledby="objectives"><h2 id="objectives">Objectives</h2>
${
  view.objectives.length === 0
    ? html`<p class="empty">The scenario names none.</p>`
    : html`<ul class="list">${view.objectives.map(({ tone, word, text, explanation }) => html`<li>${sign(tone)}<div><p><strong class="${tone}">${word}</strong> <code>${text}</code></p><p class="soft">${explanation}</p></div></li>`)}</ul>`
}</section>`

const FEW = ['', 'one', 'two', 'three'] as const

/** The measured phases side by side. */
export function headline(view: ReportView): Markup {
  if (view.table.columns.length === 0)
    return html`<section aria-labelledby="numbers"><h2 id="numbers">The numbers</h2><p class="empty">No phase of this run was measured.</p></section>`
  return html`<section aria-labelledby="numbers"><h2 id="numbers">The numbers</h2>
<p class="note">${READING}${view.more.phases}</p>
${numbers(view.table, { first: 'Phase', name: 'the numbers' })}</section>`
}

/** How the cells of the numbers are read. */
export const READING =
  'Beside a percentile stand its 95 % interval within this run, where one exists, and “of all”: the same percentile over all intended runs, those without an accepted answer counted as endless. “≥” means that it falls among those.'

/** Phases, or runs of one phase, side by side. */
export function numbers({ columns, groups }: Table, { first, name }: { readonly first: 'Phase' | 'Run'; readonly name: string }): Markup {
  const few = FEW[columns.length]
  return html`<div class="scroll" role="region" aria-label="Table: ${name}" tabindex="0"><table class="wide${few ? ` few ${few}` : ''}">
<thead><tr><th scope="col">${first}</th>${columns.map(({ name, mode, load, length }) => html`<th scope="col"><span class="name">${name}</span><span class="mode ${mode}">${mode}</span><span class="load">${load}, ${length}</span></th>`)}</tr></thead>
${groups.map((group) => groupRows(group, columns.length))}
</table></div>`
}

const groupRows = ({ title, definition, rows }: Table['groups'][number], columns: number): Markup => html`<tbody>
<tr class="group"><th scope="rowgroup" colspan="${columns + 1}"><div><strong>${title}</strong><span>${definition}</span></div></th></tr>
${rows.map(({ label, cells }) => html`<tr><th scope="row">${label}</th>${cells.map((cell) => html`<td>${cellOf(cell)}</td>`)}</tr>\n`)}</tbody>`

const cellOf = ({ value, interval, ofAll }: Cell): Markup =>
  html`<div class="cell"><span class="value">${value}</span><span class="interval">${interval}</span><span class="all">${ofAll !== undefined && html`of all ${ofAll}`}</span></div>`

/** What each phase's runs spent their time on, and which overload or proxy that speaks for. */
export const whereTime = (view: ReportView, phases: Phases): Markup => {
  const { found, delivery, modes, alone } = view.diagnoses
  return html`<section aria-labelledby="where"><h2 id="where">Where the time went</h2>
${found.length > 0 && html`<ul class="list">${found.map(({ tone, word, where, sentence }) => html`<li>${sign(tone)}<p><strong class="${tone}">${word}, in ${where}.</strong> ${prose(sentence)}</p></li>`)}</ul>`}
${[modes, alone].map((sentence) => sentence !== undefined && html`<p class="note">${sentence}</p>`)}
${figure(splitFigure(phases.filter(([, phase]) => phase.measured)))}
${delivery.length > 0 && html`<details><summary>How events came</summary><ul class="plain">${delivery.map(({ where, sentence }) => html`<li>${where}: ${sentence}</li>`)}</ul></details>`}
</section>`
}

interface Drawn {
  readonly phases: Phases
  readonly machine: readonly MachineSecond[]
  readonly room: Room
}

/** Percentiles, and everything over time. */
export function charts({ phases, machine, room }: Drawn): Markup {
  const measured = phases.filter(([, phase]) => phase.measured)
  const time = timelineOf(phases, room.rows)
  const twoModes = measured.some(([, { metrics }]) => metrics['first_text'])
  return html`<section aria-labelledby="distribution"><h2 id="distribution">How long it took</h2>
<div class="${twoModes ? 'pair' : 'single'}">${figure(percentileFigure(measured, 'response_time'))}${twoModes && figure(percentileFigure(measured, 'first_output'))}</div>
</section>
<section aria-labelledby="time"><h2 id="time">Over time</h2>
<p class="note">Shaded stretches are phases${phases.length > measured.length && html`; the ones in a warm tone are warm-up, in no statistic`}. Point at a chart to read its numbers.</p>
${[latencyFigure, throughputFigure, inFlightFigure, outcomesFigure].map((make) => figure(make(time)))}
</section>
<section aria-labelledby="generator"><h2 id="generator">The machine that measured</h2>
<div class="pair">${figure(loopFigure(machine, time))}${figure(cpuFigure(machine, time))}</div>
</section>`
}

/** Failures by kind with examples, what became of lost runs, the slowest runs. */
export const runs = (view: ReportView): Markup => html`<section aria-labelledby="failures"><h2 id="failures">Failures</h2>
${
  view.failures.length === 0
    ? html`<p class="empty">None.</p>`
    : html`${wideTable(
        'failures',
        ['Outcome', 'count', 'detail', 'such as workflow_run_id'],
        view.failures.map(({ outcome, count, detail, examples }) => [
          html`<th scope="row">${outcome}</th>`,
          html`<td>${count}</td>`,
          html`<td class="long"><bdi>${detail}</bdi></td>`,
          html`<td class="text id">${examples.filter(({ id }) => id !== '').map(({ id }) => html`<code>${id}</code><br>`)}</td>`,
        ]),
      )}`
}
</section>
${lostRuns(view)}
<section aria-labelledby="slowest"><h2 id="slowest">Slowest runs</h2>
${
  view.slowest.length === 0
    ? html`<p class="empty">No run came back.</p>`
    : wideTable(
        'slowest runs',
        ['Response time', 'on the server', 'phase', 'input set', 'outcome', 'intended at', 'workflow_run_id'],
        view.slowest.map(slowRow),
      )
}</section>`

const lostRuns = ({ lostRuns: { sentences, fates, notes, ids } }: ReportView): Markup =>
  sentences.length === 0
    ? html``
    : html`<section aria-labelledby="lost"><h2 id="lost">Lost runs</h2>
${sentences.map((line) => html`<p>${line}</p>`)}
${fates.length > 0 && dataTable('lost runs', { words: [1], head: ['Runs', 'what became of them'], rows: fates.map(({ count, what }) => [count, what]) })}
${notes.map((line) => html`<p>${prose(line)}</p>`)}
${ids.length > 0 && html`<ul>${ids.map((id) => html`<li><code>${id}</code></li>`)}</ul>`}
</section>`

const slowRow = ({ response, elapsed, phase, mode, inputSet, outcome, intended, id }: ExchangeView): readonly Markup[] => [
  html`<th scope="row">${response}</th>`,
  html`<td>${elapsed}</td>`,
  html`<td class="text">${phase} (${mode})</td>`,
  html`<td class="text">${inputSet}</td>`,
  html`<td class="text">${outcome}</td>`,
  html`<td>${intended}</td>`,
  html`<td class="text id"><code>${id}</code></td>`,
]

const TEXT_HEADS = new Set(['detail', 'such as workflow_run_id', 'phase', 'input set', 'outcome', 'workflow_run_id'])

const wideTable = (
  name: string,
  head: readonly string[],
  rows: readonly (readonly Markup[])[],
): Markup => html`<div class="scroll" role="region" aria-label="Table: ${name}" tabindex="0"><table class="data">
<thead><tr>${head.map((title) => html`<th scope="col"${TEXT_HEADS.has(title) && html` class="text"`}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells}</tr>\n`)}</tbody></table></div>`

/** Plan, environment, every metric with its definition. */
export const appendix = (view: ReportView): Markup => html`<section aria-labelledby="plan"><h2 id="plan">Plan</h2>
${definitions(view.plan)}
<details open><summary>Phases</summary>${dataTable('phases', view.phaseList)}</details>
<details><summary>Input sets</summary>${dataTable('input sets', view.inputSets)}</details>
</section>
${view.environment.length > 0 && html`<section aria-labelledby="environment"><h2 id="environment">Environment</h2>${definitions(view.environment)}</section>`}
<section aria-labelledby="metrics"><h2 id="metrics">Every metric</h2>
<details><summary>All numbers of all measured phases</summary>${dataTable('every metric', view.everyMetric)}</details>
<details><summary>What each metric is</summary>${definitions(view.glossary)}</details>
</section>`

/** Terms and what they mean. */
export const definitions = (pairs: readonly (readonly [string, string])[]): Markup =>
  html`<dl>${pairs.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>\n`)}</dl>`

/** Findings one below another, each a word and a sentence. */
export const statements = (findings: readonly Statement[]): Markup =>
  html`<ul class="list">${findings.map(({ tone, word, sentence }) => html`<li>${sign(tone)}<p><strong class="${tone}">${word}.</strong> ${sentence}</p></li>`)}</ul>`
