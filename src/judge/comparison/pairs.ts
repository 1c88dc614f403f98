import type { Change, Figure, Round } from '../../core/comparison.ts'
import { centreOf, moments, pairedInterval } from '../../stats/paired.ts'

/** The two arms of a question. */
export interface Versus {
  readonly baseline: string
  readonly candidate: string
}

/** d = ln q(candidate) − ln q(baseline) of each round in which both have the figure; +∞ or −∞ where one is endless. */
export function logRatios(rounds: readonly Round[], { baseline, candidate }: Versus, figure: string): readonly number[] {
  return rounds.flatMap((round) => {
    const [before, after] = [round[baseline]?.figures[figure], round[candidate]?.figures[figure]]
    return before === undefined || after === undefined || (before === 'endless' && after === 'endless')
      ? []
      : [logarithm(after) - logarithm(before)]
  })
}

const logarithm = (figure: Figure): number => (figure === 'endless' ? Number.POSITIVE_INFINITY : Math.log(figure))

/** Centre and interval of differences of logarithms. An interval that does not exist is unbounded. */
export interface LogChange {
  readonly centre: number
  readonly low: number
  readonly high: number
  /** Of finite differences, the only ones that have it; absent below two of them. */
  readonly deviation?: number
}

/** NaN as the centre of no differences. */
export function logChange(differences: readonly number[], alpha: number): LogChange {
  const interval = differences.length > 1 ? pairedInterval(differences, alpha) : undefined
  const spread = differences.length > 1 && differences.every(Number.isFinite) ? moments(differences).deviation : undefined
  return {
    centre: centreOf(differences),
    low: interval?.low ?? Number.NEGATIVE_INFINITY,
    high: interval?.high ?? Number.POSITIVE_INFINITY,
    ...(spread !== undefined && { deviation: spread }),
  }
}

/** A relative change from a difference of logarithms; undefined from ±∞ and from NaN. */
export const relative = (difference: number): number | undefined => (Number.isFinite(difference) ? Math.expm1(difference) : undefined)

/** The same as shares of the baseline. */
export function asChange({ centre, low, high }: LogChange): Change {
  const [estimate, from, to] = [relative(centre), relative(low), relative(high)]
  return {
    ...(estimate !== undefined && { estimate }),
    ...(from !== undefined && { low: from }),
    ...(to !== undefined && { high: to }),
  }
}
