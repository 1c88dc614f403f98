import { html, type Markup } from '../markup.ts'
import type { Scale } from './scale.ts'

/** What is drawn within the axes lies in a square of this side, stretched to the width that the page has; strokes are not. */
export const SIDE = 1000

/** Height of the plot in pixels. The width is the page's. */
const HEIGHT = 220
const TOP = 18
const BOTTOM = 40

export interface Tick {
  readonly at: number
  readonly label: string
}

export interface Axis {
  /** What it shows, with its unit. */
  readonly label: string
  readonly scale: Scale
  readonly ticks: readonly Tick[]
}

/** A stretch of the x axis that is shaded and named. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly name: string
  readonly shade: 'even' | 'odd' | 'unmeasured'
}

export interface Frame {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** What a reader who cannot see it should know: what is drawn, from where to where. */
  readonly description: string
  readonly x: Axis
  readonly y: Axis
  readonly bands?: readonly Band[]
  /** Stretches that show a text when pointed at; they need no script. */
  readonly hovers?: readonly { readonly from: number; readonly to: number; readonly text: string }[]
}

/** A coordinate in the square, with the precision that a screen can show. */
export const place = (share: number): string => String(Math.round(Math.min(2, Math.max(-1, share)) * SIDE * 10) / 10)

const percentage = (share: number): string => `${Math.round(share * 10_000) / 100}%`

/** Axes, grid, bands and `marks` as one SVG that takes the width it is given. Labels keep their size at any width. */
export function drawn(frame: Frame, marks: Markup): Markup {
  const { id, title, description, x, y, bands = [], hovers = [] } = frame
  const down = (share: number) => TOP + (1 - share) * HEIGHT
  return html`<svg class="plot" role="img" aria-labelledby="${id}-t ${id}-d" width="100%" height="${TOP + HEIGHT + BOTTOM}" xmlns="http://www.w3.org/2000/svg">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
<svg x="0" y="${TOP}" width="100%" height="${HEIGHT}" viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none">
${bands.map(
  ({ from, to, shade }) =>
    html`<rect class="band ${shade}" x="${place(x.scale(from))}" y="0" width="${place(x.scale(to) - x.scale(from))}" height="${SIDE}" fill="none"/>`,
)}
<path class="grid" fill="none" stroke="currentColor" stroke-opacity="0.2" vector-effect="non-scaling-stroke" d="${y.ticks.map(({ at }) => `M0 ${place(1 - y.scale(at))}H${SIDE}`).join('')}"/>
${marks}
${hovers.map(
  ({ from, to, text }) =>
    html`<rect class="hover" x="${place(x.scale(from))}" y="0" width="${place(x.scale(to) - x.scale(from))}" height="${SIDE}" fill="none" pointer-events="all"><title>${text}</title></rect>`,
)}
</svg>
${y.ticks.map(({ at, label }) => html`<text class="tick" x="-8" y="${Math.round(down(y.scale(at)) + 4)}" text-anchor="end">${label}</text>`)}
${x.ticks.map(({ at, label }) => {
  const share = x.scale(at)
  return html`<text class="tick" x="${percentage(share)}" y="${TOP + HEIGHT + 16}" text-anchor="${share < 0.03 ? 'start' : share > 0.97 ? 'end' : 'middle'}">${label}</text>`
})}
${bandNames(bands, x.scale)}
<text class="axis" x="100%" y="${TOP + HEIGHT + 34}" text-anchor="end">${x.label}</text>
</svg>`
}

/** Characters that fit the whole width of a narrow screen. */
const NAME_CHARACTERS = 46

const bandNames = (bands: readonly Band[], scale: Scale): readonly Markup[] =>
  bands.flatMap(({ from, to, name }) => {
    const characters = [...name]
    const room = Math.floor((scale(to) - scale(from)) * NAME_CHARACTERS)
    if (room < 3) return []
    const text = characters.length <= room ? name : `${characters.slice(0, room - 1).join('')}…`
    return [html`<text class="tick" x="${percentage(scale(from))}" dx="3" y="12">${text}</text>`]
  })
