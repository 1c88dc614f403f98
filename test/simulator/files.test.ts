import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { profileOf } from './profiles.ts'
import { eventsOf, type RawReply, rawCall, runRequest } from './raw-call.ts'

/** What the recorded workflow with files was. */
const FILES = `
description: "lab: files"
inputs:
  - { variable: doc, type: file, required: true }
  - { variable: docs, type: file-list, max_length: 2 }
times: { admission: 1ms, start: 1ms, between: 1ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
  - { id: end, title: End, type: end, takes: 1ms }
outputs: { doc: start.doc, docs: start.docs }
`

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: profileOf(FILES) })
})
afterAll(() => simulator.close())

const recorded = (name: string): string => {
  const { response } = JSON.parse(readFileSync(new URL(`../fixtures/recordings/${name}.json`, import.meta.url), 'utf8'))
  return response.chunks.map(({ data }: { data: string }) => data).join('')
}

interface Upload {
  readonly name?: string
  readonly type?: string
  readonly user?: string | undefined
  readonly content?: string
}

function upload({ name = 'dot.png', type = 'image/png', user, content = 'anything' }: Upload): Promise<RawReply> {
  const part = (disposition: string, text: string) =>
    `--here\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`.replace('"\r\n\r\n', `"\r\nContent-Type: ${type}\r\n\r\n`)
  const body = `${user === undefined ? '' : part('name="user"', user)}${part(`name="file"; filename="${name}"`, content)}--here--\r\n`
  const headers = { Authorization: 'Bearer app-key', 'Content-Type': 'multipart/form-data; boundary=here' }
  return rawCall(simulator.url, { method: 'POST', path: '/v1/files/upload', headers, body })
}

const idOf = async (file: Upload): Promise<string> => JSON.parse((await upload(file)).body).id
const local = (type: string, id: string) => ({ type, transfer_method: 'local_file', upload_file_id: id })
const remote = (type: string, name: string) => ({ type, transfer_method: 'remote_url', url: `http://127.0.0.1:58080/${name}` })
const run = (mode: 'blocking' | 'streaming', inputs: object, more: object = {}) => rawCall(simulator.url, runRequest(mode, inputs, more))

/** Keys in order and types, at every depth. */
const shapeOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.slice(0, 1).map(shapeOf)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([key, field]) => [key, shapeOf(field)])
      : value === null
        ? 'null'
        : typeof value

describe('a file that was uploaded', () => {
  it('is used by a run of its user, in the form that was recorded', async () => {
    const reply = await run('streaming', { doc: local('image', await idOf({ user: 'lab-user' })) })
    const [ours, theirs] = [eventsOf(reply.body), eventsOf(recorded('run-streaming-files-local'))]
    expect(ours.map(({ event }) => event)).toEqual(theirs.map(({ event }) => event))
    expect(ours.map(shapeOf)).toEqual(theirs.map(shapeOf))
    expect(ours[2]!.data.text).toMatch(/^!\[dot\.png\]\(http:/)
  })

  it('goes with files on the web, in a list too', async () => {
    const docs = [remote('document', 'notes.txt'), local('image', await idOf({ user: 'lab-user' }))]
    const reply = await run('blocking', { doc: remote('document', 'notes.txt'), docs })
    const [ours, theirs] = [JSON.parse(reply.body), JSON.parse(recorded('run-blocking-files-remote'))]
    expect(shapeOf(ours)).toEqual(shapeOf(theirs))
    expect(ours.data.outputs.doc).toEqual(theirs.data.outputs.doc)
    expect(ours.data.outputs.docs.map(({ filename, size }: { filename: string; size: number }) => [filename, size])).toEqual([
      ['notes.txt', -1],
      ['dot.png', 8],
    ])
  })

  it('has an id of its own each time', async () => {
    expect(await idOf({ user: 'a' })).not.toBe(await idOf({ user: 'a' }))
  })
})

describe('a file that cannot be used is refused as recorded', () => {
  const REFUSED: readonly (readonly [what: string, recording: string, inputs: () => Promise<object>])[] = [
    ['of another user', 'error-file-other-user', async () => ({ doc: local('image', await idOf({ user: 'other' })) })],
    ['uploaded without a user', 'error-file-unknown-id', async () => ({ doc: local('image', await idOf({})) })],
    ['that is not known', 'error-file-unknown-id', async () => ({ doc: local('image', '00000000-0000-0000-0000-000000000003') })],
    ['of another kind', 'error-file-wrong-type', async () => ({ doc: local('video', await idOf({ user: 'lab-user' })) })],
    ['that is missing', 'error-file-required-missing', async () => ({})],
    [
      'one of too many',
      'error-file-too-many',
      async () => ({ doc: remote('document', 'a.txt'), docs: Array(3).fill(remote('document', 'a.txt')) }),
    ],
  ]
  it.each(REFUSED)('%s', async (_what, recording, inputs) => {
    const given = await inputs()
    const reply = await run('streaming', given)
    expect([reply.status, reply.body]).toEqual([200, recorded(recording)])
    const { message } = JSON.parse(reply.body.split('data: ')[1]!)
    const blocking = await run('blocking', given)
    expect([blocking.status, JSON.parse(blocking.body)]).toEqual([400, { code: 'invalid_param', message, status: 400 }])
  })

  it('on the web with a name of another kind', async () => {
    const reply = await run('blocking', { doc: remote('image', 'notes.txt') })
    expect([reply.status, reply.body]).toEqual([400, recorded('error-file-wrong-type-blocking')])
  })

  it.each([
    ['a kind that the app does not take', { doc: remote('audio', 'a.mp3') }, 'File validation failed for file: a.mp3'],
    ['no id', { doc: { type: 'image', transfer_method: 'local_file' } }, 'Invalid upload file id'],
    ['an id that is none', { doc: local('image', 'x') }, 'Invalid upload file id format'],
  ])('with %s', async (_what, inputs, message) => {
    expect(JSON.parse((await run('blocking', inputs)).body)).toMatchObject({ message })
  })

  it('as one of the body: its kind must be what it says', async () => {
    const inputs = { doc: remote('document', 'a.txt') }
    const wrong = await run('blocking', inputs, { files: [remote('image', 'a.pdf')] })
    expect(JSON.parse(wrong.body).message).toMatch(/^Detected file type/)
    const right = await run('streaming', inputs, { files: [remote('image', 'a.png')] })
    expect(eventsOf(right.body)[1]!.data.inputs['sys.files']).toMatchObject([{ filename: 'a.png' }])
  })
})

describe('an upload is refused', () => {
  it('for its ending, as recorded', async () => {
    const reply = await upload({ name: 'a.exe' })
    expect([reply.status, reply.body]).toEqual([400, recorded('upload-blocked-extension')])
  })

  it('for its size, which depends on its kind, as recorded', async () => {
    const content = 'x'.repeat(11 * 1024 * 1024)
    const reply = await upload({ name: 'a.png', content })
    expect([reply.status, reply.body]).toEqual([413, recorded('upload-too-large')])
    expect((await upload({ name: 'a.txt', content })).status).toBe(201)
  })
})
