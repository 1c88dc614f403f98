import { expect, it } from 'vitest'
import { drawWithFiles } from '../../src/run/upload-files.ts'
import { planOf } from '../helpers/samples.ts'

const doc = { source: 'generated', format: 'pdf', name: 'a.pdf', size: 1000 } as const
const set = { weight: 1, values: { text: 'hi' }, order: 'sequential', whenExhausted: 'repeat' } as const
const upload = (user: string, id: string) => ({ user, file: 'generated a.pdf, 1000 bytes', name: 'a.pdf', size: 1000, id })
const draw = (inputs: object, uploads = [upload('u0', 'first'), upload('u1', 'second')]) =>
  drawWithFiles(planOf({ user: 'u{{n}}', inputs: [{ ...set, name: 'one', ...inputs }] }), { run: 'r', uploads, variables: undefined })

it('each run is sent the upload of its own user', () => {
  const drawn = [0, 1].map((n) => draw({ files: { doc }, requestFiles: [doc] })('load', n, {}))
  const file = (id: string) => ({ type: 'document', transfer_method: 'local_file', upload_file_id: id })
  expect(drawn).toEqual([
    { inputSet: 'one', user: 'u0', inputs: { text: 'hi', doc: file('first') }, files: [file('first')] },
    { inputSet: 'one', user: 'u1', inputs: { text: 'hi', doc: file('second') }, files: [file('second')] },
  ])
})

it('a run without files is sent as it was drawn', () => {
  expect(draw({})('load', 7, {})).toEqual({ inputSet: 'one', user: 'u7', inputs: { text: 'hi' } })
})

it('a user whose files nobody uploaded is a bug, not a load of refusals', () => {
  expect(() => draw({ files: { doc } })('load', 2, {})).toThrow(/no upload of a\.pdf/)
})
