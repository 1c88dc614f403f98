import type { Clock } from '../core/clock.ts'
import type { Mode, OutcomeKind } from '../core/sample.ts'
import { type Micros, micros } from '../core/units.ts'
import { type Connection, createConnections } from './connections.ts'
import { createDatabase } from './database.ts'
import { drawsOf } from './draws.ts'
import { createDrift } from './drift.ts'
import type { RunIdentity } from './events.ts'
import { thawed } from './freeze.ts'
import { uuid } from './ids.ts'
import { draw } from './law.ts'
import { createPace, endlessPace, type Schedule } from './pace.ts'
import { planRun } from './plan-run.ts'
import { playRun } from './play-run.ts'
import type { Profile } from './profile-schema.ts'
import { createProxy } from './proxy.ts'
import type { RunRecord } from './run-record.ts'
import { createSlots } from './slots.ts'
import type { Message, Stage } from './stage.ts'

/** Who plays a run to its client. Called in order, never from inside `begin`. */
export interface RunObserver {
  say(message: Message, at: Micros): void
  /** The run is over and so is its exchange; nothing follows. */
  over?(record: RunRecord): void
}

/** A run request that was understood. */
export interface RunOrder {
  readonly mode: Mode
  readonly user: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly files?: readonly unknown[]
  /** Id of the published version to run; the current one where absent. */
  readonly version?: string
  /** Why its inputs cannot be used; such a run never reaches a worker. */
  readonly refusal?: string
  /** The connection that it came over; without one it takes a connection slot of its own until the exchange ends. */
  readonly connection?: Connection
}

/** A run under way, as its client holds it. */
export interface BegunRun {
  readonly record: RunRecord
  /** The client goes away. The run goes on. */
  leave(): void
}

export interface ModelStats {
  readonly started: number
  /** Begun and not over, those waiting for a slot among them. */
  readonly active: number
  /** Of those, the ones whose client has gone. */
  readonly outliving: number
  /** Runs over, by how a client must book them. */
  readonly outcomes: Readonly<Partial<Record<OutcomeKind, number>>>
  readonly stops: number
  readonly waiting: { readonly connections: number; readonly workers: number; readonly api: number; readonly database: number }
}

/** Queues and times of a Dify server. Does no I/O; all time is its clock's. */
export interface Model {
  readonly identity: { readonly appId: string; readonly workflowId: string }
  connect(): Connection
  begin(order: RunOrder, observer: RunObserver): BegunRun
  /** Stops a run as `POST …/stop` does: a little later, and without a word where there is none of that id. */
  stop(taskId: string): void
  run(workflowRunId: string): RunRecord | undefined
  /** The runs remembered, latest first. */
  runs(): readonly RunRecord[]
  stats(): ModelStats
}

/** How many runs are remembered for detail and logs. */
const MEMORY = 5_000

/** `wallZero`: wall-clock time at the clock's zero, in ms since 1970. Run n of a seed has always the same times, outcome and ids. */
export function createModel(
  profile: Profile,
  clock: Clock,
  { seed, wallZero = 0 }: { readonly seed: number; readonly wallZero?: number },
): Model {
  const names = drawsOf(seed, 'app', profile.name)
  const identity = { appId: uuid(names), workflowId: uuid(names) }
  const records = new Map<string, RunRecord>()
  const active = new Map<string, { readonly record: RunRecord; readonly stop: (at: Micros) => void }>()
  const outcomes: Partial<Record<OutcomeKind, number>> = {}
  let [count, started, stops] = [0, 0, 0]
  let firstRun: Micros | undefined
  const slownessOf = createDrift(profile.drift, seed)

  let lastUser = { user: '', id: '' }
  function userIdOf(user: string): string {
    if (lastUser.user !== user) lastUser = { user, id: uuid(drawsOf(seed, 'user', user)) }
    return lastUser.id
  }

  const due = (at: Micros): Micros =>
    profile.freeze && firstRun !== undefined
      ? thawed({ first: profile.freeze.first, every: profile.freeze.every, lasts: profile.freeze.for }, firstRun, at)
      : at
  const unfrozen: Schedule = (at, act) => clock.at(at, () => act(at))
  const schedule: Schedule = (at, act) => unfrozen(due(at), act)
  const process = (slots: number, load: number | undefined) => ({
    slots: createSlots(slots),
    pace: load === undefined ? endlessPace(schedule) : createPace(load, schedule),
  })
  const connections = createConnections(profile.slots.connections, {
    now: () => clock.now(),
    whenAwake(at, act) {
      if (due(at) > at) schedule(at, act)
      else act(at)
    },
  })
  const stage: Stage = {
    profile,
    seed,
    worker: process(profile.slots.workers, profile.cpu.worker),
    api: process(profile.slots.api, profile.cpu.api),
    database: profile.database && createDatabase(profile.database.connections, profile.database.timeout, schedule),
    activeRuns: profile.appLimit === undefined ? undefined : createSlots(profile.appLimit),
    schedule,
    wall: (at) => Math.floor((wallZero + at / 1e3) / 1e3),
    began: () => {
      started++
    },
  }

  function begin(order: RunOrder, observer: RunObserver): BegunRun {
    const arrived = clock.now()
    firstRun ??= arrived
    const age = micros(arrived - firstRun)
    const n = count++
    const plan = planRun(profile, { seed, n, mode: order.mode })
    const ids = drawsOf(seed, 'ids', n)
    const run: RunIdentity = {
      runId: uuid(ids),
      taskId: uuid(ids),
      ...identity,
      ...(order.version !== undefined && { workflowId: order.version }),
      userId: userIdOf(order.user),
      user: order.user,
      inputs: order.inputs,
      files: order.files ?? [],
    }
    const record: RunRecord = {
      n,
      mode: order.mode,
      play: plan.play,
      identity: run,
      arrived,
      outcome: order.refusal === undefined ? plan.outcome : 'rejected',
      state: 'waiting',
    }
    remember(record)
    const own = order.connection ? undefined : connections.connect()
    const say = profile.proxy ? createProxy(profile.proxy, observer.say, unfrozen) : observer.say
    const played = playRun(
      stage,
      { record, plan, ids, refusal: order.refusal, slowness: slownessOf(n, age), age },
      {
        say,
        /** The run itself is over; its exchange may last. */
        ended() {
          active.delete(run.taskId)
          outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1
        },
        over() {
          own?.close()
          observer.over?.(record)
        },
      },
    )
    active.set(run.taskId, { record, stop: played.stop })
    ;(order.connection ?? own)?.whenServed(played.admit)
    return {
      record,
      leave() {
        own?.close()
        played.leave(clock.now())
      },
    }
  }

  function remember(record: RunRecord): void {
    records.set(record.identity.runId, record)
    for (const oldest of records.keys()) {
      if (records.size <= MEMORY) break
      records.delete(oldest)
    }
  }

  return {
    identity,
    connect: connections.connect,
    begin,
    stop(taskId) {
      stops++
      const delay = draw(profile.times.stop, drawsOf(seed, 'stop', stops))
      schedule(micros(clock.now() + delay), (at) => active.get(taskId)?.stop(at))
    },
    run: (id) => records.get(id),
    runs: () => [...records.values()].reverse(),
    stats: () => ({
      started,
      active: active.size,
      outliving: [...active.values()].filter(({ record }) => record.left !== undefined).length,
      outcomes: { ...outcomes },
      stops,
      waiting: {
        connections: connections.waiting,
        workers: stage.worker.slots.waiting,
        api: stage.api.slots.waiting,
        database: stage.database?.waiting ?? 0,
      },
    }),
  }
}
