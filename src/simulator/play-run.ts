import type { Cancel } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import { type Micros, micros } from '../core/units.ts'
import { drawsOf } from './draws.ts'
import * as events from './events.ts'
import { uuid } from './ids.ts'
import { draw } from './law.ts'
import type { RunPlan } from './plan-run.ts'
import type { RunRecord } from './run-record.ts'
import { outputsOf, type Script, stoppedAt, writeScript } from './script.ts'
import type { Leave } from './slots.ts'
import type { Message, Stage } from './stage.ts'
import { createTextOrder } from './text-order.ts'
import type { Happening } from './workflow.ts'

interface Performance {
  readonly record: RunRecord
  readonly plan: RunPlan
  /** Source of the ids of its nodes. */
  readonly ids: Random
  readonly refusal: string | undefined
}

interface Audience {
  say(message: Message, at: Micros): void
  ended(): void
  over(): void
}

/** A run that was asked for: `admit` it once its connection is served. */
export interface PlayedRun {
  readonly admit: (at: Micros) => void
  readonly stop: (at: Micros) => void
  readonly leave: (at: Micros) => void
}

const TOO_MANY = (appId: string) =>
  `Too many requests. Please try again later. The current maximum concurrent requests allowed for ${appId} is 2.`
const RATE_LIMITED = 'The rate limit was reached, please try again later.'
const REFUSED = 'query is required in input form'

/** Plays one run from its admission to the end of its exchange. All that is said carries the moment at which it is said. */
export function playRun(stage: Stage, { record, plan, ids, refusal }: Performance, audience: Audience): PlayedRun {
  const { profile, seed } = stage
  const { n, mode, identity } = record
  const streaming = mode === 'streaming'
  const timers = new Set<Cancel>()
  let exchange: 'open' | 'closed' = 'open'
  let wasAdmitted = false
  let leaveSlot: Leave | undefined
  let script: Script | undefined

  function later(at: Micros, act: (at: Micros) => void): Cancel {
    const cancel = stage.schedule(at, (moment) => {
      timers.delete(cancel)
      act(moment)
    })
    timers.add(cancel)
    return cancel
  }
  function cancelAll(): void {
    for (const cancel of timers) cancel()
    timers.clear()
  }
  function say(message: Message, at: Micros): void {
    if (exchange === 'open') audience.say(message, at)
  }
  const tell = (name: string, event: object, at: Micros) => say({ kind: 'event', name, event }, at)

  /** The exchange ends, by the server's doing. */
  function close(message: Extract<Message, { kind: 'end' | 'reset' }>, at: Micros): void {
    if (exchange === 'closed') return
    say(message, at)
    exchange = 'closed'
    if (record.state === 'over' || record.state === 'lost') audience.over()
  }

  /** The run is over; what remains is to hold its stream. */
  function end(state: 'over' | 'lost', at: Micros): void {
    if (record.state === 'over' || record.state === 'lost') return
    cancelAll()
    record.state = state
    record.finished = at
    leaveSlot?.(at)
    audience.ended()
    if (exchange === 'closed') audience.over()
  }
  function hold(time: Micros, at: Micros): void {
    later(micros(at + time), (moment) => close({ kind: 'end' }, moment))
  }

  function admit(at: Micros): void {
    if (record.state !== 'waiting') return
    wasAdmitted = true
    later(micros(at + draw(profile.times.admission, drawsOf(seed, 'admission', n))), admitted)
  }

  function admitted(at: Micros): void {
    if (refusal !== undefined || plan.play === 'rejected') return refuse(refusal ?? REFUSED, at)
    if (plan.play === 'disconnected') return cutOff(at)
    if (plan.play === 'throttled') return throttle(at)
    if (plan.play === 'bad-reply') {
      say({ kind: 'nonsense', form: plan.form }, at)
      end('over', at)
      return close({ kind: 'end' }, at)
    }
    if (streaming) {
      say({ kind: 'ping' }, at)
      if (plan.play === 'no-result' && plan.form === 'second') {
        end('lost', at)
        return hold(profile.close.afterSilence, at)
      }
    }
    const waits = streaming ? later(micros(at + profile.times.queue), giveUpQueue) : undefined
    leaveSlot = (streaming ? stage.workers : stage.api).ask(at, (entered) => {
      waits?.()
      later(micros(entered + draw(profile.times.start, drawsOf(seed, 'start', n))), start)
    })
  }

  function refuse(message: string, at: Micros): void {
    if (!streaming) {
      say({ kind: 'reply', status: 400, body: { code: 'invalid_param', message, status: 400 } }, at)
      end('over', at)
      return close({ kind: 'end' }, at)
    }
    say({ kind: 'ping' }, at)
    tell('error', events.errorBeforeStart(message), at)
    end('over', at)
    hold(profile.close.afterError, at)
  }

  function throttle(at: Micros): void {
    const [status, code, message] =
      plan.form === 'first'
        ? ([400, 'invalid_param', TOO_MANY(identity.appId)] as const)
        : ([429, 'rate_limit_error', RATE_LIMITED] as const)
    say({ kind: 'reply', status, body: { code, message, status } }, at)
    end('over', at)
    close({ kind: 'end' }, at)
  }

  function cutOff(at: Micros): void {
    end('over', at)
    close({ kind: 'reset', by: plan.cutAt < 0.5 ? 'fin' : 'rst' }, at)
  }

  /** The API stops waiting for a worker; the run stays in the queue. */
  function giveUpQueue(at: Micros): void {
    record.outcome = 'no-result'
    close({ kind: 'end' }, at)
  }

  function start(at: Micros): void {
    record.state = 'running'
    record.started = at
    stage.began()
    script = writeScript(profile, plan, { seed, n, inputs: identity.inputs })
    if (streaming) {
      tell('workflow_started', events.workflowStarted(identity, stage.wall(at)), at)
      const ping = (moment: Micros) => {
        say({ kind: 'ping' }, moment)
        later(micros(moment + profile.times.ping), ping)
      }
      later(micros(at + profile.times.ping), ping)
    }
    play(script, at)
  }

  function play(played: Script, from: Micros): void {
    const narrate = streaming ? createNarrator(stage, { record, ids }) : undefined
    let next = 0
    const advance = (at: Micros) => {
      for (; next < played.happenings.length; next++) {
        const happening = played.happenings[next]!
        const moment = micros(from + happening.at)
        if (stage.due(moment) > at) return void later(moment, advance)
        for (const event of narrate?.(happening, at) ?? []) tell(event.event, event, at)
      }
      const ends = micros(from + played.endsAt)
      if (stage.due(ends) > at) later(ends, (moment) => finish(played, moment))
      else finish(played, at)
    }
    // A blocking run says nothing before its end.
    if (streaming) advance(from)
    else later(micros(from + played.endsAt), (moment) => finish(played, moment))
  }

  function finish(played: Script, at: Micros): void {
    const elapsed = Math.round(at - (record.started ?? at)) / 1e6
    const closing = { result: played.result, elapsed, created: stage.wall(record.started ?? at), finished: stage.wall(at) }
    if (played.ending === 'silence') {
      end('lost', at)
      return hold(profile.close.afterSilence, at)
    }
    record.result = played.result
    if (played.ending === 'reset') return cutOff(at)
    if (played.ending === 'error') {
      tell('error', events.errorInRun(identity), at)
      end('over', at)
      return hold(profile.close.afterError, at)
    }
    const form = played.ending === 'paused' ? { id: uuid(ids), token: uuid(ids).slice(0, 22), expires: stage.wall(at) + 3600 } : undefined
    if (!streaming) {
      say({ kind: 'reply', status: 200, body: events.blockingReply(identity, closing, form) }, at)
      end('over', at)
      return close({ kind: 'end' }, at)
    }
    if (form) {
      tell('node_started', events.nodeStarted(identity, { id: uuid(ids), ...events.ASKING }, stage.wall(at)), at)
      tell('human_input_required', events.humanInputRequired(identity, form), at)
      tell('workflow_paused', events.workflowPaused(identity, closing, form), at)
    } else tell('workflow_finished', events.workflowFinished(identity, closing), at)
    end('over', at)
    hold(profile.close.afterFinished, at)
  }

  function stop(at: Micros): void {
    if (record.state === 'over' || record.state === 'lost') return
    cancelAll()
    // To a client that has gone, or that stops a hanging run because its own limit was met, it is not the stop that ended the exchange.
    if (exchange === 'open' && plan.play !== 'hang') record.outcome = 'stopped'
    const into = micros(at - (record.started ?? at))
    const nodes = script?.happenings.flatMap((one) => (one.kind === 'node-started' ? [one.node] : [])) ?? []
    finish(stoppedAt({ happenings: [], nodes }, into, profile.stop), at)
  }

  function leave(at: Micros): void {
    if (exchange === 'closed') return
    exchange = 'closed'
    record.left = at
    // A server that never accepted the connection never heard of the run.
    if (!wasAdmitted) return end('over', at)
    if (record.state === 'over' || record.state === 'lost') {
      cancelAll()
      audience.over()
    }
  }

  return { admit, stop, leave }
}

type NamedEvent = { readonly event: string }

/** Tells what happens in a workflow as a stream's events. */
function createNarrator(
  stage: Stage,
  { record, ids }: Pick<Performance, 'record' | 'ids'>,
): (happening: Happening, at: Micros) => readonly NamedEvent[] {
  const { profile } = stage
  const { identity } = record
  const endNode = profile.nodes.flatMap((step) => ('parallel' in step ? [] : [step])).find(({ type }) => type === 'end')?.id ?? 'end'
  const inOrder = createTextOrder(Object.values(profile.outputs), endNode)
  const begun = new Map<string, { readonly id: string; readonly at: Micros }>()
  const fields: Script['happenings'][number][] = []

  return (happening, at) => {
    if (happening.kind === 'text')
      return inOrder(happening.selector, happening.text, happening.last ? 'last' : 'some').map(({ text, selector }) =>
        events.textChunk(identity, text, selector),
      )
    const { node } = happening.node
    if (happening.kind === 'node-started') {
      begun.set(node.id, { id: uuid(ids), at })
      return [events.nodeStarted(identity, nodeIdentity(happening, begun.get(node.id)!.id), stage.wall(at))]
    }
    fields.push(happening)
    const { id, at: since } = begun.get(node.id)!
    const done = fields.flatMap((one) => (one.kind === 'node-finished' ? [one.node] : []))
    return [
      events.nodeFinished(identity, nodeIdentity(happening, id), {
        did: happening.node,
        outputs: node.type === 'end' ? outputsOf(profile, done) : {},
        elapsed: Math.round(at - since) / 1e6,
        created: stage.wall(since),
        finished: stage.wall(at),
      }),
    ]
  }
}

const nodeIdentity = ({ node: { node } }: Exclude<Happening, { kind: 'text' }>, id: string): events.NodeIdentity => ({
  id,
  nodeId: node.id,
  type: node.type,
  title: node.title ?? node.id,
})
