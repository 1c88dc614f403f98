import { moments } from '../../stats/paired.ts'
import { singleAgainst, type Welch, welch, welchHalfWidth, welchP } from '../../stats/welch.ts'
import type { LogChange } from './pairs.ts'
import type { Evidence } from './verdict.ts'

/** Fewer runs than this say too little of how runs scatter. */
export const FEWEST_BASELINE = 8
/** Stored runs were not made in turn: what drifted between them is in the difference, and half-widths are this much wider for it. */
const WIDENING = 1.5

/**
 * Two lists of runs that were not made in pairs, by Welch; one run alone is held against the scatter of the baseline. The error is widened, so
 * that intervals and p alike allow for drift. Undefined where nothing may be said: too few runs, none that scatter, or an endless one.
 */
export function contrast(before: readonly number[], after: readonly number[]): Welch | undefined {
  if (before.length < FEWEST_BASELINE || ![...before, ...after].every(Number.isFinite)) return undefined
  const plain = after.length === 1 ? singleAgainst(before, after[0]!) : welch(before, after)
  return plain && { ...plain, error: WIDENING * plain.error }
}

/** Centre and interval of the difference, the second less the first. An interval that does not exist is unbounded; NaN as the centre of nothing. */
export function contrastChange(before: readonly number[], after: readonly number[], alpha: number): LogChange {
  const found = contrast(before, after)
  const half = found ? welchHalfWidth(found, alpha) : Number.POSITIVE_INFINITY
  const centre = before.length === 0 || after.length === 0 ? Number.NaN : moments(after).mean - moments(before).mean
  return { centre, low: centre - half, high: centre + half }
}

/** How sure it is, toward the worse. Undefined where there is no interval. */
export function contrastEvidence(before: readonly number[], after: readonly number[], better: 'lower' | 'higher'): Evidence | undefined {
  const plain = contrast(before, after)
  const found = plain && better === 'higher' ? mirrored(plain) : plain
  return (
    found && {
      centre: found.difference,
      above: (least) => welchP(found, least),
      below: (most) => welchP(mirrored(found), -most),
    }
  )
}

const mirrored = (welch: Welch): Welch => ({ ...welch, difference: -welch.difference })

/** Share of cases in which a change of the smallest detectable size is found. */
const POWER = 0.8

/** The smallest difference that so many runs of this scatter find in four cases out of five: only the interval is widened, not the scatter. */
export const contrastDetectable = (found: Welch, alpha: number): number =>
  welchHalfWidth(found, alpha) + welchHalfWidth(found, 2 * (1 - POWER)) / WIDENING
