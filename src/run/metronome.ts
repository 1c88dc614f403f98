import { MessageChannel, Worker } from 'node:worker_threads'
import type { Micros } from '../core/units.ts'

/** What the worker is told: wake sleeper `id` at `at` (µs from the clock's zero), or forget it. */
export type MetronomeOrder = { readonly id: number; readonly at: number } | { readonly forget: number } | { readonly end: true }

export interface Metronome {
  /** Resolves at `at` or some tens of µs after it, never before. Rejects with `signal.reason` when aborted. */
  reach(at: Micros, signal?: AbortSignal): Promise<void>
  close(): void
}

/**
 * A thread that sleeps in `Atomics.wait` and posts a message when a sleeper's time has come: at the median half as late as `setTimeout`
 * or less (figures in docs/decisions/0006), for the same CPU. Polling with `setImmediate` would be exact, and would cost a core.
 */
export function startMetronome(zero: bigint): Metronome {
  const { port1: port, port2: theirs } = new MessageChannel()
  const doorbell = new Int32Array(new SharedArrayBuffer(4))
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./metronome-worker.${extension}`, import.meta.url), {
    workerData: { port: theirs, doorbell, zero },
    transferList: [theirs],
    // The key must not travel into a thread that does not need it.
    env: {},
  })
  worker.unref()
  const sleepers = new Map<number, () => void>()
  let last = 0

  port.on('message', (id: number) => {
    const wake = sleepers.get(id)
    sleepers.delete(id)
    if (sleepers.size === 0) port.unref()
    wake?.()
  })
  port.unref()

  function tell(order: MetronomeOrder): void {
    port.postMessage(order)
    Atomics.add(doorbell, 0, 1)
    Atomics.notify(doorbell, 0)
  }

  return {
    reach: (at, signal) =>
      new Promise<void>((resolve, reject) => {
        const id = last++
        const aborted = () => {
          sleepers.delete(id)
          if (sleepers.size === 0) port.unref()
          tell({ forget: id })
          reject(signal?.reason)
        }
        sleepers.set(id, () => {
          signal?.removeEventListener('abort', aborted)
          resolve()
        })
        signal?.addEventListener('abort', aborted, { once: true })
        port.ref()
        tell({ id, at })
      }),
    close() {
      tell({ end: true })
      port.close()
    },
  }
}
