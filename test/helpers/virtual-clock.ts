import type { Cancel, Clock } from '../../src/core/clock.ts'
import { createHeap } from '../../src/core/heap.ts'
import { type Micros, micros } from '../../src/core/units.ts'

interface Sleeper {
  readonly at: Micros
  readonly order: number
  readonly wake: () => void
  cancelled: boolean
}

/**
 * Time that moves only while `run` is waiting, straight to the next sleeper. A ten-minute schedule takes milliseconds,
 * and every time in it is exact.
 */
export class VirtualClock implements Clock {
  #now = micros(0)
  #order = 0
  readonly #sleepers = createHeap<Sleeper>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order))

  now(): Micros {
    return this.#now
  }

  at(at: Micros, wake: () => void): Cancel {
    const sleeper: Sleeper = { at, order: this.#order++, wake, cancelled: false }
    this.#sleepers.push(sleeper)
    return () => {
      sleeper.cancelled = true
    }
  }

  async sleepUntil(at: Micros, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (at <= this.#now) return
    await new Promise<void>((resolve, reject) => {
      const cancel = this.at(at, () => {
        signal?.removeEventListener('abort', aborted)
        resolve()
      })
      const aborted = () => {
        cancel()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', aborted, { once: true })
    })
  }

  /** Moves time to the next sleeper and wakes it; false where nobody sleeps. */
  step(): boolean {
    let next = this.#sleepers.pop()
    while (next?.cancelled) next = this.#sleepers.pop()
    if (!next) return false
    if (next.at > this.#now) this.#now = next.at
    next.wake()
    return true
  }

  /** Runs `work` to its end, moving time whenever nothing else can happen. Throws where nothing ever will. */
  async run<T>(work: Promise<T>): Promise<T> {
    let ended = false
    const done = work.finally(() => {
      ended = true
    })
    done.catch(() => {})
    let idle = 0
    while (!ended) {
      await new Promise(setImmediate)
      if (ended) break
      if (this.step()) idle = 0
      else if (++idle > 1000) throw new Error('virtual time stands still: nobody sleeps and the work has not ended')
    }
    return done
  }
}
