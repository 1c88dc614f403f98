import type { Cancel } from '../core/clock.ts'
import type { Micros } from '../core/units.ts'
import type { Schedule } from './pace.ts'

/** What one run still has to do, so that all of it can be called off. */
export interface Timers {
  later(at: Micros, act: (at: Micros) => void): Cancel
  cancelAll(): void
}

export function createTimers(schedule: Schedule): Timers {
  const pending = new Set<Cancel>()
  return {
    later(at, act) {
      const cancel = schedule(at, (moment) => {
        pending.delete(cancel)
        act(moment)
      })
      pending.add(cancel)
      return cancel
    },
    cancelAll() {
      for (const cancel of pending) cancel()
      pending.clear()
    },
  }
}
