import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GeneratedFormat, PlannedFile } from '../../src/core/file.ts'
import type { InputSet } from '../../src/core/plan.ts'
import { keyed } from '../../src/core/random.ts'
import { readFileSettings, readVariables } from '../../src/dify/app.ts'
import { addFiles, filesOf } from '../../src/dify/file-value.ts'
import { runBody } from '../../src/dify/request.ts'
import { readUploadId, uploadBody } from '../../src/dify/upload.ts'
import { findInInputs } from '../../src/run/check-inputs.ts'
import { generateFile } from '../../src/scenario/generate-file.ts'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { profileOf } from '../simulator/profiles.ts'

const APP = `
description: takes files
inputs:
  - { variable: doc, type: file, required: true, allowed_file_types: [document, custom], allowed_file_extensions: [.json] }
  - { variable: pictures, type: file-list, max_length: 2, allowed_file_types: [image] }
  - { variable: upload, type: file, allowed_file_types: [document], allowed_file_upload_methods: [local_file] }
  - { variable: address, type: file, allowed_file_types: [document], allowed_file_upload_methods: [remote_url] }
times: { admission: 1ms, start: 1ms, between: 1ms }
nodes: [{ id: start, title: Start, type: start, takes: 1ms }]
outputs: {}
`
const made = (format: GeneratedFormat, size = 2000, more: Partial<PlannedFile> = {}): PlannedFile =>
  ({ source: 'generated', format, name: `a.${format}`, size, ...more }) as PlannedFile
const there = (name: string, more: Partial<PlannedFile> = {}): PlannedFile =>
  ({ source: 'url', url: `https://example.org/${name}`, ...more }) as PlannedFile
const doc = made('pdf')

type Files = NonNullable<InputSet['files']>
const TAKEN: readonly (readonly [what: string, files: Files])[] = [
  ['a document that is uploaded', { doc }],
  ['a document on the web', { doc: there('a.pdf') }],
  ['a file that is custom by its ending', { doc: made('json') }],
  ['one in a list of one', { doc: [doc] }],
  ['one where the app wants a list', { doc, pictures: made('png') }],
  ['as many as allowed', { doc, pictures: [made('png'), there('b.webp')] }],
  ['each by the way that is allowed', { doc, upload: made('csv'), address: there('a.md') }],
  ['one as large as allowed', { doc: made('txt', 15 * 1024 * 1024) }],
]
const REFUSED: readonly (readonly [what: string, files: Files])[] = [
  ['a required file is missing', {}],
  ['two for one', { doc: [doc, doc] }],
  ['a kind that is not allowed', { doc: made('png') }],
  ['a kind that is not allowed, on the web', { doc: there('a.mp3') }],
  ['a kind that is not allowed, in a list', { doc, pictures: [made('pdf')] }],
  ['an ending that is not allowed', { doc: there('a.xyz', { type: 'custom' }) }],
  ['a type that it is not', { doc: made('png', 2000, { type: 'document' }) }],
  ['a type that it is not, on the web', { doc: there('a.png', { type: 'document' }) }],
  ['too many', { doc, pictures: [made('png'), made('png'), made('png')] }],
  ['an address where only uploads go', { doc, upload: there('a.pdf') }],
  ['an upload where only addresses go', { doc, address: made('pdf') }],
  ['too large', { doc: made('txt', 15 * 1024 * 1024 + 1) }],
]

describe('what check says of files is what the simulator does', () => {
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator({ profile: profileOf(APP) })
  })
  afterAll(() => simulator.close())

  const ask = (path: string, contentType: string, body?: string | Uint8Array) =>
    fetch(simulator.url + path, {
      ...(body !== undefined && { method: 'POST', body: body as string }),
      headers: { authorization: 'Bearer app-any', 'content-type': contentType },
    })
  const setOf = (files: Files): InputSet => ({ name: 'only', weight: 1, values: {}, order: 'sequential', whenExhausted: 'repeat', files })

  async function problems(files: Files): Promise<readonly string[]> {
    const parameters: unknown = await (await ask('/parameters', 'application/json')).json()
    const app = { variables: readVariables(parameters)!, files: readFileSettings(parameters) }
    return findInInputs({ seed: 1, user: 'u', inputs: [setOf(files)] }, app).problems
  }

  /** The status of a blocking run, or of the first upload that is refused. */
  async function status(files: Files): Promise<number> {
    const variables = readVariables(await (await ask('/parameters', 'application/json')).json())
    const ids = new Map<PlannedFile, string>()
    for (const file of filesOf(setOf(files))) {
      if (file.source !== 'generated') continue
      const { contentType, body } = uploadBody(
        'u',
        { name: file.name, content: generateFile(file.format, file.size, keyed(1)) },
        'boundary',
      )
      const reply = await ask('/files/upload', contentType, body)
      if (reply.status !== 201) return reply.status
      ids.set(file, readUploadId(await reply.text())!)
    }
    const { inputs } = addFiles({ inputs: {} }, setOf(files), { variables, idOf: (file) => ids.get(file) })
    return (await ask('/workflows/run', 'application/json', runBody({ inputs, mode: 'blocking', user: 'u' }))).status
  }

  it.each(TAKEN)('%s: no problem, and it runs', async (_, files) => {
    expect([await problems(files), await status(files)]).toEqual([[], 200])
  })

  it.each(REFUSED)('%s: a problem, and it is refused', async (_, files) => {
    expect(await problems(files)).toHaveLength(1)
    expect([400, 413]).toContain(await status(files))
  })
})
