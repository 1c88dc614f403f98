import type { Clock } from '../core/clock.ts'
import type { Micros } from '../core/units.ts'
import { exchange, type WireRecord } from './exchange.ts'
import type { Transport, WireRequest } from './transport.ts'

/** One request outside the load (pre-flight, stop, run detail), answered whole within `timeout` or not at all. Never rejects. */
export function call(
  transport: Transport,
  request: WireRequest,
  { timeout, clock }: { readonly timeout: Micros; readonly clock: Clock },
): Promise<WireRecord> {
  return new Promise((resolve) => {
    exchange(transport, request, {
      mode: 'blocking',
      limits: { connect: timeout, firstEvent: timeout, idle: timeout, timeout, linger: timeout },
      observer: { hear: () => 'more', ended: resolve, closed: () => {} },
      clock,
    })
  })
}
