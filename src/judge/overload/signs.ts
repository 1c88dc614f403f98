import type { OverloadEvidence, OverloadKind } from '../../core/diagnosis.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import { SECOND } from '../../core/units.ts'

/** An overload that shows without anything to hold it against. */
interface Sign {
  readonly kind: Extract<OverloadKind, 'database-pool' | 'limit'>
  readonly evidence: readonly OverloadEvidence[]
}

/** From this share of the exchanges on, throttling is what the phase is about. */
const THROTTLED = 0.01
/** Some 500s come with any overload; this many, and at least so many, come late together only where the pool is empty. */
const LATE_ERRORS = { share: 0.05, count: 3 } as const
/** Dify waits 30 s for a database connection before it gives up. */
const POOL_WAIT = { from: 25 * SECOND, to: 45 * SECOND } as const

/** A limit that somebody set, and a database pool that a burst has emptied: silence for about 30 s, then HTTP 500. */
export function absoluteSigns({ outcomes, internalErrors, intended }: PhaseSummary): readonly Sign[] {
  const throttled = outcomes.throttled ?? 0
  const { count = 0, p50 = 0 } = internalErrors ?? {}
  const late = p50 >= POOL_WAIT.from && p50 <= POOL_WAIT.to
  return [
    ...(late && count >= Math.max(LATE_ERRORS.count, LATE_ERRORS.share * intended)
      ? [{ kind: 'database-pool', evidence: [{ part: 'internalError', statistic: 'p50', loaded: p50 }] } as const]
      : []),
    ...(throttled > 0 && throttled >= THROTTLED * intended ? [{ kind: 'limit', evidence: [] } as const] : []),
  ]
}
