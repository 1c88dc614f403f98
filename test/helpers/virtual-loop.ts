import type { Phase } from '../../src/core/plan.ts'
import { keyed } from '../../src/core/random.ts'
import { type Micros, micros } from '../../src/core/units.ts'
import { runClosedLoop } from '../../src/load/closed-loop.ts'
import { runOpenLoop } from '../../src/load/open-loop.ts'
import type { LoadPort, PhaseEnd, Release } from '../../src/load/release.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface LoopRun {
  readonly end: PhaseEnd
  /** What was sent, with the moment it was. */
  readonly sent: readonly (Release & { readonly at: Micros })[]
  readonly dropped: readonly Release[]
  readonly clock: VirtualClock
}

export interface LoopOptions {
  readonly startAt?: Micros
  /** µs that the server takes for a release. */
  readonly latency?: (release: Release) => number
  readonly inFlight?: number
  /** Answers `over` from this release on. */
  readonly overFrom?: number
  readonly abortAt?: Micros
  /** Leave to send, each time it is asked. */
  readonly permit?: (intended: Micros, clock: VirtualClock) => Promise<Micros | undefined>
  readonly clock?: VirtualClock
}

/** Runs one phase against a server of given latency, in virtual time. */
export async function loopRun(phase: Phase, options: LoopOptions = {}): Promise<LoopRun> {
  const clock = options.clock ?? new VirtualClock()
  const sent: (Release & { at: Micros })[] = []
  const dropped: Release[] = []
  const abort = new AbortController()
  if (options.abortAt !== undefined) clock.at(options.abortAt, () => abort.abort())
  let running = 0
  const port: LoadPort = {
    offer(release) {
      if (release.n >= (options.overFrom ?? Number.POSITIVE_INFINITY)) return 'over'
      if (running >= (options.inFlight ?? Number.POSITIVE_INFINITY)) {
        dropped.push(release)
        return 'dropped'
      }
      sent.push({ ...release, at: clock.now() })
      running++
      return new Promise((resolve) =>
        clock.at(micros(clock.now() + (options.latency?.(release) ?? 0)), () => {
          running--
          resolve(clock.now())
        }),
      )
    },
    permit: (intended) => options.permit?.(intended, clock) ?? Promise.resolve(intended),
  }
  const loop = { startAt: options.startAt ?? micros(0), port, clock, signal: abort.signal }
  const end = await clock.run(phase.kind === 'open' ? runOpenLoop(phase, keyed(1), loop) : runClosedLoop(phase, loop))
  return { end, sent, dropped, clock }
}
