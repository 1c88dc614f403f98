import type { SecondSummary } from '../../core/phase-summary.ts'
import { SECOND } from '../../core/units.ts'
import { duration, NONE } from '../format.ts'
import type { Markup } from '../markup.ts'
import { type Axis, drawn, type Frame } from './frame.ts'
import { sinceAxis } from './since-axis.ts'
import { thinned } from './thin.ts'
import { type Bucket, bandsOf, bucketsOf, type Entry, entriesOf, type Phases } from './timeline.ts'

/** Of one line of a chart, over all phases. */
const POINTS = 1000

/** All phases of a run over its time, measured or not: what every chart over time is made of. */
export interface Timeline {
  readonly phases: Phases
  readonly entries: readonly Entry[]
  readonly buckets: readonly Bucket[]
  /** In seconds. */
  readonly end: number
  readonly x: Axis
}

/** With tables of at most `rows` rows. */
export function timelineOf(phases: Phases, rows: number): Timeline {
  const end = Math.max(1, ...phases.map(([, phase]) => phase.endedUs / SECOND))
  return {
    phases,
    entries: entriesOf(phases),
    buckets: bucketsOf(phases, rows),
    end,
    x: sinceAxis('the start of the run', end),
  }
}

/** A chart over time: bands for the phases, and a text for each stretch that is pointed at. */
export const draw = (
  time: Timeline,
  frame: Pick<Frame, 'id' | 'title' | 'description' | 'y'>,
  { marks, hover }: { readonly marks: Markup; readonly hover: (bucket: Bucket) => string },
): Markup =>
  drawn(
    {
      ...frame,
      x: time.x,
      bands: bandsOf(time.phases),
      hovers: time.buckets.map((bucket) => ({
        from: bucket.from,
        to: bucket.to,
        text: `${clock(bucket)} (${bucket.phase}): ${hover(bucket)}`,
      })),
    },
    marks,
  )

/** A row for each stretch of time: when, in which phase, and what `cells` says of it. */
export const rows = (time: Timeline, cells: (bucket: Bucket) => readonly string[]): readonly (readonly string[])[] =>
  time.buckets.map((bucket) => [clock(bucket), bucket.phase, ...cells(bucket)])

const clock = ({ from, to }: Bucket): string => `${tenths(from)}–${tenths(to)} s`
const tenths = (seconds: number): string => String(Math.round(seconds * 10) / 10)

/** A length of time in µs, or a dash. */
export const shown = (us: number | undefined): string => (us === undefined ? NONE : duration(us))

/** The points that one phase’s line may have, so that all phases together keep within what is drawn. */
export const perLine = ({ phases }: Timeline): number => Math.max(4, Math.floor(POINTS / Math.max(1, phases.length)))

/** A line through the middles of the entries, thinned. */
export const thinnedOf = (entries: readonly Entry[], value: (second: SecondSummary) => number | undefined, time: Timeline) =>
  thinned(
    entries.map(({ from, to, second }) => ({ x: (from + to) / 2, y: value(second) })),
    perLine(time),
  )

/** Something drawn for each phase by itself: lines do not run on from one phase into the next. */
export const perPhase =
  (time: Timeline) =>
  (draw: (entries: readonly Entry[], phase: number) => Markup): readonly Markup[] =>
    [...Map.groupBy(time.entries, ({ phase }) => phase)].map(([phase, entries]) => draw(entries, phase))
