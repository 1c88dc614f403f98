import type { ClosedPhase } from '../core/plan.ts'
import { isOwn, numberInWhole, portion, type Shard, WHOLE } from '../core/shard.ts'
import { type Micros, micros } from '../core/units.ts'
import { type LoopOptions, reached } from './open-loop.ts'
import type { PhaseEnd } from './release.ts'

/** The stretch of a phase in which one slot sends, as offsets from the phase's start; `to` is absent where it lasts to the end. */
export interface SlotSpan {
  readonly slot: number
  readonly from: Micros
  readonly to?: Micros
}

/**
 * The slots of a closed phase. A ramp from a to b slots adds (or retires) them one by one so that each of the |b − a| + 1 levels lasts
 * equally long; it needs a length.
 */
export function slotSpans(phase: Pick<ClosedPhase, 'from' | 'to' | 'length'>): readonly SlotSpan[] {
  const changes = Math.abs(phase.to - phase.from)
  const level = changes === 0 || phase.length === undefined ? 0 : phase.length / (changes + 1)
  return Array.from({ length: Math.max(phase.from, phase.to) }, (_, slot) => {
    if (slot < Math.min(phase.from, phase.to)) return { slot, from: micros(0) }
    if (phase.to > phase.from) return { slot, from: micros((slot - phase.from + 1) * level) }
    return { slot, from: micros(0), to: micros((phase.from - slot) * level) }
  })
}

/** Those that a shard holds. */
export const slotsOf = (phase: Pick<ClosedPhase, 'from' | 'to' | 'length'>, shard: Shard): readonly SlotSpan[] =>
  slotSpans(phase).filter(({ slot }) => isOwn(slot, shard))

/**
 * Holds a number of slots, each of which sends when its last exchange has ended and its think time is over. With a length it resolves
 * when that is over; with a number of runs when the last of them has ended; with both when either comes. On abort at once. A shard holds
 * its own slots alone and sends its portion of the runs; numbers are dealt out, so that no two shards send under the same one.
 */
export async function runClosedLoop(phase: ClosedPhase, { startAt, port, clock, signal, shard = WHOLE }: LoopOptions): Promise<PhaseEnd> {
  const end = phase.length === undefined ? undefined : micros(startAt + phase.length)
  const runs = phase.runs === undefined ? Number.POSITIVE_INFINITY : portion(phase.runs, shard)
  const over = new AbortController()
  const stop = AbortSignal.any([signal, over.signal])
  let [released, ended] = [0, 0]
  let lastEnded = startAt
  let lastRunEnded = () => {}
  const runsOver = new Promise<'runs'>((resolve) => {
    lastRunEnded = () => resolve('runs')
  })

  async function sendFrom(span: SlotSpan): Promise<void> {
    const until = span.to === undefined ? end : micros(startAt + span.to)
    let intended = micros(startAt + span.from)
    while (released < runs && (until === undefined || intended < until)) {
      if (!(await reached(intended, clock, stop))) return
      const permitted = await port.permit(intended)
      if (permitted === undefined || stop.aborted || released >= runs || (until !== undefined && permitted >= until)) return
      const exchange = port.offer({ n: numberInWhole(released, shard), intended: permitted, slot: span.slot })
      if (exchange === 'over') return
      // Several slots may get leave at one moment and only some of them a place.
      if (exchange === 'wait') continue
      released++
      const at = exchange === 'dropped' ? clock.now() : await exchange
      if (at > lastEnded) lastEnded = at
      if (++ended === runs) lastRunEnded()
      intended = micros(at + phase.think)
    }
  }

  const slots = Promise.all(slotsOf(phase, shard).map(sendFrom)).then(() => 'slots' as const)
  const lengthOver = end === undefined ? undefined : reached(end, clock, stop).then(() => 'length' as const)
  const stopAsked = new Promise<'stopped'>((resolve) => {
    if (signal.aborted) resolve('stopped')
    signal.addEventListener('abort', () => resolve('stopped'), { once: true })
  })
  // The last run to end ends the phase: slots that still think must not hold it open. And slots that are through before a phase with a
  // length is over (retired, or out of inputs) do not shorten it.
  const first = await Promise.race([runsOver, stopAsked, lengthOver ?? slots])
  over.abort()
  const at =
    first === 'runs' || first === 'slots' ? lastEnded : first === 'length' && end !== undefined && !signal.aborted ? end : clock.now()
  if (phase.runs === undefined) return { at, notReached: 0 }
  return { at, planned: runs, notReached: runs - released }
}
