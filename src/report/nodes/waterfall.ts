import type { RunExample } from '../../core/nodes-summary.ts'
import { durationTicks } from '../charts/duration-axis.ts'
import type { Figure } from '../charts/figure.ts'
import { duration } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { plain } from '../plain.ts'
import { exampleTable, nameOf, titlesOf } from './tables.ts'

/** A drawing with more bars is no longer looked at; the table holds more. */
const BARS = 24
const NAME = 17
const BAR = 12
const GAP = 7
const AXIS = 26

interface Bar {
  readonly label: string
  readonly look: 'admission' | 'onPath' | 'beside'
  readonly from: number
  readonly to: number
}

export interface WaterfallOptions {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** Rows of the table. */
  readonly rows: number
  /** What the axis must reach, so that drawings beside each other can be compared. */
  readonly until: number
}

/** One run drawn node by node, from its intended moment to its end. */
export function waterfall(example: RunExample, { id, title, rows, until }: WaterfallOptions): Figure {
  const titleOf = titlesOf(example.spans)
  const all: readonly Bar[] = [
    { label: 'until the server began it', look: 'admission', from: 0, to: example.beganUs },
    ...example.spans.map(
      (span): Bar => ({
        label: nameOf(span, titleOf) + (span.round === undefined ? '' : `, round ${span.round + 1}`),
        look: span.critical ? 'onPath' : 'beside',
        from: span.startUs,
        to: span.finishUs,
      }),
    ),
  ]
  const bars = all.slice(0, BARS)
  const more = all.length - bars.length + example.left
  return {
    id,
    title: `${title}: ${duration(example.responseUs)}`,
    note: `Run ${example.workflowRunId === undefined ? `number ${example.seq}` : plain(example.workflowRunId, 60)}. Lengths are the server’s own; where a node lies is known from the arrival of its events.${more > 0 ? ` ${more} more are not drawn.` : ''}`,
    key: [
      { look: 'admission', kind: 'area', label: 'before the run' },
      { look: 'onPath', kind: 'area', label: 'on the critical path' },
      { look: 'beside', kind: 'area', label: 'beside it' },
    ],
    drawing: drawing(bars, { id, title, end: Math.max(until, example.responseUs) }),
    table: exampleTable(example, rows),
  }
}

const percentage = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100}%`

function drawing(bars: readonly Bar[], { id, title, end }: { readonly id: string; readonly title: string; readonly end: number }): Markup {
  const { top, ticks } = durationTicks(Math.max(1, end))
  const each = NAME + BAR + GAP
  const height = bars.length * each
  return html`<svg class="bars" role="img" aria-labelledby="${id}-t ${id}-d" width="100%" height="${height + AXIS}" xmlns="http://www.w3.org/2000/svg">
<title id="${id}-t">${title}</title><desc id="${id}-d">${bars.map(({ label, from, to }) => `${label}: from ${duration(from)}, ${duration(to - from)}. `)}</desc>
${ticks.map(
  ({ at, label }) =>
    html`<line class="grid" x1="${percentage(at / top)}" x2="${percentage(at / top)}" y1="0" y2="${height}"/><text class="tick" x="${percentage(at / top)}" y="${height + 16}" text-anchor="${at === 0 ? 'start' : at >= top ? 'end' : 'middle'}">${label}</text>`,
)}
${bars.map(
  ({ label, look, from, to }, row) =>
    html`<text x="0" y="${row * each + NAME - 5}">${label}: ${duration(to - from)}</text><rect class="part ${look}" x="${percentage(from / top)}" width="${percentage((to - from) / top)}" y="${row * each + NAME}" height="${BAR}"/>\n`,
)}</svg>`
}
