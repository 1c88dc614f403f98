import type { Micros } from '../core/units.ts'
import { createSlots } from './slots.ts'

/** A client's connection: it takes a slot with its first request and keeps it until it closes. */
export interface Connection {
  /** Calls `act` once the connection has its slot and the server is not frozen; at once where that is so. */
  whenServed(act: (at: Micros) => void): void
  close(): void
}

/** The connections that the API's process serves. */
export interface Connections {
  connect(): Connection
  /** Those that wait for a slot. */
  readonly waiting: number
}

/** `whenAwake` calls `act` at that moment, or when the server thaws; at once where it is not frozen. */
export function createConnections(
  count: number,
  { now, whenAwake }: { now(): Micros; whenAwake(at: Micros, act: (at: Micros) => void): void },
): Connections {
  const slots = createSlots(count)
  return {
    connect() {
      let served = false
      let closed = false
      let leave: ((at: Micros) => void) | undefined
      const waiting: ((at: Micros) => void)[] = []
      return {
        whenServed(act) {
          if (served) return whenAwake(now(), act)
          waiting.push(act)
          leave ??= slots.ask(now(), (at) =>
            whenAwake(at, (moment) => {
              served = true
              if (!closed) for (const one of waiting.splice(0)) one(moment)
            }),
          )
        },
        close() {
          closed = true
          leave?.(now())
        },
      }
    },
    get waiting() {
      return slots.waiting
    },
  }
}
