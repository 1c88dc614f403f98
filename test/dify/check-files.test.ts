import { describe, expect, it } from 'vitest'
import type { FileSettings, Variable } from '../../src/core/app.ts'
import { readFileSettings, readVariables } from '../../src/dify/app.ts'
import { checkInputs } from '../../src/dify/check-inputs.ts'
import { bodyOf, readRecording } from '../helpers/recordings.ts'

const PARAMETERS = JSON.parse(bodyOf(readRecording('get-parameters-files')).toString())
const [DOC, DOCS] = readVariables(PARAMETERS) as [Variable, Variable]
const SETTINGS = readFileSettings(PARAMETERS)
const OPTIONAL: Variable = { ...DOC, required: false }

const uploads = new Map([
  ['pdf', { name: 'a.pdf', size: 1000 }],
  ['png', { name: 'a.png', size: 1000 }],
  ['txt', { name: 'a.txt', size: 1024 * 1024 }],
  ['large', { name: 'large.pdf', size: 1024 * 1024 + 1 }],
  ['picture', { name: 'picture.PNG', size: 2 * 1024 * 1024 }],
  ['mp3', { name: 'a.mp3', size: 1000 }],
  ['log', { name: 'a.log', size: 1000 }],
])
const local = (type: string, id: string) => ({ type, transfer_method: 'local_file', upload_file_id: id })
const remote = (type: string, name: string) => ({ type, transfer_method: 'remote_url', url: `https://example.org/${name}` })

function found(
  variables: readonly Variable[],
  inputs: object,
  { files, settings = SETTINGS }: { files?: readonly Record<string, unknown>[]; settings?: FileSettings } = {},
) {
  const sent = { inputs: inputs as Record<string, unknown>, ...(files && { files }) }
  const { problems, warnings } = checkInputs(variables, sent, { settings, uploads })
  return [...problems.map(({ wrong }) => `problem: ${wrong}`), ...warnings.map(({ wrong }) => `warning: ${wrong}`)]
}
const withRules = (more: Partial<NonNullable<Variable['files']>>): Variable => ({
  ...OPTIONAL,
  label: 'Your document',
  files: { ...DOC.files!, ...more },
})

describe('files are held against the app', () => {
  it.each([
    ['a document that is uploaded', { doc: local('document', 'pdf') }],
    ['an image on the web', { doc: remote('image', 'a.png?size=2') }],
    ['one just as large as allowed', { doc: local('document', 'txt') }],
    ['an image larger than a document may be', { doc: local('image', 'picture') }],
    ['one whose address does not say what it is', { doc: remote('document', 'download') }],
    ['one that somebody uploaded by hand', { doc: local('image', 'c85cb668-fbae-4b95-afde-43e45c113f15') }],
    ['a list with one of each', { docs: [local('document', 'pdf'), remote('image', 'a.png')] }],
    ['none', {}],
    ['an empty text, as browsers send it', { doc: '', docs: '' }],
  ])('%s is no problem', (_, inputs) => {
    expect(found([OPTIONAL, DOCS], inputs)).toEqual([])
  })

  it.each([
    ['a kind that the app does not take', { doc: local('audio', 'mp3') }, 'takes image, document, and a.mp3 is of the kind audio'],
    ['a name of no kind', { doc: local('custom', 'log') }, 'takes image, document, and a.log is of none of these kinds by its name'],
    [
      'a type that is not the name’s',
      { doc: local('image', 'pdf') },
      'says that a.pdf is of the kind image, and by its name it is of the kind document',
    ],
    [
      'the same on the web',
      { doc: remote('image', 'notes.txt') },
      'says that notes.txt is of the kind image, and by its name it is of the kind document',
    ],
    ['one byte too many', { doc: local('document', 'large') }, ': large.pdf has 1048577 bytes, and the server takes 1048576 of its kind'],
    ['no way to come', { doc: { type: 'image' } }, 'does not say how its file comes (transfer_method)'],
    [
      'neither address nor upload',
      { doc: { type: 'image', transfer_method: 'remote_url' } },
      'has a file with neither an address nor an upload',
    ],
    ['a type that there is not', { doc: remote('pdf', 'a.pdf') }, 'has a file of a type that Dify does not know'],
    ['two where there is room for one', { doc: [local('document', 'pdf'), local('image', 'png')] }, 'is one file, and this is a list of 2'],
  ])('%s is a problem', (_, inputs, wrong) => {
    expect(found([withRules({})], inputs)).toEqual([`problem: doc ("Your document")${wrong.startsWith(':') ? '' : ' '}${wrong}`])
  })

  it('in a list, each of them', () => {
    expect(found([DOCS], { docs: [local('document', 'pdf'), local('audio', 'mp3')] })).toEqual([
      'problem: docs takes image, document, and a.mp3 is of the kind audio',
    ])
    expect(found([DOCS], { docs: Array(3).fill(local('document', 'pdf')) })).toEqual(['problem: docs has 3 files, and the app takes 2'])
    // What a file of a list is was not seen to be looked at.
    expect(found([DOCS], { docs: [local('image', 'pdf')] })[0]).toMatch(/^warning: docs says that a\.pdf is of the kind image/)
  })

  it('by the endings that the app allows for its custom kind', () => {
    const custom = withRules({ kinds: ['custom'], extensions: ['log', 'xyz'] })
    expect(found([custom], { doc: local('custom', 'log') })).toEqual([])
    expect(found([custom], { doc: remote('custom', 'a.bin') })).toEqual([
      'problem: doc ("Your document") takes names that end in .log, .xyz, and a.bin does not',
    ])
  })

  it('by how they may come; of images the server does not look at it', () => {
    const [byAddress, byUpload] = [withRules({ methods: ['remote_url'] }), withRules({ methods: ['local_file'] })]
    expect(found([byAddress], { doc: local('document', 'pdf') })).toEqual([
      'problem: doc ("Your document") takes files by their address only, and this one would be uploaded',
    ])
    expect(found([byUpload], { doc: remote('document', 'a.pdf') })).toEqual([
      'problem: doc ("Your document") takes uploads only, and this is an address',
    ])
    expect(found([byUpload], { doc: remote('image', 'a.png') })[0]).toMatch(/^warning: /)
  })
})

describe('files of the request itself', () => {
  it('are held against the app’s own file upload', () => {
    const files = (...all: Record<string, unknown>[]) => found([], {}, { files: all })
    expect(files(local('document', 'pdf'))).toEqual([])
    expect(files(local('audio', 'mp3'))).toEqual(['problem: requestFiles takes image, document, and a.mp3 is of the kind audio'])
    expect(files(...Array(4).fill(remote('image', 'a.png')))).toEqual(['problem: requestFiles has 4 files, and the app takes 3'])
  })

  it('are worth a warning where that is switched off', () => {
    const settings = { sizes: SETTINGS.sizes }
    expect(found([], {}, { files: [remote('image', 'a.png')], settings })).toEqual([
      'warning: requestFiles is sent, but the app has its own file upload switched off',
    ])
    expect(found([], {}, { files: [local('document', 'large')], settings })[0]).toMatch(/^problem: .*1048577 bytes/)
  })
})
