import type { Clock } from '../core/clock.ts'
import type { Phase, Plan } from '../core/plan.ts'
import { keyed } from '../core/random.ts'
import type { RunStatus } from '../core/record.ts'
import { portion, WHOLE } from '../core/shard.ts'
import { type Micros, micros, milliseconds } from '../core/units.ts'
import { apiHeaders } from '../dify/request.ts'
import type { Transport } from '../http/transport.ts'
import { countArrivals } from '../load/arrivals.ts'
import { runClosedLoop } from '../load/closed-loop.ts'
import { runOpenLoop } from '../load/open-loop.ts'
import type { PhaseEnd } from '../load/release.ts'
import { createDispatcher, type Dispatcher, type DispatchPorts } from './dispatch.ts'
import type { EarlyEnd } from './early-end.ts'
import { note } from './journal.ts'
import { createStopper } from './stop-runs.ts'
import { createTraffic, type Traffic } from './traffic.ts'

export interface ExecutePorts extends DispatchPorts {
  /** Carries stops: connections of their own, so that a full target can still be told. */
  readonly control: Transport
  /** Exchanges in flight, for whoever shows or samples them; given once, before the first send. */
  readonly watchInFlight?: (inFlight: () => number) => void
}

export interface ExecuteSignals {
  /** Stop sending and drain. */
  readonly stop: AbortSignal
  /** Give up what is under way. */
  readonly abort: AbortSignal
  /** Name of the system's signal behind them, such as SIGINT. */
  readonly name?: () => string | undefined
}

export interface ExecuteEnd {
  readonly status: RunStatus
  readonly earlyEnd?: EarlyEnd
}

/** From here to the first send of the run: time for its sleeper to be set, so that it is not late. */
const LEAD = milliseconds(20)

/**
 * Runs the phases of a plan one after another without a gap, then drains. Everything that happens is told to the journal; nothing is kept.
 * Resolves once nothing is in flight, every stop is answered and every stream is closed.
 */
export async function execute(plan: Plan, ports: ExecutePorts, signals: ExecuteSignals): Promise<ExecuteEnd> {
  const { clock, journal } = ports
  const traffic = createTraffic(clock)
  ports.watchInFlight?.(traffic.inFlight)
  const sending = new AbortController()
  const stopSending = () => sending.abort()
  const noteSignal = () => {
    const name = signals.name?.()
    if (name !== undefined) note(journal, clock, 'signal', `Stopped by ${name}.`)
  }
  if (signals.stop.aborted) noteSignal()
  else signals.stop.addEventListener('abort', noteSignal, { once: true })
  for (const signal of [signals.stop, signals.abort]) {
    if (signal.aborted) stopSending()
    signal.addEventListener('abort', stopSending, { once: true })
  }
  const stopper = createStopper({
    transport: ports.control,
    clock,
    base: ports.base,
    headers: apiHeaders(ports.apiKey, ports.headers),
    told: ({ seq, workflowRunId }, result) => journal({ stop: seq, result, ...(workflowRunId !== undefined && { workflowRunId }) }),
  })
  const dispatcher = createDispatcher(plan, ports, { traffic, sending: sending.signal, stopSending, abandoned: stopper.stop })

  await runPhases(plan, { ...ports, dispatcher, traffic, sending: sending.signal, abort: signals.abort })
  stopSending()
  await drain(plan, traffic, clock, signals.abort)
  await Promise.all([stopper.settled(), traffic.allClosed()])
  // A stream given up in that time asked for a stop of its own.
  await stopper.settled()

  // From here on a signal can change nothing in the run.
  signals.stop.removeEventListener('abort', noteSignal)

  const earlyEnd = dispatcher.earlyEnd()
  const interrupted = signals.stop.aborted || signals.abort.aborted || earlyEnd !== undefined
  const status = interrupted ? 'interrupted' : 'whole'
  const signal = signals.name?.()
  journal({ end: status, at: clock.now(), ...(signal !== undefined && { signal }), ...(earlyEnd && { stoppedBecause: earlyEnd.because }) })
  return { status, ...(earlyEnd && { earlyEnd }) }
}

interface PhasePorts {
  readonly clock: Clock
  readonly journal: DispatchPorts['journal']
  readonly dispatcher: Dispatcher
  readonly traffic: Traffic
  readonly sending: AbortSignal
  readonly abort: AbortSignal
}

async function runPhases(plan: Plan, { clock, journal, dispatcher, traffic, sending, abort }: PhasePorts): Promise<void> {
  let startAt = micros(clock.now() + LEAD)
  for (const phase of plan.phases) {
    if (sending.aborted) {
      const planned = plannedReleases(plan, phase)
      journal({ phaseEnded: phase.name, at: startAt, ...(planned !== undefined && { planned }), notReached: planned ?? 0 })
      continue
    }
    journal({ phaseBegan: phase.name, at: startAt })
    const end = await runPhase(plan, phase, startAt, { dispatcher, clock, sending })
    journal({ phaseEnded: phase.name, at: end.at, ...(end.planned !== undefined && { planned: end.planned }), notReached: end.notReached })
    startAt = end.at
    if (phase.settle && !sending.aborted) {
      await drain(plan, traffic, clock, abort)
      startAt = micros(clock.now() + LEAD)
    }
  }
}

function runPhase(
  plan: Plan,
  phase: Phase,
  startAt: Micros,
  { dispatcher, clock, sending }: Pick<PhasePorts, 'dispatcher' | 'clock' | 'sending'>,
): Promise<PhaseEnd> {
  const loop = { startAt, port: dispatcher.portFor(phase), clock, signal: sending, shard: plan.shard }
  return phase.kind === 'open' ? runOpenLoop(phase, arrivalsRandom(plan, phase), loop) : runClosedLoop(phase, loop)
}

/** Waits until nothing is in flight, for the drain limit at most or until told to give up; then gives up what is left. */
async function drain(plan: Plan, traffic: Traffic, clock: Clock, abort: AbortSignal): Promise<void> {
  const drained = await traffic.drained(micros(clock.now() + plan.limits.drain), abort)
  if (!drained) traffic.giveUpAll(abort.aborted ? 'interrupted' : 'unfinished')
  if (abort.aborted) traffic.cutLingering()
  else abort.addEventListener('abort', () => traffic.cutLingering(), { once: true })
}

/** What decides the arrivals of a phase: its name and the seed, nothing else. */
const arrivalsRandom = (plan: Plan, phase: Phase) => keyed(plan.seed, 'arrivals', phase.name)

/** How many releases a phase holds for this machine; undefined where its load model knows no number. */
function plannedReleases(plan: Plan, phase: Phase): number | undefined {
  const all = phase.kind === 'closed' ? phase.runs : countArrivals(phase, arrivalsRandom(plan, phase))
  return all === undefined ? undefined : portion(all, plan.shard ?? WHOLE)
}
