import { performance } from 'node:perf_hooks'
import type { Cancel, Clock } from '../../src/core/clock.ts'
import type { Limits } from '../../src/core/plan.ts'
import type { Mode, Sample } from '../../src/core/sample.ts'
import { type Micros, micros, seconds } from '../../src/core/units.ts'
import { apiHeaders, runBody, runPath } from '../../src/dify/request.ts'
import { createTransport } from '../../src/http/connections.ts'
import type { Transport } from '../../src/http/transport.ts'
import { exchangeLimits, send } from '../../src/run/send.ts'

/** Real time without a metronome: enough for single exchanges. */
export function plainClock(): Clock {
  const zero = performance.now()
  const now = () => micros((performance.now() - zero) * 1e3)
  const at = (when: Micros, wake: () => void): Cancel => {
    const timer = setTimeout(wake, Math.max(0, (when - now()) / 1e3))
    return () => clearTimeout(timer)
  }
  return { now, at, sleepUntil: (when) => new Promise((resolve) => void at(when, resolve)) }
}

export interface OneExchange {
  readonly mode: Mode
  readonly limits?: Partial<Limits>
  readonly connections?: 'reuse' | 'fresh'
  /** Gives the exchange up as interrupted after this long. */
  readonly abortAfter?: Micros
  readonly inputs?: Readonly<Record<string, unknown>>
  readonly key?: string
  /** Several exchanges over one transport, to see what the next does. */
  readonly transport?: Transport
  readonly clock?: Clock
}

const LIMITS: Limits = {
  inFlight: 500,
  connect: seconds(5),
  firstEvent: seconds(5),
  idle: seconds(5),
  timeout: { blocking: seconds(5), streaming: seconds(5) },
  linger: seconds(3),
  drain: seconds(5),
}

/** A transport to `baseUrl` whose connections are counted; `open()` is how many are open now. */
export function testTransport(baseUrl: string, connections: 'reuse' | 'fresh', clock: Clock): Transport & { open(): number } {
  let open = 0
  const transport = createTransport({ origin: new URL(baseUrl).origin, connections }, clock, { opened: () => open++, closed: () => open-- })
  return { ...transport, open: () => open }
}

/** Sends one run to `baseUrl` (`…/v1`) and resolves once it has ended and its stream has closed, with `closed` among the marks. */
export function oneExchange(baseUrl: string, options: OneExchange): Promise<Sample> {
  const clock = options.clock ?? plainClock()
  const url = new URL(baseUrl)
  const transport = options.transport ?? testTransport(baseUrl, options.connections ?? 'fresh', clock)
  return new Promise((resolve) => {
    let ended: Sample | undefined
    const done = (sample: Sample) => {
      if (!options.transport) transport.close()
      resolve(sample)
    }
    const under = send(
      { seq: 0, phase: 'test', n: 0, inputSet: 'test', mode: options.mode, intended: clock.now() },
      {
        method: 'POST',
        path: `${url.pathname.replace(/\/$/, '')}${runPath()}`,
        headers: apiHeaders(options.key ?? 'app-test-key-0000', {}),
        body: runBody({ inputs: options.inputs ?? {}, mode: options.mode, user: 'test-user' }),
      },
      { transport, clock, limits: exchangeLimits({ ...LIMITS, ...options.limits }, options.mode), record: [] },
      {
        ended(sample) {
          ended = sample
          if (sample.marks.closed !== undefined) done(sample)
        },
        closed(_seq, { at, cut }) {
          if (ended) done({ ...ended, marks: { ...ended.marks, closed: at }, ...(cut && { cut }) })
        },
      },
    )
    if (options.abortAfter !== undefined) clock.at(micros(clock.now() + options.abortAfter), () => under.giveUp('interrupted'))
  })
}
