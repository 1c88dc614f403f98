import type { Delivery } from '../../core/diagnosis.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import { MILLISECOND } from '../../core/units.ts'
import { digits, percent, time } from '../../measure/figures.ts'

/** Fewest runs to say it by. */
const FEWEST = 6
/** Share of events that came in one read with an earlier one. */
const COALESCED = 0.5
/** The first event is late from here on; and by so much of the run, where nothing but the server's own time for it tells. */
const LATE = 50 * MILLISECOND
const LATE_SHARE = 0.2
/** Share of the streams whose opening ping was kept until the first event. A server sends it at once and starts the run 25 ms later or more. */
const HELD = 0.5
/** Texts of one burst come in one read: nothing lies between them. */
const IN_ONE_READ = 1 * MILLISECOND
/** A loop of ours that stands still for a share of the time makes about that share of the events share a read. */
const OURS = 4

/**
 * Whether something on the way holds events back until it has many: in the ordinary run most events share a read, text comes in bursts, and the first event
 * is late though the server was not: its opening ping, sent long before, came in the same read, or the run was by the server's own clock well
 * under way. Branches that burst by design start on time, and a loop of ours that stood still accounts for no more than its own share.
 */
export function buffers({ mode, metrics, ownStall, startHeld = 0 }: PhaseSummary): boolean {
  const [coalesced, admission, elapsed] = [metrics['coalesced'], metrics['admission_time'], metrics['elapsed_time']]
  if (mode !== 'streaming' || !coalesced || !admission || !elapsed || elapsed.count < FEWEST) return false
  const bursts = coalesced.p50 >= COALESCED && (metrics['text_gap']?.p50 ?? 0) <= IN_ONE_READ
  const overdue = -(metrics['delivery_time']?.p50 ?? 0)
  const late = admission.p50 >= LATE && (startHeld >= HELD || overdue >= Math.max(LATE, LATE_SHARE * elapsed.p50))
  return bursts && late && (ownStall?.share ?? 0) * OURS < coalesced.p50
}

/**
 * How the events of a phase came; undefined where there were none to look at. Events that were held back are laid to a proxy only where the target named
 * one: of a bare server an API process that is short of CPU does the same, for it writes what came meanwhile in one go.
 */
export function describeDelivery(phase: PhaseSummary, { proxied }: { readonly proxied: boolean }): Delivery | undefined {
  const { metrics } = phase
  const [coalesced, bytes, pings] = [metrics['coalesced'], metrics['bytes_per_event'], metrics['ping_gap']]
  if (phase.mode !== 'streaming' || !coalesced || !bytes) return undefined
  const buffered = buffers(phase)
  const first = metrics['first_event']
  const share = `${percent(coalesced.mean)} of events came in one read with an earlier one`
  return {
    buffered,
    proxied,
    coalesced: coalesced.mean,
    bytesPerEvent: bytes.mean,
    ...(pings && { pingEvery: pings.p50 }),
    text: [
      buffered
        ? `${proxied ? 'A proxy between here and Dify' : 'The API process, or a proxy before it,'} holds events back: ${share}, text came in bursts, and the first event came late, after ${time(first?.p50 ?? 0)} (p50), though the server had ${proxied ? 'sent' : 'made'} it before. Streaming gains nothing that way${proxied ? '; set `proxy_buffering off` in it.' : '. No answer named a proxy: if there is one, set `proxy_buffering off` in it; if not, the API process is short of CPU, so look at `SERVER_WORKER_AMOUNT`.'}`
        : `${share[0]!.toUpperCase()}${share.slice(1)}; an event had ${digits(bytes.mean)} bytes.`,
      pings ? ` Pings came every ${time(pings.p50)} while runs went on.` : '',
    ].join(''),
  }
}
