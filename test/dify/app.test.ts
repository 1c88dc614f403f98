import { describe, expect, it } from 'vitest'
import { looksLikeChat, readAppInfo, readFileSettings, readVariables } from '../../src/dify/app.ts'
import { bodyOf, readRecording } from '../helpers/recordings.ts'

const recorded = (name: string): unknown => JSON.parse(bodyOf(readRecording(name)).toString())

describe('the inputs of an app', () => {
  it('are read from what a real server said', () => {
    expect(readVariables(recorded('get-parameters'))).toEqual([
      { variable: 'query', label: 'query', kind: 'text-input', required: true, maxLength: 48, options: [] },
      { variable: 'n', label: 'n', kind: 'number', required: false, options: [] },
      { variable: 'choice', label: 'choice', kind: 'select', required: false, options: ['a', 'b'] },
      { variable: 'long', label: 'long', kind: 'paragraph', required: false, maxLength: 2000, options: [] },
      { variable: 'flag', label: 'flag', kind: 'checkbox', required: false, options: [] },
    ])
    const files = { kinds: ['image', 'document'], extensions: [], methods: ['local_file', 'remote_url'] }
    expect(readVariables(recorded('get-parameters-files'))).toEqual([
      { variable: 'doc', label: 'doc', kind: 'file', required: true, options: [], files },
      { variable: 'docs', label: 'docs', kind: 'file-list', required: false, maxLength: 2, options: [], files },
    ])
  })

  it('are none where the list is empty, and unknown where there is no list', () => {
    expect(readVariables({ user_input_form: [] })).toEqual([])
    for (const reply of [{}, { user_input_form: {} }, [], null, 'text', undefined]) expect(readVariables(reply)).toBeUndefined()
  })

  it('may be of a kind, and have fields, that this version does not know', () => {
    const form = [
      { json_object: { variable: 'data', required: true, json_schema: {}, hide: false } },
      { 'text-input': { label: 'without a name' } },
      'nonsense',
      null,
      { paragraph: { variable: 'text', label: 'Your\u001b[31m\n question', max_length: 0, options: null, required: 'yes' } },
    ]
    expect(readVariables({ user_input_form: form })).toEqual([
      { variable: 'data', label: 'data', kind: 'other', required: true, options: [] },
      { variable: 'text', label: 'Your question', kind: 'paragraph', required: false, options: [] },
    ])
  })
})

describe('what an app says of itself', () => {
  it('is its name, its description and its mode', () => {
    expect(readAppInfo(recorded('get-info'))).toEqual({ name: 'echo', description: 'lab: echo', mode: 'workflow' })
  })

  it('lacks what an older server does not say', () => {
    expect(readAppInfo({ name: 'echo', description: '', tags: [] })).toEqual({ name: 'echo' })
    expect(readAppInfo(undefined)).toEqual({})
  })
})

it.each([
  ['an opening statement', { opening_statement: 'Hello!' }, true],
  ['suggested questions', { suggested_questions: ['Why?'] }, true],
  ['questions after an answer', { suggested_questions_after_answer: { enabled: true } }, true],
  [
    'what a workflow sends',
    { opening_statement: '', suggested_questions: [], suggested_questions_after_answer: { enabled: false } },
    false,
  ],
  ['nothing', undefined, false],
])('%s tells whether the app is made for chat', (_, parameters, chat) => {
  expect(looksLikeChat(parameters)).toBe(chat)
})

describe('what a server says of files in general', () => {
  it('is read in bytes from what a real one said', () => {
    const MB = 1024 * 1024
    expect(readFileSettings(recorded('get-parameters-files'))).toEqual({
      sizes: { image: 10 * MB, audio: 50 * MB, video: 100 * MB, other: MB },
      request: { kinds: ['image', 'document'], extensions: [], methods: ['local_file', 'remote_url'], most: 3 },
    })
    expect(readFileSettings(recorded('get-parameters')).request).toBeUndefined()
  })

  it('is nothing where the reply does not say it', () => {
    for (const reply of [{}, { system_parameters: { file_size_limit: 'large' } }, null])
      expect(readFileSettings(reply)).toEqual({ sizes: {} })
  })
})
