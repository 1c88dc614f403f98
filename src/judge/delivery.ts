import type { Delivery, PhaseSummary } from '../core/summary.ts'
import { MILLISECOND } from '../core/units.ts'
import { digits, percent, time } from '../measure/figures.ts'

/** Fewest runs to say it by. */
const FEWEST = 6
/** Share of events that came in one read with an earlier one. */
const COALESCED = 0.5
/** The start event came so much later than the run began, as a share of the run; and at least so late. */
const LATE_SHARE = 0.2
const LATE = 50 * MILLISECOND
/** Texts of one burst come in one read: nothing lies between them. */
const IN_ONE_READ = 1 * MILLISECOND
/** A loop of ours that stands still for a share of the time makes about that share of the events share a read. */
const OURS = 4

/**
 * Whether a proxy holds events back until it has many: in the ordinary run most events share a read, text comes in bursts, and the start event
 * comes when the run, by the server's own clock, has long been under way. Branches that burst by design start on time, and a loop of ours that
 * stood still accounts for no more than its own share.
 */
export function buffers({ mode, metrics, ownStall }: PhaseSummary): boolean {
  const [coalesced, delivery, elapsed] = [metrics['coalesced'], metrics['delivery_time'], metrics['elapsed_time']]
  if (mode !== 'streaming' || !coalesced || !delivery || !elapsed || elapsed.count < FEWEST) return false
  const late = -delivery.p50
  const bursts = (metrics['text_gap']?.p50 ?? 0) <= IN_ONE_READ
  return (
    coalesced.p50 >= COALESCED &&
    late >= Math.max(LATE, LATE_SHARE * elapsed.p50) &&
    bursts &&
    (ownStall?.share ?? 0) * OURS < coalesced.p50
  )
}

/** How the events of a phase came; undefined where there were none to look at. */
export function describeDelivery(phase: PhaseSummary): Delivery | undefined {
  const { metrics } = phase
  const [coalesced, bytes, pings] = [metrics['coalesced'], metrics['bytes_per_event'], metrics['ping_gap']]
  if (phase.mode !== 'streaming' || !coalesced || !bytes) return undefined
  const buffered = buffers(phase)
  const first = metrics['first_event']
  const share = `${percent(coalesced.mean)} of events came in one read with an earlier one`
  return {
    buffered,
    coalesced: coalesced.mean,
    bytesPerEvent: bytes.mean,
    ...(pings && { pingEvery: pings.p50 }),
    text: [
      buffered
        ? `A proxy between here and Dify holds events back: ${share}, text came in bursts, and the first event came after ${time(first?.p50 ?? 0)}, when by the server’s clock the run had long begun. Nobody sees a word before that; set \`proxy_buffering off\` in it.`
        : `${share[0]!.toUpperCase()}${share.slice(1)}; an event had ${digits(bytes.mean)} bytes.`,
      pings ? ` Pings came every ${time(pings.p50)} while runs went on.` : '',
    ].join(''),
  }
}
