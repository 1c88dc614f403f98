import type { PhaseSummary } from '../core/phase-summary.ts'
import { MILLISECOND } from '../core/units.ts'

/** A sum that does not come out. Of kind `area` it is a doubt; of the others a bug of ours. */
export interface Breach {
  readonly kind: 'planned' | 'outcomes' | 'fates' | 'area'
  readonly phase?: string
  readonly text: string
}

/** The time that all exchanges together were under way, in µs, told in two ways. */
export interface Areas {
  /** Under the counter of exchanges in flight: up where the log opens one, down where it ends. */
  readonly counter: number
  /** Sum over the samples of end − released. */
  readonly residence: number
  readonly exchanges: number
}

/** How far the two areas may be apart. */
const AREA_TOLERANCE = 0.01
/** The line that opens an exchange is written after the send, so as not to make it late: by so much, on average, it may come after `released`. */
const OPENED_AFTER = MILLISECOND

export type Ledger = Pick<PhaseSummary, 'planned' | 'released' | 'dropped' | 'notReached' | 'outcomes'>

/**
 * The conservation checks: planned = released + dropped + not reached; released = Σ outcomes but dropped; area under the in-flight
 * counter = Σ residence to 1 %, or to 1 ms an exchange. They check our own books, not the target. No breach, no entry.
 */
export function checkBooks(phases: Readonly<Record<string, Ledger>>, areas: Areas): readonly Breach[] {
  const breaches: Breach[] = []
  for (const [phase, { planned, released, dropped, notReached, outcomes }] of Object.entries(phases)) {
    if (planned !== released + dropped + notReached)
      breaches.push({
        kind: 'planned',
        phase,
        text: `In phase ${phase} ${planned} exchanges were planned, but ${released} released, ${dropped} dropped and ${notReached} not reached make ${released + dropped + notReached}.`,
      })
    const ended = Object.entries(outcomes).reduce((sum, [kind, count]) => (kind === 'dropped' ? sum : sum + count), 0)
    if (released !== ended)
      breaches.push({ kind: 'outcomes', phase, text: `In phase ${phase} ${released} exchanges were released, but ${ended} ended.` })
  }
  const { counter, residence, exchanges } = areas
  if (Math.abs(counter - residence) > AREA_TOLERANCE * Math.max(counter, residence) + OPENED_AFTER * exchanges)
    breaches.push({
      kind: 'area',
      text: `Exchanges were in flight for ${(residence / 1e6).toFixed(3)} s in sum by their own marks, but for ${(counter / 1e6).toFixed(3)} s by the counter.`,
    })
  return breaches
}
