import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Micros, micros } from '../../src/core/units.ts'
import type { Transport } from '../../src/http/transport.ts'
import { oneExchange, plainClock } from '../helpers/one-exchange.ts'
import { bodyOf, type Recording, readRecording } from '../helpers/recordings.ts'
import { cutAt, rawReply, replayServer } from '../helpers/replay-server.ts'
import { EXPECTATIONS } from './expectations.ts'
import { withoutTimes } from './without-times.ts'

const NAMES = [
  'run-streaming-success',
  'run-streaming-unicode-output',
  'run-streaming-llm-parallel',
  'run-streaming-iteration-4',
  'run-streaming-failed-node',
  'run-streaming-paused-human-input',
  'run-streaming-worker-killed',
  'error-missing-required-input-streaming',
  'run-blocking-failed-node',
  'error-over-app-limit-blocking',
] as const

/** Feeds the client a reply's body in the given pieces, without a socket, one piece per turn of the event loop. */
function fed({ response }: Recording, pieces: readonly Buffer[], now: () => Micros): Transport {
  const { head } = response
  if (!head) throw new Error('nothing to feed')
  const headers = Object.fromEntries(head.headers.map(([name, value]) => [name.toLowerCase(), value]))
  return {
    close: () => {},
    send(_request, sink) {
      let cancelled = false
      const turns: (() => void)[] = [
        () => sink.sent(now(), { connection: 0, reused: false }),
        () => sink.head({ status: head.status, headers }, now()),
        ...pieces.map((bytes) => () => sink.chunk(bytes, now())),
        () => sink.end(now()),
      ]
      const next = () => {
        if (!cancelled) turns.shift()?.()
        if (!cancelled && turns.length > 0) setImmediate(next)
      }
      setImmediate(next)
      return () => {
        cancelled = true
      }
    },
  }
}

async function fedSample(name: string, cuts: readonly number[]): Promise<unknown> {
  const recording = readRecording(name)
  const clock = plainClock()
  const transport = fed(recording, cutAt(bodyOf(recording), cuts), () => micros(clock.now()))
  return withoutTimes(await oneExchange('http://127.0.0.1:1/v1', { mode: EXPECTATIONS[name]!.mode, clock, transport }))
}

const cutsOf = (length: number) => fc.array(fc.integer({ min: 1, max: length }), { maxLength: 40 })

describe('however the bytes of a body are split, the sample is the same', () => {
  test.each(NAMES)('%s', async (name) => {
    const whole = await fedSample(name, [])
    await fc.assert(
      fc.asyncProperty(cutsOf(bodyOf(readRecording(name)).length), async (cuts) => {
        expect(await fedSample(name, cuts)).toEqual(whole)
      }),
      { numRuns: 30 },
    )
  })

  test.each(['run-streaming-unicode-output', 'run-streaming-failed-node'])(
    'also inside each character of more than one byte: %s',
    async (name) => {
      const body = bodyOf(readRecording(name))
      const inside = [...body.keys()].filter((offset) => (body[offset]! & 0xc0) === 0x80)
      expect(inside.length).toBeGreaterThan(4)
      expect(await fedSample(name, inside)).toEqual(await fedSample(name, []))
    },
  )

  test('a character that is cut in half is whole in what the sample says', async () => {
    const body = bodyOf(readRecording('run-streaming-failed-node'))
    const cut = body.lastIndexOf('你好') + 1
    expect(await fedSample('run-streaming-failed-node', [cut])).toMatchObject({ outcome: { detail: expect.stringContaining('boom 你好') } })
  })

  test('also at each single offset around the terminal event', async () => {
    const name = 'run-streaming-success'
    const body = bodyOf(readRecording(name))
    const start = body.indexOf('data: {"event":"workflow_finished"')
    const whole = await fedSample(name, [])
    for (let offset = start - 2; offset < start + 40; offset++) expect(await fedSample(name, [offset]), `${offset}`).toEqual(whole)
    for (let offset = body.length - 4; offset < body.length; offset++) expect(await fedSample(name, [offset]), `${offset}`).toEqual(whole)
  })
})

test('however the raw reply is split over a socket, head and chunk coding included, the sample is the same', async () => {
  const whole = await replayServer({ cut: [] })
  const length = (name: string) => rawReply(readRecording(name).response).reduce((sum, { bytes }) => sum + bytes.length, 0)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...NAMES).chain((name) => fc.tuple(fc.constant(name), cutsOf(length(name)))),
      async ([name, cuts]) => {
        const split = await replayServer({ cut: cuts })
        const { mode } = EXPECTATIONS[name]!
        const [expected, sample] = await Promise.all([whole, split].map((server) => oneExchange(server.baseUrl(name), { mode })))
        await split.close()
        expect(withoutTimes(sample!)).toEqual(withoutTimes(expected!))
      },
    ),
    { numRuns: 25 },
  )
  await whole.close()
})
