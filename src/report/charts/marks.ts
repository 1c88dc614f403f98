import { html, type Markup } from '../markup.ts'
import { type Axis, place } from './frame.ts'
import type { Point } from './thin.ts'

/** A class that the page's style knows: it carries colour and dash. */
export type Look = string

type Axes = { readonly x: Axis; readonly y: Axis }

/** A line through the points; broken where there is nothing, a dot where a point stands alone. Empty for no points. */
export function line(points: readonly Point[], axes: Axes, look: Look): Markup {
  let path = ''
  let run = 0
  const close = () => {
    // A stroke of no length with round ends is a dot.
    if (run === 1) path += 'h0'
    run = 0
  }
  for (const { x, y } of points) {
    if (y === undefined) {
      close()
      continue
    }
    path += `${run++ === 0 ? 'M' : 'L'}${place(axes.x.scale(x))} ${place(1 - axes.y.scale(y))}`
  }
  close()
  return stroke(path, look)
}

/** The same, level from each point to the next; the last level lasts until `end`. */
export function steps(points: readonly Point[], axes: Axes, { look, end }: { readonly look: Look; readonly end: number }): Markup {
  let path = ''
  let open = false
  points.forEach(({ x, y }, at) => {
    if (y === undefined) {
      open = false
      return
    }
    const until = place(axes.x.scale(points[at + 1]?.x ?? end))
    const level = place(1 - axes.y.scale(y))
    path += open ? `V${level}H${until}` : `M${place(axes.x.scale(x))} ${level}H${until}`
    open = true
  })
  return stroke(path, look)
}

/** A dot for each point that is there. */
export const dots = (points: readonly Point[], axes: Axes, look: Look): Markup =>
  stroke(points.map(({ x, y }) => (y === undefined ? '' : `M${place(axes.x.scale(x))} ${place(1 - axes.y.scale(y))}h0`)).join(''), look)

/** What fills the room between `low` and `high` of the same x. Broken where either is missing. */
export function ribbon(
  points: readonly { readonly x: number; readonly low: number | undefined; readonly high: number | undefined }[],
  axes: Axes,
  look: Look,
): Markup {
  let path = ''
  let stretch: { x: string; low: string; high: string }[] = []
  const close = () => {
    if (stretch.length > 1)
      path += `M${stretch.map(({ x, high }) => `${x} ${high}`).join('L')}L${stretch
        .toReversed()
        .map(({ x, low }) => `${x} ${low}`)
        .join('L')}Z`
    stretch = []
  }
  for (const { x, low, high } of points) {
    if (low === undefined || high === undefined) close()
    else stretch.push({ x: place(axes.x.scale(x)), low: place(1 - axes.y.scale(low)), high: place(1 - axes.y.scale(high)) })
  }
  close()
  return path === '' ? html`` : html`<path class="ribbon ${look}" d="${path}" fill="currentColor" fill-opacity="0.12" stroke="none"/>`
}

export interface Stack {
  readonly from: number
  readonly to: number
  /** From the bottom up. */
  readonly parts: readonly { readonly look: Look; readonly value: number }[]
}

/** Bars of parts one upon another. Each part keeps a hairline, so that one failure among thousands is still seen. */
export function stacks(bars: readonly Stack[], axes: Axes): Markup {
  const paths = new Map<Look, string>()
  for (const { from, to, parts } of bars) {
    let below = 0
    const [left, right] = [place(axes.x.scale(from)), place(axes.x.scale(to))]
    for (const { look, value } of parts) {
      if (value <= 0) continue
      const [bottom, top] = [place(1 - axes.y.scale(below)), place(1 - axes.y.scale(below + value))]
      paths.set(look, `${paths.get(look) ?? ''}M${left} ${bottom}V${top}H${right}V${bottom}Z`)
      below += value
    }
  }
  return html`${[...paths].map(([look, path]) => html`<path class="part ${look}" d="${path}" vector-effect="non-scaling-stroke"/>`)}`
}

const stroke = (path: string, look: Look): Markup =>
  path === ''
    ? html``
    : html`<path class="${look}" d="${path}" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" vector-effect="non-scaling-stroke"/>`
