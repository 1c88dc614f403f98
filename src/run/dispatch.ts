import type { Clock } from '../core/clock.ts'
import type { Phase, Plan } from '../core/plan.ts'
import type { Redact } from '../core/redact.ts'
import { NOTHING_HEARD, type Sample } from '../core/sample.ts'
import type { Micros } from '../core/units.ts'
import { apiHeaders, runBody, runPath } from '../dify/request.ts'
import type { Tracer } from '../dify/trace.ts'
import type { Transport } from '../http/transport.ts'
import type { LoadPort, Release } from '../load/release.ts'
import { limitsOf } from '../load/share.ts'
import { namesManyUsers } from '../measure/users.ts'
import { createBudget } from './budget.ts'
import { createEarlyEndWatch, type EarlyEnd } from './early-end.ts'
import { type Journal, note } from './journal.ts'
import { exchangeLimits, type Order, send } from './send.ts'
import type { Traffic } from './traffic.ts'

/** Inputs and user for run `n` of a phase; undefined where the input sets are exhausted. A function of (seed, phase, n) but for nonces. */
export type Draw = (phase: string, n: number, place: { readonly slot?: number }) => Drawn | undefined

export interface Drawn {
  readonly inputSet: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly user: string
  /** The request's own files, beside its inputs. */
  readonly files?: readonly unknown[]
}

export interface DispatchPorts {
  readonly clock: Clock
  /** Carries the load. */
  readonly transport: Transport
  /** Path of the API on the target's origin, such as `/v1`. */
  readonly base: string
  readonly apiKey: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly draw: Draw
  /** Gives each exchange a trace id; absent where none are sent. */
  readonly tracer?: Tracer | undefined
  /** Equal for equal bodies within a run. */
  readonly bodyHash: (body: string) => string
  readonly journal: Journal
  /** Takes secrets out of what the server says. */
  readonly redact?: Redact
  /** Told of each exchange that has ended, with the user it ran as. */
  readonly ended?: (sample: Sample, user: string) => void
}

export interface Dispatcher {
  /** What the loop of a phase gives its releases to. */
  portFor(phase: Phase): LoadPort
  /** Why sending was ended although nobody asked. */
  earlyEnd(): EarlyEnd | undefined
}

export interface DispatchContext {
  readonly traffic: Traffic
  /** Aborted once nothing may be sent any more; `stopSending` does that. */
  readonly sending: AbortSignal
  readonly stopSending: () => void
  /** Told of each exchange that we gave up, with the user it ran as. */
  readonly abandoned: (sample: Sample, user: string) => void
}

/** Outcomes that say it was we who left. */
const WE_LEFT: ReadonlySet<Sample['outcome']['kind']> = new Set(['timed-out', 'unfinished', 'interrupted'])

/** Whether the server may still be at it: the request had reached it, and we did not wait for the end. */
function mayGoOn({ outcome, marks, cut, taskId }: Sample): boolean {
  if (marks.sent === undefined) return false
  return WE_LEFT.has(outcome.kind) || (outcome.kind === 'bad-reply' && cut === true && taskId !== undefined)
}
/** Share of a budget at which a warning is due. */
const BUDGET_WARNING = 0.8

/** Turns releases into exchanges and exchanges into samples: the budget before, the books after. */
export function createDispatcher(whole: Plan, ports: DispatchPorts, context: DispatchContext): Dispatcher {
  const plan = { ...whole, limits: limitsOf(whole) }
  const { clock, journal } = ports
  const { traffic, sending, stopSending } = context
  const headers = apiHeaders(ports.apiKey, ports.headers)
  const path = ports.base + runPath(plan.target.workflowId)
  const manyUsers = namesManyUsers(plan.user)
  const budget = createBudget(plan.limits)
  const noticeEarlyEnd = createEarlyEndWatch(plan.target)
  let seq = 0
  let warned = false
  let earlyEnd: EarlyEnd | undefined
  let permits: (() => void)[] = []

  function wakePermits(): void {
    const woken = permits
    permits = []
    for (const wake of woken) wake()
  }
  sending.addEventListener('abort', wakePermits, { once: true })

  function book(sample: Sample, user: string): void {
    traffic.ended(sample.seq)
    budget.settle(sample)
    journal({ sample })
    ports.ended?.(sample, user)
    if (mayGoOn(sample)) context.abandoned(sample, user)
    earlyEnd ??= noticeEarlyEnd(sample)
    if (earlyEnd && !sending.aborted) {
      note(journal, clock, 'stopped', earlyEnd.text)
      stopSending()
    }
    wakePermits()
  }

  function begin(phase: Phase, release: Release, { inputSet, inputs, user, files }: Drawn): Promise<Micros> {
    const body = runBody({ inputs, mode: phase.mode, user, files })
    const { n, intended } = release
    const trace = ports.tracer?.(seq)
    const order: Order = {
      seq: seq++,
      phase: phase.name,
      n,
      inputSet,
      mode: phase.mode,
      intended,
      bodyHash: ports.bodyHash(body),
      ...(trace && { traceId: trace.id }),
      ...(manyUsers && { user }),
    }
    const request = { method: 'POST', path, headers: trace ? { ...headers, ...trace.headers } : headers, body } as const
    const wire = {
      transport: ports.transport,
      clock,
      limits: exchangeLimits(plan.limits, phase.mode),
      record: plan.record,
      ...(ports.redact && { redact: ports.redact }),
    }
    const at = clock.now()
    return new Promise((resolve) => {
      const under = send(order, request, wire, {
        ended(sample) {
          // After every socket that is ready has been read: booking and sending again take a part of a millisecond each, and where many
          // replies come at once that would be in the marks of the later ones. So it is in our own lag, where it can be seen.
          // And never before `send` has returned: the books open an exchange before they close it.
          setImmediate(() => {
            book(sample, user)
            if (sample.marks.closed !== undefined) traffic.closed(sample.seq)
            // A reply's end may be known later than it came: its slot is free when it is known.
            resolve(sample.marks.closed ?? sample.ended ?? clock.now())
          })
        },
        closed(_seq, { at, cut }) {
          setImmediate(() => {
            journal({ closed: order.seq, at, ...(cut && { cut }) })
            traffic.closed(order.seq)
          })
        },
      })
      traffic.begin(under)
      // Written after the send, so that writing does not make it late.
      journal({ open: order.seq, phase: phase.name, n, inputSet, at, intended })
    })
  }

  function drop(phase: Phase, { n, intended }: Release, inputSet: string, detail: string): 'dropped' {
    const outcome = { kind: 'dropped', detail } as const
    journal({ sample: { seq: seq++, phase: phase.name, n, inputSet, mode: phase.mode, marks: { intended }, outcome, ...NOTHING_HEARD } })
    return 'dropped'
  }

  function end(kind: 'inputs-exhausted' | 'budget-reached', text: string): 'over' {
    note(journal, clock, kind, text)
    stopSending()
    return 'over'
  }

  function spent(): string {
    const { booked, estimated } = budget.tokens()
    const tokens =
      plan.limits.tokens === undefined ? '' : ` (${booked} tokens booked, ${estimated} of them estimated where the server reported none)`
    return `The budget is spent${tokens}; sending has ended.`
  }

  function warnOfBudget(): void {
    if (warned || budget.used() < BUDGET_WARNING) return
    warned = true
    note(journal, clock, 'budget-warning', `${Math.round(budget.used() * 100)} % of the budget is spent or reserved.`)
  }

  return {
    earlyEnd: () => earlyEnd,
    portFor: (phase) => ({
      offer(release) {
        if (sending.aborted) return 'over'
        const drawn = ports.draw(phase.name, release.n, release.slot === undefined ? {} : { slot: release.slot })
        if (!drawn) return end('inputs-exhausted', 'An input set is exhausted; sending has ended.')
        if (phase.kind === 'open' && traffic.inFlight() >= plan.limits.inFlight)
          return drop(phase, release, drawn.inputSet, `limit of ${plan.limits.inFlight} in flight`)
        const leave = budget.reserve()
        if (leave === 'spent') return end('budget-reached', spent())
        // A slot waits for its leave; a schedule does not.
        if (leave === 'wait' && phase.kind === 'closed') return 'wait'
        if (leave === 'wait') return drop(phase, release, drawn.inputSet, 'token budget: what a run costs is not known yet')
        warnOfBudget()
        return begin(phase, release, drawn)
      },
      async permit(intended) {
        const waits = budget.mustWait()
        while (!sending.aborted && budget.mustWait()) await new Promise<void>((resolve) => permits.push(resolve))
        if (sending.aborted) return undefined
        return waits ? clock.now() : intended
      },
    }),
  }
}
