import type { CapacityLevel, CapacitySummary, Margin } from '../../core/capacity-summary.ts'

/** What was decided of a level: whether it held, and whether a long trial showed so too. Held beside its limit is not proven. */
export function decidedIn(
  { load, verdict, proven }: CapacityLevel,
  { verified, margins }: Pick<CapacitySummary, 'verified' | 'margins'>,
): string {
  if (verdict === undefined) return 'open'
  if (!proven) return verdict
  return load === verified && unprovenIn(margins) ? `${verdict}, not proven` : `${verdict}, proven`
}

/** The objective nearest to its limit whose interval crosses it, in the trial that held the verified load. */
export const unprovenIn = (margins: CapacitySummary['margins']): Margin | undefined => margins.find(({ bound }) => bound !== undefined)
