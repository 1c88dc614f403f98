import { quantile, quantileRank } from './order.ts'

/** The numbers of one stratum on both sides, each ascending. */
export interface Stratum {
  readonly first: ArrayLike<number>
  readonly second: ArrayLike<number>
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
  const both = all.filter(({ first, second }) => first.length > 0 && second.length > 0)
  const size = ({ first, second }: Stratum) => first.length + second.length
  const side = (name: 'first' | 'second') => quantile(Float64Array.from(all.flatMap((one) => Array.from(one[name]))).sort(), p)
  const [first, second] = [side('first'), side('second')]
  if (first === undefined || second === undefined) return undefined
  const adjusted = (name: 'first' | 'second') =>
    mixedQuantile(
      both.map((one) => ({ values: one[name], weight: size(one) })),
      p,
    )
  return {
    first,
    second,
    covered: sum(both.map(size)) / sum(all.map(size)),
    ...(both.length > 0 && { adjusted: { first: adjusted('first'), second: adjusted('second') } }),
  }
}

interface Weighed {
  readonly values: ArrayLike<number>
  readonly weight: number
}

/** The smallest number at or below which lies a share p of the mixture, each part spread evenly over its numbers. */
function mixedQuantile(parts: readonly Weighed[], p: number): number {
  if (parts.length === 1) return parts[0]!.values[quantileRank(parts[0]!.values.length, p) - 1]!
  const wanted = p * sum(parts.map(({ weight }) => weight)) * (1 - 1e-12)
  const below = (value: number) => sum(parts.map(({ values, weight }) => (weight * countUpTo(values, value)) / values.length))
  // The answer is one of the numbers: each part's smallest that suffices, and the least of these.
  return Math.min(
    ...parts.map(({ values }) => {
      let [low, high] = [0, values.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (below(values[middle]!) >= wanted) high = middle
        else low = middle + 1
      }
      return values[low] ?? Number.POSITIVE_INFINITY
    }),
  )
}

/** How many of the ascending numbers are at most `value`. */
function countUpTo(ascending: ArrayLike<number>, value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
