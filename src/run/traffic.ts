import type { Clock } from '../core/clock.ts'
import type { Micros } from '../core/units.ts'
import type { GiveUpReason } from './interpret.ts'
import type { UnderWay } from './send.ts'

/** The exchanges that have not ended, and those whose stream has not closed. */
export interface Traffic {
  begin(under: UnderWay): void
  ended(seq: number): void
  closed(seq: number): void
  inFlight(): number
  /** Resolves once nothing is in flight; false where `until` (or the abort) came first. */
  drained(until: Micros, signal: AbortSignal): Promise<boolean>
  /** Resolves once no stream is open any more; every stream closes by itself or is cut after its linger time. */
  allClosed(): Promise<void>
  /** Gives up everything in flight; cuts streams that linger. */
  giveUpAll(reason: GiveUpReason): void
  cutLingering(): void
}

export function createTraffic(clock: Clock): Traffic {
  const running = new Map<number, UnderWay>()
  const lingering = new Map<number, UnderWay>()
  let waiters: (() => void)[] = []

  function changed(): void {
    const woken = waiters
    waiters = []
    for (const wake of woken) wake()
  }
  const nextChange = () => new Promise<void>((resolve) => waiters.push(resolve))

  return {
    begin: (under) => running.set(under.order.seq, under),
    ended(seq) {
      const under = running.get(seq)
      running.delete(seq)
      if (under) lingering.set(seq, under)
      changed()
    },
    closed(seq) {
      lingering.delete(seq)
      changed()
    },
    inFlight: () => running.size,
    async drained(until, signal) {
      let late = false
      const cancel = clock.at(until, () => {
        late = true
        changed()
      })
      signal.addEventListener('abort', changed, { once: true })
      while (running.size > 0 && !late && !signal.aborted) await nextChange()
      signal.removeEventListener('abort', changed)
      cancel()
      return running.size === 0
    },
    async allClosed() {
      while (running.size + lingering.size > 0) await nextChange()
    },
    giveUpAll(reason) {
      for (const under of [...running.values()]) under.giveUp(reason)
    },
    cutLingering() {
      for (const under of [...lingering.values()]) under.giveUp('interrupted')
    },
  }
}
