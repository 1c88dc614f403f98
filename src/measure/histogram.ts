import { build, type Histogram as HdrHistogram, HistogramLogReader, HistogramLogWriter, JsHistogram } from 'hdr-histogram-js'

/** The largest number kept: one hour in µs. Larger ones are kept as this and counted. */
export const LARGEST = 3_600_000_000

/** A distribution of whole numbers, each kept to three significant digits. Memory grows with the largest number, to about 95 kB. */
export interface Histogram {
  /** Numbers kept. */
  readonly count: number
  /** Of them, numbers beyond one hour (in the stored unit), kept as one hour. */
  readonly clamped: number
  /** NaN and infinities: not kept. */
  readonly refused: number
  /** Exact, over what is kept; 0 where nothing is. */
  readonly mean: number
  readonly min: number
  readonly max: number
  /** Rounds to a whole number and keeps it. */
  record(value: number): void
  /** Adds all that `other` holds. Exact: as if every number had been recorded here. */
  add(other: Histogram): void
  /**
   * The number of that rank in ascending order, from 1 to `count`: the upper end of the bucket it lies in, at most 0.1 % above the true number;
   * first and last are exact. Throws a RangeError outside.
   */
  at(rank: number): number
  /** The parts below and from zero as HDR histograms, the negative part with its sign taken off; for the interval log. */
  readonly parts: { readonly positive: HdrHistogram; readonly negative?: HdrHistogram }
}

const jsHistogram = (): JsHistogram => {
  const built = build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  })
  if (!(built instanceof JsHistogram)) throw new TypeError('hdr-histogram-js gave no plain JavaScript histogram')
  return built
}

/** Values of the buckets that hold something, ascending, and how many numbers lie at or below each. */
interface Cumulative {
  readonly values: Float64Array
  readonly counts: Float64Array
}

/** An empty histogram. Signed numbers are kept as a pair, positive and negated, and read as one distribution. */
export function createHistogram(): Histogram {
  const positive = jsHistogram()
  let negative: JsHistogram | undefined
  let [count, clamped, refused, sum] = [0, 0, 0, 0]
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let read: Cumulative | undefined
  const negativePart = () => {
    negative ??= jsHistogram()
    return negative
  }

  const histogram: Histogram & { absorb(): Absorbed } = {
    get count() {
      return count
    },
    get clamped() {
      return clamped
    },
    get refused() {
      return refused
    },
    get mean() {
      return count === 0 ? 0 : sum / count
    },
    get min() {
      return count === 0 ? 0 : min
    },
    get max() {
      return count === 0 ? 0 : max
    },
    record(value) {
      if (!Number.isFinite(value)) {
        refused++
        return
      }
      let whole = Math.round(value)
      if (Math.abs(whole) > LARGEST) {
        whole = Math.sign(whole) * LARGEST
        clamped++
      }
      if (whole < 0) negativePart().recordValue(-whole)
      // Adding 0 turns the −0 of a rounded −0.4 into 0.
      else positive.recordValue(whole + 0)
      count++
      sum += whole
      if (whole < min) min = whole + 0
      if (whole > max) max = whole + 0
      read = undefined
    },
    add(other) {
      const from = (other as typeof histogram).absorb()
      if (from.count > 0) {
        if (from.positive.totalCount > 0) positive.add(from.positive)
        if (from.negative && from.negative.totalCount > 0) negativePart().add(from.negative)
        min = Math.min(min, from.min)
        max = Math.max(max, from.max)
      }
      count += from.count
      clamped += from.clamped
      refused += from.refused
      sum += from.sum
      read = undefined
    },
    at(rank) {
      if (!(rank >= 1 && rank <= count)) throw new RangeError(`no number of rank ${rank} among ${count}`)
      if (rank === 1) return min
      if (rank === count) return max
      read ??= accumulate(positive, negative)
      const value = read.values[firstReaching(read.counts, rank)]!
      return Math.min(max, Math.max(min, value))
    },
    get parts() {
      return negative ? { positive, negative } : { positive }
    },
    absorb: () => ({ positive, ...(negative && { negative }), count, clamped, refused, sum, min, max }),
  }
  return histogram
}

/** What another histogram adds of this one. */
interface Absorbed {
  readonly positive: JsHistogram
  readonly negative?: JsHistogram
  readonly count: number
  readonly clamped: number
  readonly refused: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

function accumulate(positive: JsHistogram, negative: JsHistogram | undefined): Cumulative {
  const values: number[] = []
  const counts: number[] = []
  let total = 0
  const take = (value: number, held: number) => {
    total += held
    values.push(value)
    counts.push(total)
  }
  if (negative)
    for (let i = negative.countsArrayLength - 1; i >= 0; i--) {
      const held = negative.getCountAtIndex(i)
      // The bucket's end that is nearer to zero: the upper one, once the sign is back.
      if (held > 0) take(-negative.valueFromIndex(i), held)
    }
  for (let i = 0; i < positive.countsArrayLength; i++) {
    const held = positive.getCountAtIndex(i)
    if (held > 0) take(positive.highestEquivalentValue(positive.valueFromIndex(i)), held)
  }
  return { values: Float64Array.from(values), counts: Float64Array.from(counts) }
}

/** The first position at which `ascending` reaches `level`. */
function firstReaching(ascending: Float64Array, level: number): number {
  let [low, high] = [0, ascending.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! >= level) high = middle
    else low = middle + 1
  }
  return low
}

/** Times in seconds from the run's zero; the column of maxima shows the largest number divided by `maxRatio`. */
export interface LogInterval {
  readonly from: number
  readonly to: number
  readonly maxRatio: number
}

/** Writes HdrHistogram's interval log, line by line. `start` is the wall-clock time, ISO 8601, that its times count from. */
export function createIntervalLog(start: string): {
  add(tag: string, histogram: HdrHistogram, interval: LogInterval): void
  text(): string
} {
  const pieces: string[] = []
  const writer = new HistogramLogWriter((piece) => pieces.push(piece))
  writer.outputLogFormatVersion()
  // The library's own start line is in the local time zone, and the file must be the same everywhere.
  writer.outputComment(`[StartTime: ${(Date.parse(start) / 1000).toFixed(3)} (seconds since epoch), ${start}]`)
  writer.outputLegend()
  return {
    add(tag, histogram, { from, to, maxRatio }) {
      histogram.tag = tag
      writer.outputIntervalHistogram(histogram, from, to, maxRatio)
    },
    text: () => pieces.join(''),
  }
}

/** A histogram as a percentile table with five steps to each halving of the rest, values divided by `ratio`. */
export const percentileText = (histogram: HdrHistogram, ratio: number): string => histogram.outputPercentileDistribution(5, ratio)

/** What an interval log holds, in its order: the door's own reading, for tests and for tools. */
export function readIntervalLog(text: string): { readonly tag: string; readonly histogram: HdrHistogram }[] {
  const reader = new HistogramLogReader(text)
  const found: { tag: string; histogram: HdrHistogram }[] = []
  for (let next = reader.nextIntervalHistogram(); next; next = reader.nextIntervalHistogram())
    found.push({ tag: next.tag, histogram: next })
  return found
}
