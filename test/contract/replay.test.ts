import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MARKS, type Mark, type Sample } from '../../src/core/sample.ts'
import { milliseconds, seconds } from '../../src/core/units.ts'
import { oneExchange, plainClock } from '../helpers/one-exchange.ts'
import { bodyOf, isRun, readRecording, recordingNames } from '../helpers/recordings.ts'
import { type ReplayServer, rawReply, replaySchedule, replayServer, type Served } from '../helpers/replay-server.ts'
import { type Expectation, writeSpan } from './expectation.ts'
import { EXPECTATIONS, NO_RUNS } from './expectations.ts'
import { withoutTimes } from './without-times.ts'

/** Longer than any silence that is left in a replay. */
const PATIENT = { firstEvent: seconds(15), idle: seconds(15), timeout: { blocking: seconds(15), streaming: seconds(15) } }

/** How much later than its bytes were written a mark may be: replays share the process and its event loop. */
const LATE_MS = 100

interface Replay {
  readonly sample: Sample
  readonly served: Served
  /** What the marks' zero is on the server's clock, in ms. */
  readonly zero: number
}

let server: ReplayServer

async function replayed(name: string, { mode, outcome }: Expectation): Promise<Replay> {
  const zero = performance.now()
  const clock = plainClock()
  const abortAfter = outcome === 'interrupted' ? { abortAfter: milliseconds(readRecording(name).response.endAt) } : {}
  const sample = await oneExchange(server.baseUrl(name), { mode, clock, limits: PATIENT, ...abortAfter })
  const served = server.served.find((one) => one.name === name)
  if (!served) throw new Error(`${name}: no request came`)
  return { sample, served, zero }
}

const rows = Object.entries(EXPECTATIONS)
const replays = new Map<string, Replay>()

beforeAll(async () => {
  server = await replayServer()
  await Promise.all(rows.map(async ([name, row]) => replays.set(name, await replayed(name, row))))
}, 30_000)

afterAll(() => server.close())

const replayOf = (name: string): Replay => replays.get(name)!

test('every recorded run has its row, and what has none says why', () => {
  const runs = recordingNames().filter((name) => isRun(readRecording(name)))
  expect(Object.keys(EXPECTATIONS).sort()).toEqual(runs)
  expect([...runs, ...Object.values(NO_RUNS).flat()].sort()).toEqual(recordingNames())
})

describe('a recorded run gives', () => {
  test.each(rows)('%s: its outcome, with the reason in words', (name, row) => {
    const { outcome, httpStatus } = replayOf(name).sample
    expect(outcome.kind).toBe(row.outcome)
    expect(httpStatus).toBe(row.httpStatus)
    for (const part of row.detail ?? []) expect(outcome.detail).toContain(part)
    expect((outcome.detail ?? '').length).toBeLessThanOrEqual(200)
    if (!['succeeded', 'partial', 'paused', 'interrupted'].includes(row.outcome)) expect(outcome.detail).toBeTruthy()
  })

  test.each(rows)('%s: the marks that came and no others, in order', (name, row) => {
    const { marks, ended } = replayOf(name).sample
    const came = MARKS.filter((mark) => marks[mark] !== undefined)
    const due = ['intended', 'released', 'sent', ...MARKS.filter((mark) => row.at[mark] !== undefined)]
    const orClosed = row.at.closed === undefined ? came.filter((mark) => mark !== 'closed') : came
    expect(orClosed).toEqual(due)
    const inTime = came.filter((mark) => mark !== 'closed').map((mark) => marks[mark]!)
    expect(inTime).toEqual(inTime.toSorted((a, b) => a - b))
    expect(ended).toBeDefined()
    if (marks.finished !== undefined) expect(ended).toBe(marks.finished)
    if (marks.closed !== undefined) expect(marks.closed).toBeGreaterThanOrEqual(ended!)
  })

  test.each(rows)('%s: what the server counted, and what came of the stream', (name, row) => {
    const { sample } = replayOf(name)
    const { elapsed, tokens, steps, events, pings, textChunks, bytes, unknownEvents, textGaps, nodes } = sample
    expect({ elapsed, tokens, steps }).toEqual({ elapsed: row.elapsed, tokens: row.tokens, steps: row.steps })
    expect({ events, pings, textChunks, unknownEvents, bytes }).toEqual({
      events: row.events ?? 0,
      pings: row.pings ?? 0,
      textChunks: row.textChunks ?? 0,
      unknownEvents: 0,
      bytes: row.bytes,
    })
    expect(textGaps).toHaveLength(Math.max(0, textChunks - 1))
    expect(sample.longestGap === undefined).toBe(events < 2)
    expect(nodes.map(writeSpan)).toEqual(row.nodes ?? [])
  })

  test.each(rows)('%s: the ids by which the run is found on the server', (name, row) => {
    const { taskId, workflowRunId } = replayOf(name).sample
    const text = bodyOf(readRecording(name)).toString()
    const told = (key: string) => new RegExp(`"${key}": ?"([^"]+)"`).exec(text)?.[1]
    expect({ taskId, workflowRunId }).toEqual({ taskId: told('task_id'), workflowRunId: told('workflow_run_id') })
    expect(taskId !== undefined && workflowRunId !== undefined).toBe(row.ids === true)
  })

  test.each(rows)('%s: each moment when its bytes came', (name, row) => {
    const { sample, served, zero } = replayOf(name)
    for (const [mark, at] of Object.entries(row.at) as [Mark, number][]) {
      if (mark === 'closed') continue
      const [earliest, latest] = written(name, served, at)
      const seen = zero + sample.marks[mark]! / 1e3
      expect(seen, `${mark} before its bytes`).toBeGreaterThanOrEqual(earliest - 1)
      expect(seen, `${mark} long after its bytes`).toBeLessThanOrEqual(latest + LATE_MS)
    }
  })
})

test('half of all marks are within 5 ms of the server writing their bytes', () => {
  const late = rows.flatMap(([name, { at }]) =>
    (Object.entries(at) as [Mark, number][]).flatMap(([mark, when]) => {
      if (mark === 'closed') return []
      const { sample, served, zero } = replayOf(name)
      return [zero + sample.marks[mark]! / 1e3 - written(name, served, when)[1]]
    }),
  )
  expect(late.length).toBeGreaterThan(300)
  expect(late.toSorted((a, b) => a - b)[Math.floor(late.length / 2)]).toBeLessThanOrEqual(5)
})

test.each(rows.filter(([, { nodes }]) => nodes))('%s: nodes have their titles, and start and end inside the run', (name) => {
  const { marks, nodes, ended } = replayOf(name).sample
  const sent = bodyOf(readRecording(name)).toString()
  for (const { nodeId, title, started, finished, status } of nodes) {
    expect(sent).toContain(`"node_id":${JSON.stringify(nodeId)}`)
    expect(sent).toContain(`"title":${JSON.stringify(title)}`)
    expect(started).toBeGreaterThanOrEqual(marks.firstEvent!)
    expect(finished === undefined).toBe(status === undefined)
    if (finished !== undefined) {
      expect(finished).toBeGreaterThanOrEqual(started!)
      expect(finished).toBeLessThanOrEqual(ended!)
    }
  }
})

test('the run ends with its last event, though the stream stays open for a second', () => {
  const { marks, cut } = replayOf('run-streaming-success').sample
  expect(marks.closed! - marks.finished!).toBeGreaterThan(seconds(0.95))
  expect(marks.finished! - marks.sent!).toBeLessThan(seconds(0.5))
  expect(cut).toBeUndefined()
})

test('a stream held after an error is cut when it has lingered, and the run had ended before', async () => {
  const held = await replayServer({ longestGap: Number.POSITIVE_INFINITY })
  const name = 'error-missing-required-input-streaming'
  const sample = await oneExchange(held.baseUrl(name), { mode: 'streaming', limits: { linger: milliseconds(200) } })
  expect(sample.outcome.kind).toBe('rejected')
  expect(sample.cut).toBe(true)
  expect(sample.marks.closed! - sample.marks.finished!).toBeGreaterThanOrEqual(milliseconds(199))
  expect(sample.marks.closed! - sample.marks.finished!).toBeLessThan(seconds(1.5))
  await held.served[0]!.gone
  expect(held.open()).toBe(0)
  await held.close()
})

test('a run that a person interrupts keeps what had come, and lets the connection go', async () => {
  const { sample, served } = replayOf('run-streaming-client-closes')
  expect(sample.outcome.kind).toBe('interrupted')
  expect(sample.marks.finished).toBeUndefined()
  expect(sample.ended! - sample.marks.intended).toBeGreaterThanOrEqual(milliseconds(1000))
  await served.gone
})

// Long replies are left out where they would come in tens of thousands of pieces.
describe('cut into pieces, a reply gives the same sample', () => {
  const cuttable = rows.filter(([name, { outcome }]) => rawReply(readRecording(name).response).length > 0 && outcome !== 'interrupted')
  const pieces: readonly [cut: number, names: readonly (readonly [string, Expectation])[]][] = [
    [1, cuttable.filter(([, { bytes }]) => bytes < 5000)],
    [7, cuttable.filter(([, { bytes }]) => bytes < 20_000)],
    [16, cuttable],
  ]

  test.each(pieces)(
    'of %i bytes',
    async (cut, cutRows) => {
      const cutter = await replayServer({ cut })
      for (let from = 0; from < cutRows.length; from += 16)
        await Promise.all(
          cutRows.slice(from, from + 16).map(async ([name, { mode }]) => {
            const sample = await oneExchange(cutter.baseUrl(name), { mode, limits: PATIENT })
            expect(withoutTimes(sample), name).toEqual(withoutTimes(replayOf(name).sample))
          }),
        )
      await cutter.close()
    },
    30_000,
  )

  test('as the relay of the recording did, 1 ms apart', async () => {
    const name = 'run-streaming-llm-cut-into-16-bytes'
    const relay = await replayServer({ cut: 16, pause: 1 })
    const sample = await oneExchange(relay.baseUrl(name), { mode: 'streaming', limits: PATIENT })
    expect(withoutTimes(sample)).toEqual(withoutTimes(replayOf(name).sample))
    expect(sample.marks.finished! - sample.marks.sent!).toBeGreaterThan(milliseconds(400))
    await relay.close()
  })
})

/** When the bytes recorded at `at` were written again: the first and the last of that moment. */
function written(name: string, served: Served, at: number): readonly [earliest: number, latest: number] {
  const { response } = readRecording(name)
  const times = rawReply(response).flatMap((piece, index) => (piece.at === at ? [served.wrote[index]!.at] : []))
  if (times.length === 0) throw new Error(`${name}: nothing was recorded at ${at}`)
  const due = replaySchedule(response).pieces[rawReply(response).findIndex((piece) => piece.at === at)]!.at
  expect(Math.min(...times) - served.request.at, 'the replay itself was early').toBeGreaterThanOrEqual(due - 1)
  return [Math.min(...times), Math.max(...times)]
}
