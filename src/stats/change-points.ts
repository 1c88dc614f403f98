import { keyed, type Random, wholeBetween } from '../core/random.ts'

/**
 * Where the law of a series changes: the E-divisive procedure of Matteson and James (2014, JASA 109), with absolute differences (their α = 1).
 * It assumes nothing of the law but a mean, and that values of one stretch are exchangeable: a series that wanders has changes everywhere.
 */
export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly at: number
  /** Of the permutation test: the chance of a split this clear in a series without this change. */
  readonly p: number
}

export interface ChangePointOptions {
  readonly seed: number
  /** A split with a larger p is none, and ends the search. */
  readonly alpha?: number
  /** The fewest values of a stretch. */
  readonly least?: number
  /** Random orders that a split is held against; the smallest p is 1 / (permutations + 1). */
  readonly permutations?: number
}

const ALPHA = 0.01
const LEAST = 5
const PERMUTATIONS = 999

/** All changes, in order of place; found one after another, the clearest first. None in fewer than 2 · `least` values. */
export function changePoints(
  values: readonly number[],
  { seed, alpha = ALPHA, least = LEAST, permutations = PERMUTATIONS }: ChangePointOptions,
): readonly ChangePoint[] {
  const found: ChangePoint[] = []
  const splitter = createSplitter(values.length, least)
  /** [from, to) of the stretches so far, in order. */
  let stretches: readonly (readonly [number, number])[] = [[0, values.length]]
  for (;;) {
    const series = Float64Array.from(values)
    const best = clearest(series, stretches, splitter)
    if (!best) return found.sort((a, b) => a.at - b.at)
    const random = keyed(seed, 'change points', found.length)
    const p = permutationP(series, { stretches, splitter, seen: best.clearness, random, permutations, alpha })
    if (p > alpha) return found.sort((a, b) => a.at - b.at)
    found.push({ at: best.at, p })
    stretches = stretches.flatMap(([from, to]): (readonly [number, number])[] =>
      from < best.at && best.at < to
        ? [
            [from, best.at],
            [best.at, to],
          ]
        : [[from, to]],
    )
  }
}

interface Split {
  readonly at: number
  /** Their Q: how far apart the values before and after are, weighted by how many there are. */
  readonly clearness: number
}

type Splitter = (series: Float64Array, from: number, to: number) => Split | undefined

function clearest(series: Float64Array, stretches: readonly (readonly [number, number])[], splitter: Splitter): Split | undefined {
  let best: Split | undefined
  for (const [from, to] of stretches) {
    const split = splitter(series, from, to)
    if (split && (!best || split.clearness > best.clearness)) best = split
  }
  return best
}

interface Test {
  readonly stretches: readonly (readonly [number, number])[]
  readonly splitter: Splitter
  readonly seen: number
  readonly random: Random
  readonly permutations: number
  readonly alpha: number
}

/** The share of random orders within the stretches, the one seen among them, whose clearest split is as clear. Stops once it is certainly above alpha. */
function permutationP(series: Float64Array, { stretches, splitter, seen, random, permutations, alpha }: Test): number {
  const shuffled = series.slice()
  let clear = 1
  for (let n = 0; n < permutations && clear <= alpha * (permutations + 1); n++) {
    for (const [from, to] of stretches) shuffle(shuffled.subarray(from, to), random)
    const best = clearest(shuffled, stretches, splitter)
    if (best && best.clearness >= seen) clear++
  }
  return clear / (permutations + 1)
}

function shuffle(values: Float64Array, random: Random): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = wholeBetween(random, 0, last)
    ;[values[last], values[other]] = [values[other]!, values[last]!]
  }
}

/**
 * Looks through all splits of a stretch of up to `most` values: the values before place t against those from t up to u, for every t and u, so
 * that a second change further on does not blur the first. With sums of distances over rectangles each costs the same; n² in all.
 */
function createSplitter(most: number, least: number): Splitter {
  const width = most + 1
  const sums = new Float64Array(width * width)
  return (series, from, to) => {
    const n = to - from
    if (n < 2 * least) return undefined
    for (let i = 0; i < n; i++) {
      let row = 0
      for (let j = 0; j < n; j++) {
        row += Math.abs(series[from + i]! - series[from + j]!)
        sums[(i + 1) * width + j + 1] = sums[i * width + j + 1]! + row
      }
    }
    let best: Split | undefined
    for (let t = least; t <= n - least; t++) {
      const before = sums[t * width + t]!
      for (let u = t + least; u <= n; u++) {
        const [size, rest] = [t, u - t]
        const between = sums[t * width + u]! - before
        const after = sums[u * width + u]! - 2 * sums[t * width + u]! + before
        const distance = (2 * between) / (size * rest) - before / (size * (size - 1)) - after / (rest * (rest - 1))
        const clearness = ((size * rest) / (size + rest)) * distance
        if (!best || clearness > best.clearness) best = { at: from + t, clearness }
      }
    }
    return best
  }
}
