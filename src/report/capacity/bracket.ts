import type { TrialFinding } from '../../judge/capacity/capacity-search.ts'
import { COLOURS, type Pen, SIGNS } from '../pen.ts'
import { FINDING_TONES } from './view.ts'

/** What a bracket is drawn from. Loads in one unit, above 0. */
export interface BracketPicture {
  readonly trials: readonly { readonly load: number; readonly finding: TrialFinding }[]
  /** The ends of the bracket, where they are known. */
  readonly lower?: number
  readonly upper?: number
  /** The load of the trial under way, if one is. */
  readonly current?: number
  /** The lowest load of the search. */
  readonly from: number
}

/** Trials of a load that are seen, the latest. */
const MOST_HIGH = 5
/** A lone load stands before as much room as the next one would need. */
const ALONE = 2

/**
 * The loads tried on a logarithmic axis, over each its trials (held, missed, or no vote; `•` is under way), on it the bracket: `[` the highest load that
 * holds, `]` the lowest that is too much, open to a side where there is none. Every load has a column of its own, also where the axis is too short for it.
 * Lines of at most `columns` columns, the loads that have room below.
 */
export function bracketLines(picture: BracketPicture, columns: number, pen: Pen): readonly string[] {
  const { trials, lower, upper, current, from } = picture
  const loads = [...new Set([from, ...trials.map(({ load }) => load), ...(current === undefined ? [] : [current])])].sort((a, b) => a - b)
  const places = placesOf(loads, columns)
  const placeOf = (load: number | undefined) => (load === undefined ? undefined : places.get(load))
  const [left, right] = [placeOf(lower), placeOf(upper)]
  return [
    ...stacksOf(picture, columns, { loads, places, pen }),
    axisOf(columns, { ticks: new Set(places.values()), left, right, pen }),
    labelsOf(columns, { loads, places, ends: [lower, upper], current }),
  ]
}

/** Columns by load: on a logarithmic scale, moved apart where two would share one. */
function placesOf(loads: readonly number[], columns: number): ReadonlyMap<number, number> {
  const low = Math.log(loads[0]!)
  const length = Math.max(Math.log(ALONE), Math.log(loads.at(-1)!) - low)
  // A margin at each side: the axis goes on.
  const [first, last] = [2, columns - 3]
  const places = loads.map((load) => first + Math.round(((Math.log(load) - low) / length) * (last - first)))
  for (let at = 1; at < places.length; at++) places[at] = Math.max(places[at]!, places[at - 1]! + 1)
  for (let at = places.length - 1, most = last; at >= 0; at--, most = places[at + 1]! - 1) places[at] = Math.min(places[at]!, most)
  return new Map(loads.map((load, at) => [load, places[at]!]))
}

interface Placed {
  readonly loads: readonly number[]
  readonly places: ReadonlyMap<number, number>
  readonly pen: Pen
}

function stacksOf({ trials, current }: BracketPicture, columns: number, { loads, places, pen }: Placed): readonly string[] {
  const stacks = loads.map((load) => {
    const seen = trials.filter((trial) => trial.load === load).map(({ finding }) => FINDING_TONES[finding])
    const marks = seen.map((tone) => pen(COLOURS[tone], SIGNS[tone]))
    return { place: places.get(load)!, marks: [...marks, ...(load === current ? [pen('bold', '•')] : [])].slice(-MOST_HIGH) }
  })
  const height = Math.max(3, ...stacks.map(({ marks }) => marks.length))
  return Array.from({ length: height }, (_, row) => {
    const cells = Array.from({ length: columns }, () => ' ')
    for (const { place, marks } of stacks) cells[place] = marks[height - 1 - row] ?? ' '
    return cells.join('').trimEnd()
  })
}

interface Axis {
  readonly ticks: ReadonlySet<number>
  readonly left: number | undefined
  readonly right: number | undefined
  readonly pen: Pen
}

function axisOf(columns: number, { ticks, left, right, pen }: Axis): string {
  const isKnown = left !== undefined || right !== undefined
  const inside = (at: number) => isKnown && at > (left ?? -1) && at < (right ?? columns)
  const cells = Array.from({ length: columns }, (_, at) => {
    if (at === left) return pen('bold', '[')
    if (at === right) return pen('bold', ']')
    if (inside(at)) return pen('bold', '═')
    return ticks.has(at) ? '┼' : '─'
  })
  return cells.join('')
}

interface Labels {
  readonly loads: readonly number[]
  readonly places: ReadonlyMap<number, number>
  readonly ends: readonly [lower: number | undefined, upper: number | undefined]
  readonly current: number | undefined
}

/** As many as have room, those that matter most first: the ends of the bracket away from each other, then the load under way, the ends of the axis, the rest. */
function labelsOf(columns: number, { loads, places, ends: [lower, upper], current }: Labels): string {
  const cells = Array.from({ length: columns }, () => ' ')
  const order = [lower, upper, current, loads[0], loads.at(-1), ...loads]
  for (const load of new Set(order.filter((each) => each !== undefined))) {
    const text = String(Number(load.toPrecision(4)))
    const place = places.get(load)!
    const isClose = lower !== undefined && upper !== undefined && places.get(upper)! - places.get(lower)! <= text.length + 1
    const shift = !isClose ? Math.floor(text.length / 2) : load === lower ? text.length : load === upper ? 0 : Math.floor(text.length / 2)
    const start = Math.max(0, Math.min(columns - text.length, place - shift))
    const room = cells.slice(Math.max(0, start - 1), start + text.length + 1)
    if (room.every((cell) => cell === ' ')) cells.splice(start, text.length, ...text)
  }
  return cells.join('').trimEnd()
}
