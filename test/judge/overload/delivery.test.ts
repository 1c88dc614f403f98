import { describe, expect, test } from 'vitest'
import type { Delivery } from '../../../src/core/diagnosis.ts'
import type { PhaseSummary } from '../../../src/core/phase-summary.ts'
import type { MachineSecond } from '../../../src/core/record.ts'
import { micros, seconds } from '../../../src/core/units.ts'
import { describeDelivery as describeDeliveryOf } from '../../../src/judge/overload/delivery.ts'
import { diagnoseOverload } from '../../../src/judge/overload/overload.ts'
import { summarise } from '../../../src/measure/summary.ts'
import { loadProfile } from '../../../src/simulator/profile.ts'
import { modelTransport } from '../../helpers/model-transport.ts'
import { isRun, readRecording, recordingNames } from '../../helpers/recordings.ts'
import { closedPhase, machineSecond, planOf } from '../../helpers/samples.ts'
import { OBEY, virtualRun } from '../../helpers/virtual-run.ts'
import { bytes, end, head, type Server, STREAM, sent } from '../../helpers/virtual-transport.ts'

const describeDelivery = (phase: PhaseSummary, proxied = false) => describeDeliveryOf(phase, { proxied })

const RUNS = 20
const { length: _, ...twenty } = closedPhase({ name: 'streams', mode: 'streaming', from: 1, to: 1, runs: RUNS })
const PLAN = planOf({ phases: [twenty] })

/** Gives a recorded stream to every request, each chunk at `when` of its recorded moment (µs). */
function recorded(name: string, when: (at: number, bytesSoFar: number) => number = (at) => at): Server {
  const { response } = readRecording(name)
  const [first = 0, last] = [response.head?.at, response.endAt * 1000]
  let soFar = 0
  let latest = 0
  const later = (at: number) => {
    latest = Math.max(latest, when(at, soFar))
    return latest
  }
  const chunks = response.chunks.map(({ at, bytes: chunk }) => {
    soFar += chunk.length
    return bytes(Math.round(later(at * 1000)), chunk)
  })
  return () => [sent(0), head(Math.min(first * 1000, chunks[0]?.after ?? 0), 200, STREAM), ...chunks, end(Math.max(last, latest))]
}

async function phaseOf(server: Server, machine: readonly MachineSecond[] = []): Promise<PhaseSummary> {
  const { lines } = await virtualRun(PLAN, server)
  return (await summarise(PLAN, lines, machine)).phases['streams']!
}
const deliveryOf = async (server: Server, machine?: readonly MachineSecond[]): Promise<Delivery | undefined> =>
  describeDelivery(await phaseOf(server, machine))

/** A proxy: nothing is passed on before there are so many bytes of it, or the stream has ended. */
function held(name: string, buffer: number): Server {
  const { response } = readRecording(name)
  const marks: { readonly from: number; readonly at: number }[] = []
  let [soFar, from] = [0, 0]
  for (const { at, bytes: chunk } of response.chunks) {
    soFar += chunk.length
    if (soFar - from < buffer) continue
    marks.push({ from: soFar, at: at * 1000 })
    from = soFar
  }
  return recorded(name, (_, upTo) => marks.find(({ from }) => from >= upTo)?.at ?? response.endAt * 1000)
}

const streams = recordingNames().filter((name) => {
  const { request, response } = readRecording(name)
  return (
    isRun({ request } as ReturnType<typeof readRecording>) &&
    (request.body ?? '').includes('"streaming"') &&
    response.chunks.some(({ bytes: chunk }) => chunk.includes('workflow_finished'))
  )
})

describe('what a real server sent without a proxy is never called one', () => {
  test.each(streams)('%s', async (name) => expect((await deliveryOf(recorded(name)))?.buffered ?? false).toBe(false))

  test('a parallel branch that was held back and came in a burst shares its reads, and starts on time', async () => {
    const phase = await phaseOf(recorded('run-streaming-llm-parallel'))
    expect(phase.metrics['coalesced']!.p50).toBeGreaterThan(0.2)
    expect(describeDelivery(phase)!.buffered).toBe(false)
  })
})

describe('a proxy that buffers is named', () => {
  test.each(streams)('%s, held back to 4 kB', async (name) => {
    const phase = await phaseOf(held(name, 4096))
    // Runs that failed are in no distribution.
    expect(describeDelivery(phase)?.buffered).toBe(phase.metrics['coalesced'] ? true : undefined)
  })

  test.each([
    ['run-streaming-llm-400-tokens', 8192],
    ['run-streaming-llm-chain', Number.POSITIVE_INFINITY],
  ])('%s, held back until there are %d bytes', async (name, buffer) => {
    const delivery = await deliveryOf(held(name, buffer))
    expect(delivery).toMatchObject({ buffered: true, text: expect.stringContaining('`proxy_buffering off`') })
  })

  test('as one only where the target named one before the load: an API process that is short of CPU holds back as well', async () => {
    const phase = await phaseOf(held('run-streaming-llm-400-tokens', 8192))
    expect(describeDelivery(phase, true)!.text).toMatch(
      /^A proxy between here and Dify holds events back: .*; set `proxy_buffering off` in it\./,
    )
    const { text, proxied } = describeDelivery(phase)!
    expect(proxied).toBe(false)
    expect(text).toMatch(/^The API process, or a proxy before it, holds events back: .*SERVER_WORKER_AMOUNT/)
    expect(text).not.toContain('A proxy')
  })

  test('the simulator’s proxy, and not its server without it', async () => {
    const found = async (proxy: 'with' | 'without') => {
      const { proxy: buffering, ...profile } = loadProfile('proxied')
      const served = proxy === 'with' ? { ...profile, proxy: buffering } : { ...profile, proxy: undefined }
      const { measured } = await virtualRun(PLAN, OBEY, { transport: (clock) => modelTransport(clock, served) })
      return describeDelivery(measured.phases['streams']!)?.buffered
    }
    expect([await found('with'), await found('without')]).toEqual([true, false])
  })

  test('and no overload is read off its marks', async () => {
    const light = { ...(await phaseOf(held('run-streaming-llm-400-tokens', 8192))), inFlight: { mean: 1, max: 1 } }
    const slower = (name: string) => ({ ...light.metrics[name]!, ...scaled(light.metrics[name]!, 3) })
    const loaded = {
      ...light,
      metrics: {
        ...light.metrics,
        response_time: slower('response_time'),
        first_byte: slower('first_byte'),
        first_event: slower('first_event'),
      },
    }
    expect(diagnoseOverload(loaded, [light])).toMatchObject({
      kind: 'unclear',
      suspects: [],
      because: expect.stringContaining('held back on the way'),
    })
  })
})

const scaled = (metric: PhaseSummary['metrics'][string], by: number) => ({
  p50: metric.p50 * by,
  p75: metric.p75 * by,
  p90: metric.p90 * by,
  p95: metric.p95 * by,
  intervals: { p50: { low: metric.p50 * by, high: metric.p50 * by } },
})

describe('a loop of ours that stands still is no proxy', () => {
  /** Whatever came while our loop stood still is read when it wakes: here for the first 900 ms of every second. */
  const asleep = recorded('run-streaming-llm-400-tokens', (at) => Math.max(at, Math.floor(at / 1e6) * 1e6 + 900_000))

  test('where the machine’s seconds tell of it', async () => {
    const stalls = Array.from({ length: 600 }, (_, second) =>
      machineSecond(seconds(second + 1), { loop: { p50: micros(50), p99: micros(900_000), max: micros(900_000) } }),
    )
    const phase = await phaseOf(asleep, stalls)
    expect(phase.metrics['coalesced']!.p50).toBeGreaterThan(0.5)
    expect(describeDelivery(phase)!.buffered).toBe(false)
    // The same stream on a machine that never slept can only have been held elsewhere.
    expect(describeDelivery({ ...phase, ownStall: { longest: 3000, share: 0.003 } })!.buffered).toBe(true)
  })
})

test('pings are told by how often they come while a run goes on: not the one that opens the stream', async () => {
  const phase = await phaseOf(recorded('run-streaming-ping-12s'))
  expect(phase.metrics['ping_gap']!.count).toBe(RUNS)
  expect(describeDelivery(phase)!.text).toContain('Pings came every 10 s while runs went on')
})

test('runs too short for a ping say nothing of pings', async () => {
  expect(await deliveryOf(recorded('run-streaming-success'))).not.toHaveProperty('pingEvery')
})
