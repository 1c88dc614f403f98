import { describe, expect, it } from 'vitest'
import type { Variable } from '../../src/core/app.ts'
import type { PlannedFile } from '../../src/core/file.ts'
import { addFiles } from '../../src/dify/file-value.ts'

const pdf: PlannedFile = { source: 'generated', format: 'pdf', name: 'a.pdf', size: 1000 }
const page: PlannedFile = { source: 'url', url: 'https://example.org/b.png' }
const variable = (
  kind: Variable['kind'],
  kinds: NonNullable<Variable['files']>['kinds'] = [],
  extensions: readonly string[] = [],
): Variable => ({
  variable: 'doc',
  label: 'doc',
  kind,
  required: true,
  options: [],
  files: { kinds, extensions, methods: [] },
})
const sent = (given: PlannedFile | readonly PlannedFile[], variables?: readonly Variable[]) =>
  addFiles(
    { inputs: { text: 'hi' } as Readonly<Record<string, unknown>>, user: 'me' },
    { files: { doc: given } },
    { variables, idOf: ({ source }) => (source === 'url' ? undefined : 'id-1') },
  ).inputs['doc']

const AS_UPLOAD = { type: 'document', transfer_method: 'local_file', upload_file_id: 'id-1' }
const AS_ADDRESS = { type: 'image', transfer_method: 'remote_url', url: 'https://example.org/b.png' }

describe('files in the body of a run', () => {
  it('are an upload’s id or an address, with the kind that the name tells', () => {
    expect(sent(pdf)).toEqual(AS_UPLOAD)
    expect(sent(page)).toEqual(AS_ADDRESS)
    expect(sent({ ...pdf, type: 'custom' })).toEqual({ ...AS_UPLOAD, type: 'custom' })
  })

  it('are an object or a list as the app wants it, whatever was written', () => {
    expect(sent(pdf, [variable('file-list')])).toEqual([AS_UPLOAD])
    expect(sent([pdf], [variable('file')])).toEqual(AS_UPLOAD)
    expect(sent([pdf, page], [variable('file-list')])).toEqual([AS_UPLOAD, AS_ADDRESS])
    // Too many for one: as written, so that the check can say so.
    expect(sent([pdf, page], [variable('file')])).toEqual([AS_UPLOAD, AS_ADDRESS])
    expect(sent([pdf], [])).toEqual([AS_UPLOAD])
  })

  it('are custom where the app takes that ending only so', () => {
    expect(sent(pdf, [variable('file', ['custom'], ['pdf'])])).toEqual({ ...AS_UPLOAD, type: 'custom' })
    expect(sent(pdf, [variable('file', ['custom', 'document'], ['pdf'])])).toEqual(AS_UPLOAD)
    expect(sent(pdf, [variable('file', ['image'])])).toEqual(AS_UPLOAD)
  })

  it('stand beside the inputs where they are the request’s own', () => {
    const drawn = { inputs: { text: 'hi' }, user: 'me' }
    expect(addFiles(drawn, { requestFiles: [page] }, { variables: [], idOf: () => undefined })).toEqual({ ...drawn, files: [AS_ADDRESS] })
    expect(addFiles(drawn, {}, { variables: [], idOf: () => undefined })).toEqual(drawn)
  })
})
