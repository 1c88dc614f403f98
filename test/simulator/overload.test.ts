import { describe, expect, it } from 'vitest'
import { micros } from '../../src/core/units.ts'
import { createModel } from '../../src/simulator/model.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import type { RunRecord } from '../../src/simulator/run-record.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'
import { profileOf, queueOf, SIMPLE } from './profiles.ts'
import type { StreamedEvent } from './raw-call.ts'
import { listener, order, runAt, runClosed, runPoisson } from './virtual-runs.ts'

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
const elapsed = ({ started, finished }: RunRecord) => finished! - started!
const times = (count: number) => Array.from({ length: count }, () => 0)
const tally = (words: readonly string[]) => {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

describe('a worker that hears of runs later than the API', () => {
  const known = (mode: 'blocking' | 'streaming') => {
    const [heard] = runAt(loadProfile('two-processes'), mode, [0]).heard
    return Object.fromEntries(heard!.said.map(({ what, at }) => [what, at / 1000]).toReversed())
  }

  it('starts a streaming run by as much later, with the ping on time, and shows its text long before a blocking run ends', () => {
    expect(known('streaming')).toMatchObject({ ping: 5, workflow_started: 60, text_chunk: 295, workflow_finished: 1020 })
    expect(known('blocking')).toMatchObject({ reply: 980 })
  })

  it('is not heard of again where its run was stopped before', () => {
    const clock = new VirtualClock()
    const model = createModel(profileOf(SIMPLE.replace('admission: 1ms', 'admission: 1ms, handover: 40ms')), clock, { seed: 1 })
    const heard = listener()
    const { record } = model.begin(order('streaming'), heard)
    clock.at(micros(5_000), () => model.stop(record.identity.taskId))
    while (clock.step());
    expect(heard.said.map(({ what }) => what)).not.toContain('workflow_started')
    expect(model.stats()).toMatchObject({ started: 0, active: 0, waiting: { workers: 0 } })
    expect(record).toMatchObject({ outcome: 'stopped' })
  })
})

describe('a core that runs share', () => {
  const cpu = (load: string) => profileOf(SIMPLE.replace('times:', `cpu: ${load}\ntimes:`))
  const on = (load: number) => ({ ...profileOf(queueOf(1_000_000, '{ exponential: 10ms }')), cpu: { worker: load, api: load } })

  it('stretches the start, the nodes and the gaps of two runs that share it to twice their length', () => {
    const { heard } = runAt(cpu('{ worker: 1 }'), 'streaming', [0, 0])
    expect(heard[1]!.said.map(({ what, at }) => `${at / 1000} ${what}`)).toEqual([
      '1 ping',
      '9 workflow_started',
      '9 node_started',
      '11 node_finished',
      '13 node_started',
      '153 text_chunk',
      '173 text_chunk',
      '193 text_chunk',
      '193 text_chunk',
      '193 node_finished',
      '195 node_started',
      '199 node_finished',
      '201 workflow_finished',
      '241 end',
    ])
  })

  it('slows a run only while another is there', () => {
    // The first has done 50 of its 100 ms when the second comes; they share until the first is done, at 151 ms; the second then has 50 left.
    const { records } = runAt(cpu('{ worker: 1 }'), 'streaming', [0, 50_000])
    expect(records.map(({ finished }) => finished! / 1000)).toEqual([151, 201])
  })

  it('leaves runs alone up to its load, and blocking runs to the other core', () => {
    expect(runAt(cpu('{ worker: 3 }'), 'streaming', times(3)).records.map(elapsed)).toEqual([96_000, 96_000, 96_000])
    expect(runAt(cpu('{ worker: 1 }'), 'blocking', times(3)).records.map(elapsed)).toEqual([96_000, 96_000, 96_000])
    expect(runAt(cpu('{ api: 1 }'), 'blocking', times(3)).records.map(elapsed)).toEqual([288_000, 288_000, 288_000])
  })

  it.each(['{ exponential: 10ms }', '10ms'])(
    'makes a run of %s five times as long at a load of 0.8, whatever its law (M/G/1 with sharing)',
    (takes) => {
      const profile = { ...profileOf(queueOf(1_000_000, takes)), cpu: { api: 1 } }
      const sojourn = mean(runPoisson(profile, 'blocking', { rate: 80, count: 20_000 }).map(elapsed))
      expect(sojourn / 10_000).toBeGreaterThan(5 * 0.9)
      expect(sojourn / 10_000).toBeLessThan(5 * 1.1)
    },
  )

  it('does as many runs a second as its load allows, however many clients there are', () => {
    const records = runClosed(on(4), 'blocking', { clients: 16, count: 8_000 })
    const rate = records.length / (records.at(-1)!.finished! / 1e6)
    expect(rate).toBeGreaterThan(400 * 0.97)
    expect(rate).toBeLessThan(400 * 1.03)
    // By Little: 16 under way = 400/s · 40 ms.
    expect(mean(records.map(elapsed)) / 40_000).toBeCloseTo(1, 1)
  })

  it.each(['streaming', 'blocking'] as const)(
    "stretches what a model says of its own times, as a real server's worker does (%s)",
    (mode) => {
      const shared = cpu('{ worker: 1, api: 1 }')
      const { heard, records } = runAt({ ...shared, outputs: { text: ['llm.text'], usage: ['llm.usage'] } }, mode, [0, 0])
      const times = { latency: 0.18, time_to_first_token: 0.14, time_to_generate: 0.04 }
      for (const { result } of records) expect(result!.outputs['usage']).toMatchObject(times)
      if (mode === 'blocking') return
      const events = heard[0]!.said.flatMap(({ message }) => (message.kind === 'event' ? [message.event as StreamedEvent] : []))
      const finished = events.find(({ event, data }) => event === 'node_finished' && data.node_type === 'llm')
      expect(finished!.data.outputs.usage).toMatchObject(times)
      const spoken = events.find(({ event, data }) => event === 'text_chunk' && data.from_variable_selector[1] === 'usage')
      expect(JSON.parse(spoken!.data.text)).toMatchObject(times)
    },
  )

  it('gives a run that is stopped what it had done by then', () => {
    const clock = new VirtualClock()
    const model = createModel(cpu('{ worker: 1 }'), clock, { seed: 1 })
    const [first] = [listener(), listener()].map((one) => model.begin(order('streaming'), one))
    // After 4 + 2 ms of work it is in its second node; with two runs that is at 13 ms.
    clock.at(micros(5_000), () => model.stop(first!.record.identity.taskId))
    while (clock.step());
    expect(first!.record).toMatchObject({ finished: 15_000, result: { steps: 2 } })
  })
})

describe('a pool of database connections', () => {
  const pool = loadProfile('database-pool')

  it.each(['blocking', 'streaming'] as const)('is emptied by a burst in %s mode: 30 s of nothing, then 500 for most', (mode) => {
    const { heard, records } = runAt(pool, mode, times(64))
    expect(tally(records.map(({ outcome }) => outcome))).toEqual({ succeeded: 20, rejected: 44 })
    expect(Math.min(...heard.map(({ said }) => said[0]!.at))).toBeGreaterThanOrEqual(30e6)
    expect(Math.max(...heard.map(({ said }) => said[0]!.at))).toBeLessThan(31.4e6)
    const refused = heard.find(
      ({ said }) => said[0]!.what === 'reply' && said[1]!.what === 'end' && JSON.stringify(said[0]!.message).includes('500'),
    )
    expect(refused!.said[0]!.message).toEqual({
      kind: 'reply',
      status: 500,
      body: { message: 'Internal Server Error', code: 'unknown', status: 500 },
    })
    for (const record of records) if (record.outcome === 'succeeded') expect(elapsed(record)).toBe(900_000)
  })

  it('is not by a burst that it can hold, nor by as many that come one after the other', () => {
    expect(tally(runAt(pool, 'blocking', times(39)).records.map(({ outcome }) => outcome))).toEqual({ succeeded: 39 })
    const rising = Array.from({ length: 640 }, (_, n) => n * 10_000)
    const { records } = runAt(pool, 'blocking', rising)
    expect(Math.max(...records.map(({ arrived, finished }) => finished! - arrived))).toBe(1_115_000)
  })

  it('is not by clients in a closed loop whose number rises slowly to that of the burst', () => {
    const clock = new VirtualClock()
    const model = createModel(pool, clock, { seed: 1 })
    const outcomes: string[] = []
    const next = () => {
      const { record } = model.begin(order('blocking'), {
        say: ({ kind }) => {
          if (kind !== 'reply') return
          outcomes.push(record.outcome)
          if (outcomes.length < 2_000) clock.at(clock.now(), next)
        },
      })
    }
    for (let client = 0; client < 64; client++) clock.at(micros(client * 300_000), next)
    while (clock.step());
    expect(outcomes.length).toBeGreaterThanOrEqual(2_000)
    expect(tally(outcomes)).toEqual({ succeeded: outcomes.length })
  })

  it('lets those through that come when it has recovered', () => {
    const { records } = runAt(pool, 'blocking', [...times(64), 31e6])
    expect(records[64]).toMatchObject({ outcome: 'succeeded', finished: 32_115_000 })
  })

  it('says how many wait for it', () => {
    const clock = new VirtualClock()
    const model = createModel(pool, clock, { seed: 1 })
    for (let n = 0; n < 64; n++) model.begin(order('blocking'), listener())
    let waiting = 0
    clock.at(micros(10e6), () => {
      waiting = model.stats().waiting.database
    })
    while (clock.step());
    expect(waiting).toBe(64)
  })
})

describe("an app's limit", () => {
  const limited = loadProfile('limited')

  it('turns blocking runs away past it, at once and in the words of a real server', () => {
    const { heard, records } = runAt(limited, 'blocking', times(9))
    expect(records.map(({ outcome }) => outcome)).toEqual([...times(8).map(() => 'succeeded'), 'throttled'])
    expect(heard[8]!.said[0]).toMatchObject({
      at: 5_000,
      message: { status: 400, body: { code: 'invalid_param', message: expect.stringMatching(/^Too many requests\..* is 8\.$/) } },
    })
  })

  it('does not bind streaming runs', () => {
    expect(tally(runAt(limited, 'streaming', times(20)).records.map(({ outcome }) => outcome))).toEqual({ succeeded: 20 })
  })

  it("turns away the share that Erlang's loss formula says", () => {
    const records = runPoisson(limited, 'blocking', { rate: 80, count: 20_000 })
    const lost = records.filter(({ outcome }) => outcome === 'throttled').length / records.length
    expect(lost).toBeGreaterThan(0.236 - 0.015)
    expect(lost).toBeLessThan(0.236 + 0.015)
  })
})

describe('connections that streams hold on to', () => {
  const connections = loadProfile('connections')

  it('begin no more streams a second than they can hold, with elapsed_time flat', () => {
    const { heard, records } = runAt(connections, 'streaming', times(30))
    expect(heard.map(({ said }) => said[0]!.at / 1000).filter((_, n) => n % 10 === 0)).toEqual([5, 1110, 2215])
    expect(new Set(records.map(elapsed))).toEqual(new Set([90_000]))
  })
})

describe('a proxy that buffers', () => {
  const proxied = loadProfile('proxied')

  it('hands a stream on in bursts, the last one when the stream ends, and elapsed_time knows nothing of it', () => {
    const { heard, records } = runAt(proxied, 'streaming', [0])
    const { said } = heard[0]!
    const bursts = [...new Set(said.map(({ at }) => at))]
    expect(bursts.length).toBeGreaterThan(2)
    expect(bursts.length).toBeLessThan(7)
    expect(bursts[0]).toBeGreaterThan(100_000)
    expect(said[0]!.what).toBe('ping')
    expect(said.find(({ what }) => what === 'workflow_finished')!.at).toBe(1_455_000)
    expect(elapsed(records[0]!)).toBe(440_000)
    const direct = runAt({ ...proxied, proxy: undefined }, 'streaming', [0]).heard[0]!.said
    expect(said.map(({ what }) => what)).toEqual(direct.map(({ what }) => what))
  })

  it('lets a blocking reply through as it is', () => {
    expect(runAt(proxied, 'blocking', [0]).heard[0]!.said.map(({ at }) => at)).toEqual([455_000, 455_000])
  })

  it('holds nothing longer than it is told', () => {
    const { heard } = runAt({ ...proxied, proxy: { every: micros(50_000) } }, 'streaming', [0])
    const bursts = [...new Set(heard[0]!.said.map(({ at }) => at / 1000))]
    expect(bursts.slice(0, 3)).toEqual([55, 110, 160])
  })

  it('holds nothing at all without a buffer', () => {
    const { heard } = runAt({ ...proxied, proxy: {} }, 'streaming', [0])
    expect(heard[0]!.said[0]).toMatchObject({ what: 'ping', at: 5_000 })
  })
})
