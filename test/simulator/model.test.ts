import { describe, expect, it } from 'vitest'
import { exponential, keyed } from '../../src/core/random.ts'
import { type Micros, micros, seconds } from '../../src/core/units.ts'
import { createModel, type Model, type RunObserver } from '../../src/simulator/model.ts'
import type { RunRecord } from '../../src/simulator/run-record.ts'
import type { Message } from '../../src/simulator/stage.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'
import { profileOf, queueOf, SIMPLE } from './profiles.ts'

interface Heard extends RunObserver {
  readonly said: { readonly what: string; readonly at: number }[]
}

const nameOf = (message: Message) => (message.kind === 'event' ? message.name : message.kind)

function listener(): Heard {
  const said: Heard['said'] = []
  return { said, say: (message, at) => said.push({ what: nameOf(message), at }) }
}

const order = (mode: 'blocking' | 'streaming') => ({ mode, user: 'u', inputs: {} })

function drain(clock: VirtualClock): void {
  while (clock.step());
}

/** Starts runs at the moments given and lets all of them end. */
function runAt(
  yaml: string,
  mode: 'blocking' | 'streaming',
  moments: readonly number[],
): { model: Model; heard: Heard[]; records: RunRecord[] } {
  const clock = new VirtualClock()
  const model = createModel(profileOf(yaml), clock, { seed: 1 })
  const heard: Heard[] = []
  const records: RunRecord[] = []
  for (const moment of moments)
    clock.at(micros(moment), () => {
      const one = listener()
      heard.push(one)
      records.push(model.begin(order(mode), one).record)
    })
  drain(clock)
  return { model, heard, records }
}

describe('a run under virtual time', () => {
  it('says everything exactly when its profile says', () => {
    const { heard } = runAt(SIMPLE, 'streaming', [0])
    expect(heard[0]!.said.map(({ what, at }) => `${at / 1000} ${what}`)).toEqual([
      '1 ping',
      '5 workflow_started',
      '5 node_started',
      '6 node_finished',
      '7 node_started',
      '77 text_chunk',
      '87 text_chunk',
      '97 text_chunk',
      '97 text_chunk',
      '97 node_finished',
      '98 node_started',
      '100 node_finished',
      '101 workflow_finished',
      '141 end',
    ])
  })

  it('takes the same total time in blocking mode, and ends at once', () => {
    const { heard } = runAt(SIMPLE, 'blocking', [0])
    expect(heard[0]!.said).toEqual([
      { what: 'reply', at: 101_000 },
      { what: 'end', at: 101_000 },
    ])
  })

  it('pings every ten seconds of run time, not while it waits', () => {
    const { heard } = runAt(queueOf(1, '25s'), 'streaming', [0, 0])
    const pings = heard.map(({ said }) => said.filter(({ what }) => what === 'ping').map(({ at }) => at / 1e6))
    expect(pings).toEqual([
      [0, 10, 20],
      [0, 35, 45],
    ])
  })

  it('sends no ping after the end, and holds the stream as long as it is told', () => {
    const { heard } = runAt(`${queueOf(1, '1s')}close: { afterFinished: 30s }`, 'streaming', [0])
    expect(heard[0]!.said.map(({ what, at }) => `${at / 1e6} ${what}`)).toEqual([
      '0 ping',
      '0 workflow_started',
      '0 node_started',
      '1 node_finished',
      '1 workflow_finished',
      '31 end',
    ])
  })

  it('goes on when its client leaves, and counts as outliving it until it ends', () => {
    const clock = new VirtualClock()
    const model = createModel(profileOf(SIMPLE), clock, { seed: 1 })
    const heard = listener()
    const run = model.begin(order('streaming'), heard)
    clock.at(micros(50_000), () => run.leave())
    clock.at(micros(60_000), () => heard.said.push({ what: `outliving ${model.stats().outliving}`, at: 60_000 }))
    drain(clock)
    expect(heard.said.at(-1)).toEqual({ what: 'outliving 1', at: 60_000 })
    expect(run.record).toMatchObject({ state: 'over', finished: 101_000, left: 50_000 })
    expect(model.stats()).toMatchObject({ active: 0, outliving: 0, outcomes: { succeeded: 1 } })
  })

  it('ends a little after a stop, as failed, with its open node unfinished', () => {
    const clock = new VirtualClock()
    const model = createModel(profileOf(SIMPLE), clock, { seed: 1 })
    const heard = listener()
    const { record } = model.begin(order('streaming'), heard)
    clock.at(micros(30_000), () => model.stop(record.identity.taskId))
    drain(clock)
    expect(heard.said.slice(-2).map(({ what, at }) => `${at / 1000} ${what}`)).toEqual(['40 workflow_finished', '80 end'])
    expect(record.outcome).toBe('stopped')
    expect(record.result).toMatchObject({ status: 'failed', error: 'Aborted: User requested stop', tokens: 0, steps: 2 })
  })

  it('is not booked as stopped where its client had gone before the stop', () => {
    const clock = new VirtualClock()
    const model = createModel(profileOf(SIMPLE), clock, { seed: 1 })
    const run = model.begin(order('streaming'), listener())
    clock.at(micros(30_000), () => {
      model.stop(run.record.identity.taskId)
      run.leave()
    })
    drain(clock)
    expect(run.record).toMatchObject({ outcome: 'succeeded', finished: 40_000, result: { error: 'Aborted: User requested stop' } })
  })

  it('gives the same run for the same seed and number, whatever else is under way, and another for another seed', () => {
    const yaml = queueOf(50, '{ lognormal: { median: 100ms, sigma: 1 } }')
    const lengths = (moments: readonly number[]) =>
      runAt(yaml, 'streaming', moments).records.map(({ started, finished }) => finished! - started!)
    expect(lengths([0, 0, 0, 0])).toEqual(lengths([0, 10_000, 500_000, 9_000_000]))
    expect(new Set(lengths([0, 0, 0, 0])).size).toBe(4)
  })
})

describe('queues', () => {
  it('lets a streaming run wait for a worker with its ping on time and elapsed_time flat', () => {
    const { heard, records } = runAt(queueOf(2, '100ms'), 'streaming', [0, 0, 0, 0, 0])
    const at = (what: string) => heard.map(({ said }) => said.find((one) => one.what === what)!.at / 1000)
    expect(at('ping')).toEqual([0, 0, 0, 0, 0])
    expect(at('workflow_started')).toEqual([0, 0, 100, 100, 200])
    expect(at('workflow_finished')).toEqual([100, 100, 200, 200, 300])
    expect(records.map(({ started, finished }) => finished! - started!)).toEqual([100, 100, 100, 100, 100].map((ms) => ms * 1000))
  })

  it('lets a blocking run wait for a place in the API, apart from the workers', () => {
    const { heard } = runAt(queueOf(1, '100ms'), 'blocking', [0, 0, 50_000])
    expect(heard.map(({ said }) => said[0]!.at / 1000)).toEqual([100, 200, 300])
  })

  it('lets a connection wait for a slot with its first byte late, until another closes', () => {
    const yaml = SIMPLE.replace('times:', 'slots: { connections: 1 }\ntimes:')
    const { heard } = runAt(yaml, 'streaming', [0, 0])
    // The first stream ends 40 ms after its run, at 141 ms.
    expect(heard.map(({ said }) => said[0])).toEqual([
      { what: 'ping', at: 1_000 },
      { what: 'ping', at: 142_000 },
    ])
  })

  it('keeps the slot of an idle connection that has carried a request', () => {
    const clock = new VirtualClock()
    const model = createModel(profileOf(SIMPLE.replace('times:', 'slots: { connections: 1 }\ntimes:')), clock, { seed: 1 })
    const idle = model.connect()
    const other = model.connect()
    const served: string[] = []
    idle.whenServed((at) => served.push(`idle ${at}`))
    other.whenServed((at) => served.push(`other ${at}`))
    clock.at(seconds(7), () => idle.close())
    drain(clock)
    expect(served).toEqual(['idle 0', 'other 7000000'])
  })

  it('ends the stream of a run that waits longer than the queue allows, without a word, and still runs it', () => {
    const { heard, records, model } = runAt(queueOf(1, '400s'), 'streaming', [0, 0])
    expect(heard[1]!.said).toEqual([
      { what: 'ping', at: 0 },
      { what: 'end', at: 300e6 },
    ])
    expect(records[1]).toMatchObject({ outcome: 'no-result', started: 400e6, finished: 800e6 })
    expect(model.stats()).toMatchObject({ active: 0, outcomes: { succeeded: 1, 'no-result': 1 } })
  })

  it('forgets a run whose client left before its connection was served', () => {
    const clock = new VirtualClock()
    const model = createModel(profileOf(SIMPLE.replace('times:', 'slots: { connections: 1 }\ntimes:')), clock, { seed: 1 })
    model.begin(order('streaming'), listener())
    const second = model.begin(order('streaming'), listener())
    clock.at(micros(10_000), () => second.leave())
    drain(clock)
    expect(model.stats()).toMatchObject({ started: 1, active: 0 })
  })

  it('serves constant arrivals to c workers of constant speed as worked out by hand (D/D/3)', () => {
    // A run each 20 ms, 100 ms each, three workers: the limit is 30/s, so run n starts at the latest 100 ms after run n − 3.
    const moments = Array.from({ length: 12 }, (_, n) => n * 20_000)
    const { records } = runAt(queueOf(3, '100ms'), 'streaming', moments)
    expect(records.map(({ started }) => started! / 1000)).toEqual([0, 20, 40, 100, 120, 140, 200, 220, 240, 300, 320, 340])
  })

  it('waits as the formula of Pollaczek and Khinchine says (M/D/1 at 80 %: twice the service time)', () => {
    const wait = meanWait(queueOf(1, '10ms'), 1, 80, 20_000)
    expect(wait).toBeGreaterThan(0.02 * 0.9)
    expect(wait).toBeLessThan(0.02 * 1.1)
  })

  it("waits as Erlang's formula says (M/M/3 at 80 %)", () => {
    // C(3, 2.4) = 0.6472, mean wait = C / (cµ − λ) = 0.6472 / (3 · 100 − 240) s = 10.79 ms.
    const wait = meanWait(queueOf(3, '{ exponential: 10ms }'), 3, 240, 25_000)
    expect(wait).toBeGreaterThan(0.01079 * 0.88)
    expect(wait).toBeLessThan(0.01079 * 1.12)
  })
})

/** Mean wait for a worker in seconds, over `count` Poisson arrivals at `rate` per second. */
function meanWait(yaml: string, seed: number, rate: number, count: number): number {
  const clock = new VirtualClock()
  const model = createModel(profileOf(yaml), clock, { seed })
  const random = keyed(seed, 'arrivals')
  let [waited, at] = [0, 0]
  const silent: RunObserver = {
    say() {},
    over: (record) => {
      waited += record.started! - record.arrived
    },
  }
  let sent = 0
  const arrive = () => {
    model.begin(order('blocking'), silent)
    if (++sent >= count) return
    at += (exponential(random) * 1e6) / rate
    clock.at(Math.round(at) as Micros, arrive)
  }
  clock.at(micros(0), arrive)
  drain(clock)
  return waited / count / 1e6
}

describe('a server that freezes', () => {
  const yaml = `${queueOf(100, '50ms')}freeze: { first: 1s, every: 10s, for: 500ms }`

  it('does what was due when it thaws, pings and new connections among it', () => {
    const { heard } = runAt(yaml, 'streaming', [0, 960_000, 1_200_000, 1_600_000])
    expect(heard.map(({ said }) => said.map(({ what, at }) => `${at / 1000} ${what}`)).slice(1)).toEqual([
      ['960 ping', '960 workflow_started', '960 node_started', '1500 node_finished', '1500 workflow_finished', '1540 end'],
      ['1500 ping', '1500 workflow_started', '1500 node_started', '1550 node_finished', '1550 workflow_finished', '1590 end'],
      ['1600 ping', '1600 workflow_started', '1600 node_started', '1650 node_finished', '1650 workflow_finished', '1690 end'],
    ])
  })

  it('lets elapsed_time grow for a run that it caught', () => {
    const { records } = runAt(yaml, 'streaming', [0, 960_000])
    expect(records.map(({ started, finished }) => finished! - started!)).toEqual([50_000, 540_000])
  })

  it('lets a run that it caught before its start begin at the thaw, and then take its whole time', () => {
    const late = yaml.replace('start: 0ms', 'start: 20ms')
    expect(runAt(late, 'streaming', [0, 990_000]).records[1]).toMatchObject({ started: 1_500_000, finished: 1_550_000 })
  })

  it('comes again after its period, counted from the first run request', () => {
    const { records } = runAt(yaml, 'blocking', [5_000_000, 6_100_000, 16_100_000, 26_600_000])
    expect(records.map(({ arrived, finished }) => (finished! - arrived) / 1000)).toEqual([50, 450, 450, 50])
  })
})
