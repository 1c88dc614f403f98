import { html } from './markup.ts'
import { inside } from './nodes/section.ts'
import { MOST_BYTES, pageOf } from './page.ts'
import { appendix, caveats, charts, headline, objectives, opening, runs, whereTime } from './sections.ts'
import { phasesInOrder, type ReportInput, ROOMS, type Room, viewOf } from './view.ts'

/**
 * `report.html`: one file without network and without script, the same bytes for the same input, below 1 MB for any run. Whatever comes
 * from a server or a scenario is made plain and escaped.
 */
export function renderHtml(input: ReportInput): string {
  let page = ''
  for (const room of ROOMS) {
    page = reportPage(input, room)
    if (Buffer.byteLength(page) < MOST_BYTES) break
  }
  return page
}

function reportPage(input: ReportInput, room: Room): string {
  const view = viewOf(input, room)
  const phases = phasesInOrder(input.summary, input.plan)
  return pageOf(
    view,
    html`${opening(view)}
${objectives(view)}
${caveats(view)}
${headline(view)}
${whereTime(view, phases)}
${inside(view.nodes)}
${charts({ phases, machine: input.machine ?? [], room })}
${runs(view)}
${appendix(view)}`,
  )
}
