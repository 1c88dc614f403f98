import { createHash } from 'node:crypto'
import { html, raw } from './markup.ts'
import { inside } from './nodes/section.ts'
import { appendix, caveats, charts, headline, objectives, opening, runs, whereTime } from './sections.ts'
import { STYLE } from './style.ts'
import { phasesInOrder, type ReportInput, ROOMS, type Room, viewOf } from './view.ts'

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** Nothing may be loaded, sent or run; the one style is named by its hash. The page has no script. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`

/** What opens at once everywhere, and what mail and issue trackers take. */
const MOST_BYTES = 1_000_000

/**
 * `report.html`: one file without network and without script, the same bytes for the same input, below 1 MB for any run. Whatever comes
 * from a server or a scenario is made plain and escaped.
 */
export function renderHtml(input: ReportInput): string {
  let page = ''
  for (const room of ROOMS) {
    page = pageOf(input, room)
    if (Buffer.byteLength(page) < MOST_BYTES) break
  }
  return page
}

function pageOf(input: ReportInput, room: Room): string {
  const view = viewOf(input, room)
  const phases = phasesInOrder(input.summary, input.plan)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${view.title} · flowbench</title>
<link rel="icon" href="data:,">
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
${opening(view)}
${objectives(view)}
${caveats(view)}
${headline(view)}
${whereTime(view, phases)}
${inside(view.nodes)}
${charts({ phases, machine: input.machine ?? [], room })}
${runs(view)}
${appendix(view)}
<footer><p>${view.colophon}</p></footer>
</main>
</body>
</html>
`
  return page.markup.replace(/[ \t]+$/gm, '')
}
