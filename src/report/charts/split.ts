import type { SplitMeans, SplitPart } from '../../core/phase-summary.ts'
import { count, duration, NONE } from '../format.ts'
import { html, type Markup } from '../markup.ts'
import { plain } from '../plain.ts'
import { durationTicks } from './duration-axis.ts'
import type { Figure } from './figure.ts'
import type { Phases } from './timeline.ts'

/** Bars beyond this many make a page nobody looks through; the table holds all. */
const BARS = 24
const NAME = 18
const BAR = 18
const GAP = 10
const AXIS = 26

const TITLES: Readonly<Record<SplitPart, string>> = {
  beforeSent: 'until it was sent',
  firstByte: 'until the first byte',
  admission: 'until the first event',
  outside: 'outside the run',
  engine: 'on the server',
  delivery: 'delivery',
}
const ORDER: readonly SplitPart[] = ['beforeSent', 'firstByte', 'admission', 'outside', 'engine', 'delivery']

interface Bar {
  readonly name: string
  readonly means: SplitMeans
}

/** What a typical run and the slowest ones of each phase spent their time on. */
export function splitFigure(phases: Phases): Figure {
  const rows = phases.flatMap(([name, { mode, split }]): readonly Bar[] => {
    if (!split) return []
    const bar = (which: string, means: SplitMeans | undefined): readonly Bar[] =>
      means ? [{ name: `${plain(name, 24)} (${mode}), ${which}`, means }] : []
    return split.typical
      ? [...bar('typical', split.typical), ...bar('slowest twentieth', split.slowest)]
      : bar(split.all.runs === 1 ? 'its one run' : `mean of ${count(split.all.runs)} runs`, split.all)
  })
  const shown = rows.slice(0, BARS)
  const { top, ticks } = durationTicks(Math.max(1, ...shown.map(({ means }) => means.response)))
  const used = ORDER.filter((part) => rows.some(({ means }) => part in means.parts))
  return {
    id: 'split',
    title: 'Parts of a run',
    note: `Each bar is the mean of a group of accepted runs: a typical run is the middle fifth by response time. Its parts add up to the response time.${rows.length > shown.length ? ` The first ${count(shown.length)} of ${count(rows.length)} are drawn; the table holds all.` : ''}`,
    key: used.map((part) => ({ look: part, kind: 'area', label: TITLES[part] })),
    drawing: drawing(shown, { top, ticks }),
    table: {
      head: ['Runs', 'how many', 'response time', ...used.map((part) => TITLES[part]), 'then held open'],
      rows: rows.map(({ name, means }) => [
        name,
        count(means.runs),
        duration(means.response),
        ...used.map((part) => (means.parts[part] === undefined ? NONE : duration(means.parts[part]))),
        means.closeLag === undefined ? NONE : duration(means.closeLag),
      ]),
    },
  }
}

/**
 * What can be drawn of a run whose start event came late: the server's time began before it, so that what overlaps is taken off the parts before,
 * the nearest first.
 */
export function drawable({ parts }: SplitMeans): readonly (readonly [SplitPart, number])[] {
  const drawn = ORDER.filter((part) => parts[part] !== undefined).map((part): [SplitPart, number] => [part, parts[part]!])
  let overlap = 0
  for (const one of drawn.toReversed()) {
    const [, value] = one
    if (one[0] === 'engine') continue
    one[1] = Math.max(0, value - overlap)
    overlap = Math.max(0, overlap - value)
  }
  return drawn
}

const percentage = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100}%`

function drawing(bars: readonly Bar[], axis: ReturnType<typeof durationTicks>): Markup {
  const each = NAME + BAR + GAP
  const height = bars.length * each
  return html`<svg class="bars" role="img" aria-labelledby="split-t split-d" width="100%" height="${height + AXIS}" xmlns="http://www.w3.org/2000/svg">
<title id="split-t">Parts of a run</title><desc id="split-d">${bars.map(({ name, means }) => `${name}: ${duration(means.response)}. `)}</desc>
${axis.ticks.map(
  ({ at, label }) =>
    html`<line class="grid" x1="${percentage(at / axis.top)}" x2="${percentage(at / axis.top)}" y1="0" y2="${height}"/><text class="tick" x="${percentage(at / axis.top)}" y="${height + 16}" text-anchor="${at === 0 ? 'start' : at >= axis.top ? 'end' : 'middle'}">${label}</text>`,
)}
${bars.map(({ name, means }, row) => {
  let from = 0
  return html`<text x="0" y="${row * each + NAME - 5}">${name}: ${duration(means.response)}</text>${drawable(means).map(
    ([part, length]) => {
      const rect = html`<rect class="part ${part}" x="${percentage(from / axis.top)}" width="${percentage(length / axis.top)}" y="${row * each + NAME}" height="${BAR}"><title>${TITLES[part]}: ${duration(means.parts[part] ?? 0)}</title></rect>`
      from += length
      return rect
    },
  )}\n`
})}</svg>`
}
