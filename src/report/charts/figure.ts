import { html, type Markup } from '../markup.ts'
import type { DataTable } from '../table.ts'
import type { Look } from './marks.ts'

/** A chart with all that belongs to it: what it tells, its key, the numbers behind it. */
export interface Figure {
  readonly id: string
  readonly title: string
  /** A sentence on how to read it. */
  readonly note: string
  readonly key: readonly { readonly look: Look; readonly kind: 'line' | 'area' | 'dot'; readonly label: string }[]
  readonly drawing: Markup
  readonly table: DataTable
}

/** A figure of the page; where there is nothing to draw, a sentence says so instead. */
export function figure({ id, title, note, key, drawing, table }: Figure): Markup {
  if (table.rows.length === 0)
    return html`<figure id="${id}"><figcaption><h3>${title}</h3><p class="empty">Nothing to draw: no run has such a number.</p></figcaption></figure>`
  return html`<figure id="${id}">
<figcaption><h3>${title}</h3><p>${note}</p></figcaption>
${key.length > 0 && html`<ul class="key">${key.map((entry) => html`<li>${swatch(entry)}${entry.label}</li>`)}</ul>`}
${drawing}
<details><summary>The numbers</summary>${dataTable(title, table)}</details>
</figure>`
}

/** A table that scrolls by itself where the page is too narrow for it. */
export function dataTable(name: string, { head, rows, words = [], long = [] }: DataTable): Markup {
  const looks = head.map((_, at) => (long.includes(at) ? html` class="long"` : words.includes(at) && html` class="text"`))
  return html`<div class="scroll" role="region" aria-label="Table: ${name}" tabindex="0"><table class="data">
<thead><tr>${head.map((title, at) => html`<th scope="col"${looks[at]}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell, at) => (at === 0 ? html`<th scope="row">${cell}</th>` : html`<td${looks[at]}>${cell}</td>`))}</tr>\n`)}</tbody>
</table></div>`
}

function swatch({ look, kind }: Figure['key'][number]): Markup {
  const shape =
    kind === 'area'
      ? html`<rect class="part ${look}" x="1" y="1" width="22" height="10"/>`
      : html`<path class="${look}" d="${kind === 'dot' ? 'M12 6h0' : 'M1 6h22'}" fill="none" stroke="currentColor"/>`
  return html`<svg class="swatch" width="24" height="12" aria-hidden="true">${shape}</svg>`
}
