import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { ECHO, profileOf, SIMPLE } from './profiles.ts'
import { eventsOf, get, post, rawCall, runRequest } from './raw-call.ts'
import { again, bodyOf, headersOf, once, recordingOf, sequenceOf, shapeOf, shapesOf, withoutChance } from './recordings.ts'

const simulators: Simulator[] = []
async function start(yaml: string, more: object = {}): Promise<string> {
  const simulator = await startSimulator({ profile: { ...profileOf(yaml), ...more } })
  simulators.push(simulator)
  return simulator.url
}
afterAll(() => Promise.all(simulators.map((simulator) => simulator.close())))

describe('the echo workflow as recorded', () => {
  let url: string
  beforeAll(async () => {
    url = await start(ECHO)
  })

  it('streams the same bytes in the same chunks, ids and times aside', async () => {
    const recording = recordingOf('run-streaming-success')
    const reply = await again(url, recording)
    expect(headersOf(reply.headers)).toEqual(headersOf(recording.response.headers))
    expect(reply.chunks.map((chunk) => withoutChance(chunk.toString()))).toEqual(
      recording.response.chunks.map(({ data }) => withoutChance(data)),
    )
    expect(reply.end).toBe('complete')
  })

  it('streams inputs that were not given as empty text, and takes a number as user', async () => {
    const recording = recordingOf('run-streaming-user-number')
    const reply = await again(url, recording)
    expect(withoutChance(reply.body)).toBe(withoutChance(bodyOf(recording)))
  })

  it.each(['run-blocking-success', 'run-no-response-mode', 'run-unknown-input'])('answers %s with the same bytes', async (name) => {
    const recording = recordingOf(name)
    const reply = await again(url, recording)
    expect(reply.status).toBe(200)
    expect(headersOf(reply.headers)).toEqual(headersOf(recording.response.headers))
    expect(withoutChance(reply.body)).toBe(withoutChance(bodyOf(recording)))
  })

  it('tells the detail of a run, inputs as JSON inside JSON', async () => {
    const run = await again(url, recordingOf('run-streaming-success'))
    const reply = await rawCall(url, get(`/v1/workflows/run/${eventsOf(run.body)[1]!.workflow_run_id}`))
    const recording = recordingOf('detail-succeeded')
    expect(headersOf(reply.headers)).toEqual(headersOf(recording.response.headers))
    expect(withoutChance(reply.body)).toBe(withoutChance(bodyOf(recording)))
  })

  it('runs the published version by its id', async () => {
    const first = JSON.parse((await rawCall(url, runRequest('blocking', { query: 'v' }))).body)
    const recording = recordingOf('run-by-workflow-id-ok')
    const path = `/v1/workflows/${first.data.workflow_id}/run`
    const reply = await rawCall(url, { ...runRequest('blocking', { query: 'v' }), path })
    expect(withoutChance(reply.body)).toBe(withoutChance(bodyOf(recording)))
  })

  it('says what the workflow takes', async () => {
    const recording = recordingOf('get-parameters')
    const reply = await again(url, recording)
    expect(reply.body.replace('"file_size_limit": 15', '"file_size_limit": 1')).toBe(bodyOf(recording))
  })

  it.each([
    'error-bad-json',
    'error-bad-response-mode',
    'error-bad-scheme',
    'error-empty-bearer',
    'error-empty-body',
    'error-input-not-in-options',
    'error-input-too-long-blocking',
    'error-input-too-long-streaming',
    'error-input-wrong-type-number',
    'error-input-wrong-type-string',
    'error-inputs-not-object',
    'error-missing-inputs',
    'error-missing-required-input-blocking',
    'error-missing-required-input-streaming',
    'error-missing-user',
    'error-no-token',
    'error-unknown-path',
    'error-wrong-content-type',
    'error-wrong-method',
    'detail-not-a-uuid',
    'detail-unknown',
    'get-meta',
    'get-workflow-logs-bad-limit',
    'run-by-workflow-id-bad',
    'run-by-workflow-id-unknown',
    'stop-no-user',
    'stop-ok',
    'stop-unknown-task',
    'upload-no-file',
    'upload-not-multipart',
    'upload-wrong-field',
  ])('answers %s with the same status, headers and body', async (name) => {
    const recording = recordingOf(name)
    const reply = await again(url, recording)
    expect(reply.status).toBe(recording.response.status)
    expect(headersOf(reply.headers)).toEqual(headersOf(recording.response.headers))
    expect(reply.body).toBe(bodyOf(recording))
  })

  it.each(['get-info', 'get-site', 'upload-no-user', 'upload-unknown-extension'])('answers %s in the same shape', async (name) => {
    const recording = recordingOf(name)
    const reply = await again(url, recording)
    expect(reply.status).toBe(recording.response.status)
    expect(headersOf(reply.headers)).toEqual(headersOf(recording.response.headers))
    expect(shapeOf(JSON.parse(reply.body))).toEqual(shapeOf(JSON.parse(bodyOf(recording))))
  })

  it('lists its runs in the log, latest first', async () => {
    const recording = recordingOf('get-workflow-logs')
    const reply = await again(url, recording)
    expect(shapeOf(JSON.parse(reply.body))).toEqual(shapeOf(JSON.parse(bodyOf(recording))))
    expect(JSON.parse(reply.body).has_more).toBe(true)
  })
})

it('refuses another key where the profile has one', async () => {
  const recording = recordingOf('error-invalid-token')
  const reply = await again(await start(ECHO, { apiKey: 'app-the-only-one' }), recording)
  expect([reply.status, reply.body]).toEqual([401, bodyOf(recording)])
})

describe('a model that streams, as recorded', () => {
  const LLM = `
description: llm
inputs: [{ variable: spec, type: paragraph }]
times: { admission: 1ms, start: 1ms, between: 1ms, stop: 20ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
  - { id: llm, title: LLM, type: llm, text: { first: 30ms, chunks: 24, gap: 2ms } }
  - { id: end, title: End, type: end, takes: 1ms }
outputs: { text: llm.text, usage: llm.usage }
`
  it('sends the same events in the same order, with the same keys and types', async () => {
    const recording = recordingOf('run-streaming-llm')
    const reply = await again(await start(LLM), recording)
    const [ours, theirs] = [eventsOf(reply.body), eventsOf(bodyOf(recording))]
    expect(ours.map(({ event }) => event)).toEqual(theirs.map(({ event }) => event))
    expect(sequenceOf(reply.body)).toEqual(sequenceOf(bodyOf(recording)))
    expect(shapesOf(reply.body)).toEqual(shapesOf(bodyOf(recording)))
    expect(ours.at(-1)!.data.outputs.text).toBe(
      ours.flatMap(({ event, data }) => (event === 'text_chunk' && data.from_variable_selector[1] === 'text' ? [data.text] : [])).join(''),
    )
    expect(ours.at(-1)!.data).toMatchObject({ total_tokens: 31, total_steps: 3 })
  })

  it('holds the text of a parallel branch back, then sends it in a burst', async () => {
    const url = await start(`
description: parallel
inputs: [{ variable: spec, type: paragraph }]
times: { admission: 1ms, start: 1ms, between: 1ms, stop: 20ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
  - parallel:
      - { id: a, title: A, type: llm, text: { first: 40ms, chunks: 10, gap: 3ms } }
      - { id: b, title: B, type: llm, text: { first: 40ms, chunks: 10, gap: 2ms } }
  - { id: end, title: End, type: end, takes: 1ms }
outputs: { a: a.text, b: b.text }
`)
    const recording = recordingOf('run-streaming-llm-parallel')
    const reply = await again(url, recording)
    // Branch b ends first here and last there; the text comes in the order of the outputs in both.
    const texts = (body: string) => once(sequenceOf(body).filter((kind) => kind.startsWith('text')))
    expect(texts(reply.body)).toEqual(['text of a,text', 'text of end,answer', 'text of b,text'])
    expect(texts(bodyOf(recording)).slice(0, 3)).toEqual(texts(reply.body))
    const kinds = eventsOf(reply.body).map(({ event, data }) => [event, data?.node_id ?? ''].join(' ').trim())
    expect(kinds.filter((kind) => kind.startsWith('node_'))).toEqual([
      'node_started start',
      'node_finished start',
      'node_started a',
      'node_started b',
      'node_finished b',
      'node_finished a',
      'node_started end',
      'node_finished end',
    ])
  })
})

describe('runs that do not succeed, as recorded', () => {
  const sends = async (recordingName: string, yaml: string, outcomes: object) => {
    const recording = recordingOf(recordingName)
    const url = await start(yaml, { outcomes })
    return { reply: await again(url, recording), recording, url }
  }
  const NODES = (kind: string, id: string) => `
description: fails
inputs: [{ variable: draft, type: paragraph }]
times: { admission: 1ms, start: 1ms, between: 1ms, stop: 20ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
  - { id: ${id}, title: It, type: ${kind}, takes: 10ms, output: { body: fallback } }
  - { id: end, title: End, type: end, takes: 1ms }
outputs: { body: ${id}.body }
`
  const terminal = (body: string) => {
    const last = eventsOf(body).at(-1)!
    return [last.event, shapeOf(last), last.data.status, last.data.total_steps, last.data.exceptions_count]
  }

  it('fails at a node', async () => {
    const { reply, recording } = await sends('run-streaming-failed-node', NODES('code', 'code'), { 'workflow-failed': 1 })
    expect(sequenceOf(reply.body)).toEqual(sequenceOf(bodyOf(recording)))
    expect(terminal(reply.body)).toEqual(terminal(bodyOf(recording)))
    expect(shapesOf(reply.body)['node_finished code']).toEqual(shapesOf(bodyOf(recording))['node_finished code'])
  })

  it('succeeds in part', async () => {
    const { reply, recording } = await sends('run-streaming-partial-succeeded', NODES('http-request', 'http'), { partial: 1 })
    expect(sequenceOf(reply.body)).toEqual(sequenceOf(bodyOf(recording)))
    expect(terminal(reply.body)).toEqual(terminal(bodyOf(recording)))
    expect(eventsOf(reply.body).map(({ data }) => data?.status)).toEqual(eventsOf(bodyOf(recording)).map(({ data }) => data?.status))
  })

  it('pauses for a person, in both modes', async () => {
    const ASK = `
description: asks
inputs: [{ variable: draft, type: paragraph }]
times: { admission: 1ms, start: 1ms, between: 1ms, stop: 20ms }
nodes: [{ id: start, title: Start, type: start, takes: 1ms }, { id: end, title: End, type: end, takes: 1ms }]
outputs: {}
`
    const { reply, recording, url } = await sends('run-streaming-paused-human-input', ASK, { paused: 1 })
    expect(sequenceOf(reply.body)).toEqual(sequenceOf(bodyOf(recording)))
    expect(shapesOf(reply.body)).toEqual(shapesOf(bodyOf(recording)))
    const blocking = recordingOf('run-blocking-paused-human-input')
    expect(shapeOf(JSON.parse((await again(url, blocking)).body))).toEqual(shapeOf(JSON.parse(bodyOf(blocking))))
    const detail = await rawCall(url, get(`/v1/workflows/run/${eventsOf(reply.body)[1]!.workflow_run_id}`))
    expect(shapeOf(JSON.parse(detail.body))).toEqual(shapeOf(JSON.parse(bodyOf(recordingOf('detail-paused')))))
  })

  it.each([
    ['aborted', 'run-streaming-stopped', 'stopped'],
    ['stopped', 'run-streaming-stopped-other-answer', 'running'],
  ] as const)('is stopped by a person, answer %s, %s, and the detail says %s', async (stop, name, stored) => {
    const recording = recordingOf(name)
    const url = await start(SIMPLE.replace('70ms', '10s'), { stop })
    let stopped: Promise<unknown> | undefined
    const reply = await rawCall(url, runRequest('streaming'), {
      until(body) {
        const llm = eventsOf(body).find(({ data }) => data?.node_id === 'llm')
        if (llm) stopped ??= rawCall(url, post(`/v1/workflows/tasks/${llm.task_id}/stop`, { user: 'lab-user' }))
        return false
      },
    })
    await stopped
    const [ours, theirs] = [eventsOf(reply.body).at(-1)!, eventsOf(bodyOf(recording)).at(-1)!]
    expect(shapeOf(ours)).toEqual(shapeOf(theirs))
    expect(ours.data).toMatchObject({ status: theirs.data.status, error: theirs.data.error, outputs: {}, total_tokens: 0, total_steps: 2 })
    const detail = JSON.parse((await rawCall(url, get(`/v1/workflows/run/${ours.workflow_run_id}`))).body)
    expect(detail).toMatchObject({ status: stored, error: stored === 'running' ? null : theirs.data.error })
  })
})
