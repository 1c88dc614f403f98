import type { Cancel } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import { type Micros, micros } from '../core/units.ts'
import { drawsOf, runDraws } from './draws.ts'
import * as events from './events.ts'
import { type Farewell, farewellOf, overLimit, turnedAway, WITHOUT_DATABASE } from './farewell.ts'
import type { Happening } from './happenings.ts'
import { draw } from './law.ts'
import { createNarrator, type NamedEvent } from './narrate.ts'
import type { Share } from './pace.ts'
import type { RunPlan } from './plan-run.ts'
import { type PlayedScript, playScript } from './play-script.ts'
import type { RunRecord } from './run-record.ts'
import { type Script, stoppedAt, writeScript } from './script.ts'
import type { Leave } from './slots.ts'
import type { Ending, Message, Stage } from './stage.ts'
import { createTimers } from './timers.ts'
import { stretchedOutputs } from './usage.ts'

interface Performance {
  readonly record: RunRecord
  readonly plan: RunPlan
  /** Source of the ids of its nodes. */
  readonly ids: Random
  readonly refusal: string | undefined
  /** How much longer than its laws say the run takes inside. */
  readonly slowness: number
  /** From the first run's request to this one's. */
  readonly age: Micros
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

/** Plays one run from its admission to the end of its exchange. All that is said carries the moment at which it is said. */
export function playRun(stage: Stage, performance: Performance, audience: Audience): PlayedRun {
  const { profile, seed } = stage
  const { record, plan, ids, refusal, slowness, age } = performance
  const { n, mode, identity } = record
  const streaming = mode === 'streaming'
  const process = streaming ? stage.worker : stage.api
  const timers = createTimers(stage.schedule)
  /** What the run gives back when it is over. */
  const holds: Leave[] = []
  let starting: Cancel | undefined
  let playing: PlayedScript | undefined
  let exchange: 'open' | 'closed' = 'open'
  let wasAdmitted = false
  let script: Script | undefined

  function callOff(): void {
    starting?.()
    playing?.callOff()
    timers.cancelAll()
  }
  const isDone = () => record.state === 'over' || record.state === 'lost'
  function say(message: Message, at: Micros): void {
    if (exchange === 'open') audience.say(message, at)
  }
  const tell = (event: NamedEvent, at: Micros) => say({ kind: 'event', name: event.event, event }, at)

  /** The exchange ends, by the server's doing. */
  function close(ending: Ending, at: Micros): void {
    if (exchange === 'closed') return
    say(ending, at)
    exchange = 'closed'
    if (isDone()) audience.over()
  }

  /** The run is over; what remains is to hold its stream. */
  function end(state: 'over' | 'lost', at: Micros): void {
    if (isDone()) return
    callOff()
    record.state = state
    record.finished = at
    for (const giveBack of holds.splice(0)) giveBack(at)
    audience.ended()
    if (exchange === 'closed') audience.over()
  }

  function part({ says, state, holds: time, ending }: Farewell, at: Micros): void {
    for (const message of says) say(message, at)
    end(state, at)
    if (time === 0) close(ending, at)
    else timers.later(micros(at + time), (moment) => close(ending, moment))
  }

  function admit(at: Micros): void {
    if (record.state !== 'waiting') return
    wasAdmitted = true
    timers.later(micros(at + draw(profile.times.admission, drawsOf(seed, 'admission', n))), askDatabase)
  }

  function askDatabase(at: Micros): void {
    if (!stage.database || !profile.database) return admitted(at)
    const takes = drawsOf(seed, 'database', n)
    const times = { held: draw(profile.database.takes, takes), both: draw(profile.database.takes, takes) }
    stage.database.visit(at, times, {
      done: admitted,
      refused(moment) {
        if (isDone()) return
        record.outcome = 'rejected'
        part(WITHOUT_DATABASE, moment)
      },
    })
  }

  function admitted(at: Micros): void {
    if (isDone()) return
    const away = turnedAway(profile, { ...record, plan }, refusal)
    if (away) return part(away, at)
    if (!streaming && stage.activeRuns && profile.appLimit !== undefined) {
      if (stage.activeRuns.taken >= profile.appLimit) {
        record.outcome = 'throttled'
        return part(overLimit(identity.appId, profile.appLimit), at)
      }
      holds.push(stage.activeRuns.ask(at, () => {}))
    }
    queue(at)
  }

  function queue(at: Micros): void {
    if (!streaming) return enter(at)
    say({ kind: 'ping' }, at)
    const waits = timers.later(micros(at + profile.times.queue), giveUpQueue)
    const handover = draw(profile.times.handover, drawsOf(seed, 'handover', n))
    if (handover > 0) timers.later(micros(at + handover), (moment) => enter(moment, waits))
    else enter(at, waits)
  }

  /** The run reaches the process that does it. */
  function enter(at: Micros, waits?: Cancel): void {
    const leave = process.slots.ask(at, (entered) => {
      waits?.()
      const share = process.pace.enter(entered)
      holds.push(share.leave)
      const takes = draw(profile.times.start, drawsOf(seed, 'start', n))
      starting = share.after(takes, (moment) => start(share, moment))
    })
    holds.push(leave)
  }

  /** The API stops waiting for a worker; the run stays in the queue. */
  function giveUpQueue(at: Micros): void {
    record.outcome = 'no-result'
    close({ kind: 'end' }, at)
  }

  function start(share: Share, at: Micros): void {
    record.state = 'running'
    record.started = at
    stage.began()
    script = writeScript(profile, plan, { ...runDraws(seed, n, slowness), inputs: identity.inputs, age })
    // What its own nodes come to, where no play says otherwise.
    if (plan.play === 'succeeded' && script.result.status === 'partial-succeeded') record.outcome = 'partial'
    if (plan.play === 'succeeded' && script.result.status === 'failed') record.outcome = 'workflow-failed'
    if (streaming) {
      tell(events.workflowStarted(identity, stage.wall(at)), at)
      const ping = (moment: Micros) => {
        say({ kind: 'ping' }, moment)
        timers.later(micros(moment + profile.times.ping), ping)
      }
      timers.later(micros(at + profile.times.ping), ping)
    }
    play(script, share, at)
  }

  function play(written: Script, share: Share, at: Micros): void {
    // A blocking run says nothing before its end.
    const hearing = { tell: streaming ? narration(written) : undefined, end: (moment: Micros) => finish(written, moment) }
    playing = playScript(written, { share, begins: at }, hearing)
  }

  function narration({ nodes }: Script): (happening: Happening, at: Micros) => void {
    const narrate = createNarrator(stage, { identity, ids, nodes })
    return (happening, at) => {
      for (const event of narrate(happening, at)) tell(event, at)
    }
  }

  function finish(script: Script, at: Micros): void {
    const played = slowedDown(script, at)
    if (played.ending !== 'silence') record.result = played.result
    part(farewellOf(played, { profile, plan, record, ids, wall: stage.wall }, at), at)
  }

  /** As it went on a core that others slowed down: a model's own times are longer by as much. */
  function slowedDown({ result, ...played }: Script, at: Micros): Script {
    const factor = played.endsAt > 0 ? (at - (record.started ?? at)) / played.endsAt : 1
    const usages = played.nodes.flatMap(({ usage }) => usage ?? [])
    return { ...played, result: { ...result, outputs: stretchedOutputs(result.outputs, { usages, factor }) } }
  }

  function stop(at: Micros): void {
    if (isDone()) return
    callOff()
    // To a client that has gone, or that stops a hanging run because its own limit was met, it is not the stop that ended the exchange.
    if (exchange === 'open' && plan.play !== 'hang') record.outcome = 'stopped'
    const into = playing?.into(at) ?? micros(0)
    finish(stoppedAt({ happenings: [], nodes: script?.nodes ?? [] }, into, profile.stop), at)
  }

  function leave(at: Micros): void {
    if (exchange === 'closed') return
    exchange = 'closed'
    record.left = at
    // A server that never accepted the connection never heard of the run.
    if (!wasAdmitted) return end('over', at)
    if (isDone()) {
      timers.cancelAll()
      audience.over()
    }
  }

  return { admit, stop, leave }
}
