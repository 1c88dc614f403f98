import type { ComparisonSettings, Verdict } from '../../core/comparison.ts'
import { holmLevels } from '../../stats/holm.ts'
import { centreOf, pairedP } from '../../stats/paired.ts'
import { studentQuantile } from '../../stats/student.ts'
import type { LogChange } from './pairs.ts'

export type Margins = Pick<ComparisonSettings, 'margin' | 'noise'>

/** A change toward the worse, in logarithms: the sign is turned where more is better. */
export const toWorse = (change: LogChange, better: 'lower' | 'higher'): LogChange =>
  better === 'lower' ? change : { ...change, centre: -change.centre, low: -change.high, high: -change.low }

/**
 * The rule of two margins, in logarithms toward the worse. Regressed: the interval lies above the noise and the estimate above half the margin,
 * or the interval above nothing and the estimate above the margin. Improved: the same mirrored. No regression: the interval lies below the margin.
 */
export function verdictOf({ centre, low, high }: LogChange, { margin, noise }: Margins): Verdict {
  const [m, z] = [Math.log1p(margin), Math.log1p(noise)]
  if ((low > z && centre > m / 2) || (low > 0 && centre > m)) return 'regressed'
  if ((high < -z && centre < -m / 2) || (high < 0 && centre < -m)) return 'improved'
  if (high < m) return 'no regression'
  return 'inconclusive'
}

/** A change toward the worse, in logarithms, with how sure it is. */
export interface Evidence {
  readonly centre: number
  /** Two-sided p that it lies above `least`: the smallest alpha at which the lower end of its interval does. */
  readonly above: (least: number) => number
  /** The same below `most`, by the upper end. */
  readonly below: (most: number) => number
}

/** Of paired differences, toward the worse. Undefined where there is none. */
export function pairedEvidence(worsening: readonly number[]): Evidence | undefined {
  if (worsening.length === 0) return undefined
  const mirrored = worsening.map((value) => -value)
  return {
    centre: centreOf(worsening),
    above: (least) => pairedP(worsening, least),
    below: (most) => pairedP(mirrored, -most),
  }
}

/**
 * Verdicts of several metrics that inform, at a joint level `alpha` by Holm's step-down. Each enters with the smallest p at which the rule of
 * two margins says anything of it, and gets what the rule says at the level that Holm leaves it.
 */
export function jointVerdicts(evidence: readonly (Evidence | undefined)[], margins: Margins, alpha: number): readonly Verdict[] {
  const claims = evidence.map((each) => (each ? claimsOf(each, margins) : []))
  const levels = holmLevels(
    claims.map((each) => Math.min(1, ...each.map(({ p }) => p))),
    alpha,
  )
  return claims.map((each, index) => each.find(({ p }) => p <= (levels[index] ?? -1))?.verdict ?? 'inconclusive')
}

/** What the rule can say of a change, each with the level from which on it does, in the order of the rule. */
function claimsOf(
  { centre, above, below }: Evidence,
  { margin, noise }: Margins,
): readonly { readonly verdict: Verdict; readonly p: number }[] {
  const [m, z] = [Math.log1p(margin), Math.log1p(noise)]
  const beyond = (toward: number, p: (by: number) => number) => (toward > m ? p(0) : toward > m / 2 ? p(z) : 1)
  return [
    { verdict: 'regressed', p: beyond(centre, above) },
    { verdict: 'improved', p: beyond(-centre, (by) => below(-by)) },
    { verdict: 'no regression', p: below(m) },
  ]
}

/** Beyond this nobody would wait. */
const MOST_PAIRS = 1000

/**
 * The smallest even number of pairs at which Student's interval would decide, if estimate (toward the worse) and deviation stay what they are.
 * Undefined where 1,000 are not enough.
 */
export function pairsToDecide(
  centre: number,
  deviation: number,
  { margin, noise, alpha }: Margins & { readonly alpha: number },
): number | undefined {
  const [m, z] = [Math.log1p(margin), Math.log1p(noise)]
  const toRegressed = centre > m ? centre : centre > m / 2 ? centre - z : 0
  const room = Math.max(toRegressed, m - centre)
  const enough = (n: number) => (studentQuantile(1 - alpha / 2, n - 1) * deviation) / Math.sqrt(n) < room
  for (let n = 8; n <= MOST_PAIRS; n += 2) if (enough(n)) return n
  return undefined
}
