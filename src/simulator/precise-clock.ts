import { MessageChannel, Worker } from 'node:worker_threads'
import type { Clock } from '../core/clock.ts'
import { createHeap } from '../core/heap.ts'
import { type Micros, micros } from '../core/units.ts'

export interface PreciseClock extends Clock {
  /** What `process.hrtime` read at this clock's zero, in µs. */
  readonly zeroMonotonic: Micros
  /** Wall-clock time at this clock's zero, in ms since 1970. */
  readonly zeroWall: number
  /** Ends the thread; sleepers then never wake. */
  close(): void
}

interface Sleeper {
  readonly at: Micros
  readonly order: number
  readonly wake: () => void
  cancelled: boolean
}

/**
 * Real time, from now on. A thread waits for the next sleeper and posts one message when its moment has come: some tens of µs late and never
 * early, where timers are up to 1.5 ms off and polling would cost a core. All sleepers that are due are then woken in order of their times.
 * What is due already waits for the loop's next turn alone: many runs begin with steps that take no time.
 */
export function startPreciseClock(): PreciseClock {
  const zero = process.hrtime.bigint()
  const zeroWall = Date.now()
  const zeroMonotonic = micros(Number(zero / 1000n))
  const { port1: port, port2: theirs } = new MessageChannel()
  const moment = new Float64Array(new SharedArrayBuffer(8)).fill(Number.POSITIVE_INFINITY)
  const bell = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(new URL(`./alarm-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url), {
    workerData: { port: theirs, moment, bell },
    transferList: [theirs],
    env: {},
    // Node's own flags are meant for the main thread: some, such as --input-type, would keep this one from starting.
    execArgv: [],
  })
  thread.unref()
  const heap = createHeap<Sleeper>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order))
  let order = 0
  let waking = false
  let closed = false
  let turnIsAsked = false

  // Rounded down: a moment is never reported before it has come.
  const now = () => Math.floor(Number(process.hrtime.bigint() - zero) / 1e3) as Micros

  function setAlarm(): void {
    if (closed) return
    while (heap.first?.cancelled) heap.pop()
    if (heap.first && heap.first.at <= now()) {
      if (!turnIsAsked) setImmediate(wakeInTurn)
      turnIsAsked = true
      return
    }
    const next = heap.first ? Number(zero) / 1e3 + heap.first.at : Number.POSITIVE_INFINITY
    if (moment[0] === next) return
    moment[0] = next
    Atomics.store(bell, 0, (Atomics.load(bell, 0) + 1) & 0x3fffffff)
    Atomics.notify(bell, 0)
  }

  function wakeInTurn(): void {
    turnIsAsked = false
    wakeDue()
  }

  function wakeDue(): void {
    if (closed) return
    waking = true
    try {
      for (let next = heap.first; next && (next.cancelled || next.at <= now()); next = heap.first) {
        heap.pop()
        if (!next.cancelled) next.wake()
      }
    } finally {
      waking = false
      setAlarm()
    }
  }

  port.on('message', () => {
    // The thread has had its alarm and rests until the bell is rung.
    moment[0] = Number.POSITIVE_INFINITY
    wakeDue()
  })
  port.unref()

  const clock: PreciseClock = {
    zeroMonotonic,
    zeroWall,
    now,
    at(at, wake) {
      const sleeper: Sleeper = { at, order: order++, wake, cancelled: false }
      heap.push(sleeper)
      if (heap.first === sleeper && !waking) setAlarm()
      return () => {
        sleeper.cancelled = true
      }
    },
    async sleepUntil(at, signal) {
      signal?.throwIfAborted()
      if (at <= now()) return
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.at(at, () => {
          signal?.removeEventListener('abort', aborted)
          resolve()
        })
        const aborted = () => {
          cancel()
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', aborted, { once: true })
      })
    },
    close() {
      closed = true
      Atomics.store(bell, 0, -1)
      Atomics.notify(bell, 0)
      port.close()
    },
  }
  return clock
}
