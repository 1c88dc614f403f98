import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadProfile, PROFILES } from '../../src/simulator/profile.ts'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { isRun, readRecording, recordingNames } from '../helpers/recordings.ts'
import { rawCall, runRequest } from '../simulator/raw-call.ts'
import { learnShapes, type SeenReply, shapeFaults } from './shape.ts'

const seen = (name: string): SeenReply => {
  const { head, chunks } = readRecording(name).response
  return { status: head?.status ?? 0, headers: head?.headers ?? [], chunks: chunks.map(({ bytes }) => bytes) }
}
const names = recordingNames().filter((name) => isRun(readRecording(name)) && readRecording(name).response.head)
const book = learnShapes(names.map(seen))

describe('the rules hold for what a real server sent', () => {
  test.each(names)('%s', (name) => {
    expect(shapeFaults(seen(name), book)).toEqual([])
  })

  test('and each reply of a run is known', () => {
    expect(names.length).toBe(92)
    expect(book.headers.get('stream')?.size).toBe(1)
    expect(book.headers.get('200')?.size).toBe(1)
  })
})

describe('each rule can be broken', () => {
  const changed = (name: string, change: (texts: string[]) => string[]): SeenReply => {
    const reply = seen(name)
    const chunks = change(reply.chunks.map((chunk) => chunk.toString())).map((text) => Buffer.from(text))
    const length = `${Buffer.concat(chunks).length}`
    return { ...reply, chunks, headers: reply.headers.map(([key, value]) => [key, key === 'Content-Length' ? length : value]) }
  }
  const STREAM = 'run-streaming-success'
  const swapped = (from: string, to: string) => (texts: string[]) => texts.map((text) => text.replace(from, to))

  test.each<readonly [string, SeenReply, RegExp]>([
    ['a header too many', { ...seen(STREAM), headers: [...seen(STREAM).headers, ['Cache-Control', 'no-cache']] }, /headers of stream/],
    ['headers in another order', { ...seen(STREAM), headers: seen(STREAM).headers.toReversed() }, /headers of stream/],
    [
      'another content type',
      { ...seen(STREAM), headers: [['Content-Type', 'text/event-stream'], ...seen(STREAM).headers.slice(1)] },
      /header Content-Type/,
    ],
    ['an unknown status', { ...seen('error-bad-json'), status: 418 }, /never seen/],
    ['no ping first', changed(STREAM, (texts) => texts.slice(1)), /no ping/],
    ['two events in one chunk', changed(STREAM, ([a, b, c, ...rest]) => [a!, b! + c!, ...rest]), /not one event/],
    ['an event name', changed(STREAM, (texts) => texts.map((text) => text.replace('data: ', 'event: message\ndata: '))), /not one event/],
    ['spaced JSON', changed(STREAM, swapped('"event":"', '"event": "')), /spaced/],
    ['escapes in a stream', changed('run-streaming-unicode-output', swapped('ü', '\\u00fc')), /escapes/],
    ['a late start', changed(STREAM, ([ping, , ...rest]) => [ping!, ...rest]), /starts with text_chunk/],
    ['an end before the end', changed(STREAM, (texts) => [...texts.slice(0, -2), texts.at(-1)!, texts.at(-2)!]), /not the last/],
    ['a node that ends before it starts', changed(STREAM, (texts) => texts.toSpliced(7, 2, texts[8]!, texts[7]!)), /not under way/],
    ['a node that never ends', changed(STREAM, (texts) => texts.toSpliced(8, 1)), /succeeded while/],
    ['other ids', changed(STREAM, (texts) => texts.with(3, texts[3]!.replace(/"task_id":"[^"]+"/, '"task_id":"other"'))), /other ids/],
    ['a field too few', changed(STREAM, swapped('"exceptions_count":0,', '')), /keys of data of workflow_finished/],
    [
      'fields in another order',
      changed(STREAM, swapped('"total_tokens":0,"total_steps":2', '"total_steps":2,"total_tokens":0')),
      /keys of/,
    ],
    ['a number as text', changed(STREAM, swapped('"elapsed_time":0.029164', '"elapsed_time":"0.029164"')), /elapsed_time is string/],
    ['a new event', changed(STREAM, swapped('"event":"text_chunk"', '"event":"text_piece"')), /never seen/],
    ['compact JSON in a blocking reply', changed('run-blocking-success', swapped('"status": ', '"status":')), /compact/],
    ['raw UTF-8 in a blocking reply', changed('run-blocking-success', swapped('hello', 'héllo')), /raw UTF-8/],
    ['a refusal that says another status', changed('error-bad-json', swapped('400', '500')), /status 500/],
    ['a refusal without a line end', changed('error-bad-json', swapped('\n', '')), /line end/],
  ])('%s', (_title, reply, fault) => {
    expect(shapeFaults(reply, book).join('\n')).toMatch(fault)
  })
})

/** What a profile sends on purpose though it was not recorded. */
const NOT_RECORDED: Readonly<Record<string, readonly RegExp[]>> = {
  // Refusals known from Dify's source, and replies that are none of Dify's.
  flaky: [
    /^keys of error: event, workflow_run_id, code, message, status$/,
    /^a reply of kind 429 was never seen$/,
    /^a chunk that is not one event: data: \{"event":"workflow_started","workflow_run_id":\n\n$/,
    /^header Content-Type: text\/html/,
    /^no JSON object$/,
  ],
  // The recordings were made without a proxy.
  proxied: [/^headers of [^:]+: Server, .*, Connection$/],
}

describe.concurrent('the simulator keeps the rules', () => {
  const simulators = new Map<string, Simulator>()
  beforeAll(async () => {
    for (const profile of PROFILES) simulators.set(profile, await startSimulator({ profile: loadProfile(profile), seed: 11 }))
  })
  afterAll(() => Promise.all([...simulators.values()].map((simulator) => simulator.close())))

  /** Enough to meet every outcome of `flaky` that comes as a reply. */
  const runsOf = (profile: string) => (profile === 'flaky' ? 60 : 3)

  test.each(PROFILES.flatMap((profile) => [[profile, 'streaming'] as const, [profile, 'blocking'] as const]))(
    '%s, %s',
    async (profile, mode) => {
      const { url } = simulators.get(profile)!
      const patience = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 3000).unref())
      const replies = await Promise.all(
        Array.from({ length: runsOf(profile) }, () =>
          Promise.race([
            rawCall(url, runRequest(mode, { text: 'Grüße' }), {
              until: (body) => /"event":"(workflow_finished|workflow_paused|error)".*\n\n$/.test(body),
            }),
            patience,
          ]),
        ),
      )
      // What breaks by design is no reply to judge by: a run cut short, a page that is none of Dify's, silence.
      const whole = replies.flatMap((reply) => (reply && reply.status > 0 && reply.end !== 'reset' && reply.end !== 'fin' ? [reply] : []))
      expect(whole.length).toBeGreaterThan(runsOf(profile) / 2)
      const faults = whole.map((reply) => shapeFaults(reply, book)).filter((found) => found.length > 0)
      const unexpected = faults.filter((found) => !found.some((fault) => NOT_RECORDED[profile]?.some((known) => known.test(fault))))
      expect(unexpected).toEqual([])
    },
  )
})
