import { html } from './markup.ts'
import { type ReportInput, viewOf } from './view.ts'

/** The report as one page. */
export function renderHtml(input: ReportInput): string {
  const view = viewOf(input)
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><title>${view.title} · flowbench</title></head><body><main>
<h1>${view.title}</h1><p>${view.facts.join(' · ')}</p>
<p><strong>${view.verdict.word}</strong> ${view.verdict.sentence}</p><p><strong>${view.validity.word}</strong> ${view.validity.sentence}</p>
<table><thead><tr><th></th>${view.table.columns.map((column) => html`<th>${column.name} (${column.mode})</th>`)}</tr></thead><tbody>
${view.table.groups.map((group) => group.rows.map((row) => html`<tr><th>${group.title} ${row.label}</th>${row.cells.map((cell) => html`<td>${cell.value} ${cell.interval} ${cell.ofAll}</td>`)}</tr>`))}
</tbody></table></main></body></html>`.markup
  }\n`
}
