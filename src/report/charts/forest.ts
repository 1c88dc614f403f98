import type { MetricJudgement } from '../../core/comparison.ts'
import { html, type Markup } from '../markup.ts'
import { place, SIDE } from './frame.ts'
import { linear } from './scale.ts'

export interface ForestRow {
  readonly label: string
  /** What the row says in words, for a pointer and for who cannot see it. */
  readonly text: string
  readonly verdict: MetricJudgement['verdict']
  readonly change: Pick<MetricJudgement, 'estimate' | 'low' | 'high'>
}

export interface Forest {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  readonly rows: readonly ForestRow[]
  readonly margin: number
  readonly noise: number
}

const ROW = 46
const TOP = 8
const BOTTOM = 40
/** Room for an interval without an end, and for ends that fall on the edge. */
const BREATH = 1.15

/** Relative changes with their intervals, a row each, on an axis of logarithms: 10 % more and its inverse lie as far from none. */
export function forest({ id, title, rows, margin, noise }: Forest): Markup {
  const bounds = rows.flatMap(({ change: { estimate, low, high } }) => [estimate, low, high]).filter((value) => value !== undefined)
  const reach = BREATH * Math.max(Math.log1p(margin), ...bounds.map((value) => Math.abs(Math.log1p(value))))
  const x = (change: number) => linear(-reach, reach)(Math.log1p(change))
  const height = rows.length * ROW
  const down = (row: number) => ((row + 0.68) * ROW) / height
  const level = (row: number) => String(Math.round(down(row) * SIDE * 10) / 10)
  const percentage = (share: number) => `${Math.round(share * 10_000) / 100}%`
  return html`<svg class="plot forest" role="img" aria-labelledby="${id}-t ${id}-d" width="100%" height="${TOP + height + BOTTOM}" xmlns="http://www.w3.org/2000/svg">
<title id="${id}-t">${title}</title><desc id="${id}-d">${rows.map(({ text }) => text).join(' ')}</desc>
<svg x="0" y="${TOP}" width="100%" height="${height}" viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none">
<rect class="band even" x="${place(x(1 / (1 + noise) - 1))}" y="0" width="${place(x(noise) - x(1 / (1 + noise) - 1))}" height="${SIDE}" fill="none"/>
<path class="grid" fill="none" stroke="currentColor" stroke-opacity="0.2" vector-effect="non-scaling-stroke" d="M${place(0.5)} 0V${SIDE}"/>
<path class="thin offered" fill="none" stroke="currentColor" vector-effect="non-scaling-stroke" d="M${place(x(margin))} 0V${SIDE}"/>
${rows.map(({ change: { estimate, low, high }, verdict, text }, row) => {
  const [from, to] = [low === undefined ? 0 : x(low), high === undefined ? 1 : x(high)]
  return html`<path class="change ${verdict.replace(' ', '-')}" fill="none" stroke="currentColor" vector-effect="non-scaling-stroke" d="M${place(from)} ${level(row)}H${place(to)}"/>
${estimate !== undefined && html`<path class="estimate ${verdict.replace(' ', '-')}" fill="none" stroke="currentColor" stroke-linecap="round" vector-effect="non-scaling-stroke" d="M${place(x(estimate))} ${level(row)}h0"/>`}
<rect class="hover" x="0" y="${Math.round((row * SIDE) / rows.length)}" width="${SIDE}" height="${Math.round(SIDE / rows.length)}" fill="none" pointer-events="all"><title>${text}</title></rect>`
})}
</svg>
${rows.map(({ label }, row) => html`<text class="name" x="0" y="${TOP + row * ROW + 15}">${label}</text>`)}
${ticksWithin(reach).map((at) => html`<text class="tick" x="${percentage(x(at))}" y="${TOP + height + 16}" text-anchor="middle">${tickText(at)}</text>`)}
<text class="axis" x="100%" y="${TOP + height + 34}" text-anchor="end">change of the later arm; right is more</text>
</svg>`
}

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] as const

/** No change, and one or two round changes to either side, mirrored as ratios; far enough apart for a narrow screen. */
function ticksWithin(reach: number): readonly number[] {
  const fitting = STEPS.filter((step) => Math.log1p(step) <= 0.95 * reach)
  const most = fitting.at(-1)
  if (most === undefined) return [0]
  const isApart = (step: number) => Math.log1p(step) >= 0.4 * reach && Math.log1p(most) - Math.log1p(step) >= 0.3 * reach
  const up = [...fitting.filter(isApart).slice(-1), most]
  return [...up.map((step) => 1 / (1 + step) - 1).toReversed(), 0, ...up]
}

function tickText(change: number): string {
  if (change === 0) return 'none'
  const text = Math.abs(change * 100).toPrecision(2)
  return `${change < 0 ? '−' : '+'}${Number(text)} %`
}
