import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { html } from '../markup.ts'
import { pageOf } from '../page.ts'
import { opening } from '../sections.ts'
import { searchSections } from './search-sections.ts'
import { capacityView } from './view.ts'

/** `report.html` of a search: one file without network and without script, the same bytes for the same input. Links lead to the reports of its trials. */
export function renderCapacityHtml(summary: CapacitySummary): string {
  const view = capacityView(summary)
  const colophon = `Made by flowbench from the runs in this folder; made again, it is the same report. ${view.exitReason}`
  return pageOf(
    { title: view.title, colophon },
    html`${opening({ ...view, validity: view.certainty })}
${searchSections(summary, { runs: '.', among: '' })}`,
  )
}
