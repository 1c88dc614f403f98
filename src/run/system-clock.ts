import type { Clock } from '../core/clock.ts'
import { type Micros, micros } from '../core/units.ts'
import { startMetronome } from './metronome.ts'

export interface SystemClock extends Clock {
  /** What `process.hrtime` read at this clock's zero, in µs: ties the run's times to logs of other processes on this machine. */
  readonly zeroMonotonic: Micros
  /** Wall-clock time at this clock's zero, in ms since 1970. */
  readonly zeroWall: number
  /** Stops the metronome; sleepers then never wake. */
  close(): void
}

/** Real time, from now on. Sleepers are woken by a metronome; timers are Node's, looked at again where they fire early. */
export function startSystemClock(): SystemClock {
  const zero = process.hrtime.bigint()
  const zeroWall = Date.now()
  const now = () => micros(Number(process.hrtime.bigint() - zero) / 1e3)
  const metronome = startMetronome(zero)

  return {
    zeroMonotonic: micros(Number(zero / 1000n)),
    zeroWall,
    now,
    async sleepUntil(at, signal) {
      signal?.throwIfAborted()
      if (at <= now()) return
      await metronome.reach(at, signal)
    },
    at(at, wake) {
      let timer: NodeJS.Timeout
      const arm = () => {
        // Node's timers tick in whole milliseconds, can fire 1.5 ms early, and take no more than 2³¹ − 1 ms.
        timer = setTimeout(() => (now() < at ? arm() : wake()), Math.min(Math.max((at - now()) / 1e3, 0), 2 ** 31 - 1))
      }
      arm()
      return () => clearTimeout(timer)
    },
    close: () => metronome.close(),
  }
}
