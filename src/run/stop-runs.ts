import type { Clock } from '../core/clock.ts'
import type { Sample, StopResult } from '../core/sample.ts'
import { seconds } from '../core/units.ts'
import { stopPath } from '../dify/request.ts'
import { call } from '../http/call.ts'
import type { Transport } from '../http/transport.ts'

/** Stops the run of an exchange that was given up: a client that only goes away leaves it running, and burning tokens. */
export interface Stopper {
  stop(sample: Sample, user: string): void
  /** Resolves once every stop asked for so far has its answer. */
  settled(): Promise<void>
}

const TIMEOUT = seconds(2)
const AT_ONCE = 8

export interface StopperPorts {
  readonly transport: Transport
  readonly clock: Clock
  /** Path of the API on the target's origin. */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  readonly told: (sample: Sample, result: StopResult) => void
}

/** Dify says `success` to any stop, also of a run that has ended: `stopped` means asked and acknowledged. Blocking runs cannot be stopped. */
export function createStopper({ transport, clock, base, headers, told }: StopperPorts): Stopper {
  const waiting: (() => Promise<void>)[] = []
  const running = new Set<Promise<void>>()

  function startNext(): void {
    while (running.size < AT_ONCE) {
      const next = waiting.shift()
      if (!next) return
      const ask: Promise<void> = next().finally(() => {
        running.delete(ask)
        startNext()
      })
      running.add(ask)
    }
  }

  async function ask(sample: Sample, taskId: string, user: string): Promise<void> {
    const request = { method: 'POST', path: base + stopPath(taskId), headers, body: JSON.stringify({ user }) } as const
    const { head, ending } = await call(transport, request, { timeout: TIMEOUT, clock })
    told(sample, ending.kind === 'reply' && head?.status === 200 ? 'stopped' : 'stop-failed')
  }

  return {
    stop(sample, user) {
      const { taskId } = sample
      if (sample.mode === 'blocking') return told(sample, 'blocking')
      if (taskId === undefined) return told(sample, 'no-task-id')
      waiting.push(() => ask(sample, taskId, user))
      startNext()
    },
    async settled() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
