/** Numbers of one stratum on one side: `values`, ascending, stand for `count` numbers, evenly; all of them, or evenly spaced quantiles. */
export interface Side {
  readonly values: ArrayLike<number>
  readonly count: number
}

export interface Stratum {
  readonly first: Side
  readonly second: Side
}

/** A quantile on two sides: of the numbers as they are, and with one mix of strata. */
export interface Standardised {
  readonly first: number
  readonly second: number
  /** Absent where no stratum has numbers on both sides. */
  readonly adjusted?: { readonly first: number; readonly second: number }
  /** Share of all numbers that lie in strata with numbers on both sides: those that `adjusted` is of. */
  readonly covered: number
}

/**
 * Compares the p-quantile of two sides with the mix of strata taken out: direct standardisation. Each stratum seen on both sides is given the
 * weight that it has in both together, so that a side which only took other strata more often shows no change; strata of one side alone
 * cannot be compared and are left out. Undefined where a side has no numbers.
 */
export function standardise(strata: Iterable<Stratum>, p: number): Standardised | undefined {
  const all = [...strata]
  const size = ({ first, second }: Stratum) => first.count + second.count
  const both = all.filter(({ first, second }) => first.count > 0 && second.count > 0)
  if (!all.some(({ first }) => first.count > 0) || !all.some(({ second }) => second.count > 0)) return undefined
  const side = (name: 'first' | 'second', of: readonly Stratum[], weight: (one: Stratum) => number) =>
    mixedQuantile(
      of.map((one) => ({ values: one[name].values, weight: weight(one) })),
      p,
    )
  return {
    first: side('first', all, ({ first }) => first.count),
    second: side('second', all, ({ second }) => second.count),
    covered: sum(both.map(size)) / sum(all.map(size)),
    ...(both.length > 0 && { adjusted: { first: side('first', both, size), second: side('second', both, size) } }),
  }
}

interface Weighed {
  readonly values: ArrayLike<number>
  readonly weight: number
}

/** The smallest number at or below which lies a share p of the mixture, each part's weight spread evenly over its numbers. */
function mixedQuantile(mixture: readonly Weighed[], p: number): number {
  const parts = mixture.filter(({ weight }) => weight > 0)
  const all = sum(parts.map(({ weight }) => weight))
  // Sums of shares miss whole numbers by their last bits.
  const wanted = p * all - 1e-9 * Math.max(1, p * all)
  const below = (value: number) => sum(parts.map(({ values, weight }) => (weight * countUpTo(values, value)) / values.length))
  // The answer is one of the numbers: each part's smallest that suffices, and the least of these.
  return Math.min(
    ...parts.map(({ values }) => {
      const at = firstWhere(values.length, (index) => below(values[index]!) >= wanted)
      return values[at] ?? Number.POSITIVE_INFINITY
    }),
  )
}

/** How many of the ascending numbers are at most `value`. */
const countUpTo = (ascending: ArrayLike<number>, value: number): number =>
  firstWhere(ascending.length, (index) => ascending[index]! > value)

/** The first index below `length` for which `holds`, given that it holds for all after; `length` where it never does. */
function firstWhere(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
