import type { Clock } from '../core/clock.ts'
import type { Micros } from '../core/units.ts'
import { exchange, type WireRecord } from './exchange.ts'
import type { Transport, WireRequest } from './transport.ts'

export interface CallOptions {
  readonly timeout: Micros
  readonly clock: Clock
  /** Gives it up. */
  readonly signal?: AbortSignal
}

/** One request outside the load (pre-flight, stop, run detail), answered whole within `timeout` or not at all. Never rejects. */
export function call(transport: Transport, request: WireRequest, { timeout, clock, signal }: CallOptions): Promise<WireRecord> {
  return new Promise((resolve) => {
    const under = exchange(transport, request, {
      mode: 'blocking',
      limits: { connect: timeout, firstEvent: timeout, idle: timeout, timeout, linger: timeout },
      observer: {
        hear: () => 'more',
        ended(record) {
          signal?.removeEventListener('abort', giveUp)
          resolve(record)
        },
        closed: () => {},
      },
      clock,
    })
    const giveUp = () => under.giveUp()
    if (signal?.aborted) giveUp()
    else signal?.addEventListener('abort', giveUp, { once: true })
  })
}
