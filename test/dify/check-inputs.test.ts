import { describe, expect, it } from 'vitest'
import type { Variable } from '../../src/core/app.ts'
import { readVariables } from '../../src/dify/app.ts'
import { checkInputs } from '../../src/dify/check-inputs.ts'
import { bodyOf, readRecording } from '../helpers/recordings.ts'

const parameters = (name: string) => readVariables(JSON.parse(bodyOf(readRecording(name)).toString())) ?? []
const ECHO = parameters('get-parameters')
const FILES = parameters('get-parameters-files')

/** Of files: neither limits nor uploads. */
const NOTHING_KNOWN = { settings: { sizes: {} }, uploads: new Map() }

const sentences = (variables: readonly Variable[], inputs: Readonly<Record<string, unknown>>) => {
  const { problems, warnings } = checkInputs(variables, { inputs }, NOTHING_KNOWN)
  return { problems: problems.map(({ wrong }) => wrong), warnings: warnings.map(({ wrong }) => wrong) }
}
const declared = (kind: Variable['kind'], more: Partial<Variable> = {}): Variable => ({
  variable: 'x',
  label: 'Your wish',
  kind,
  required: true,
  options: [],
  ...more,
})
const inputsOf = (name: string) => (JSON.parse(readRecording(name).request.body ?? '{}') as { inputs: Record<string, unknown> }).inputs

describe('what a real server refused is a problem', () => {
  it.each([
    ['error-missing-required-input-blocking', ECHO, /^query is required and is missing$/],
    ['error-missing-required-input-streaming', ECHO, /^query is required and is missing$/],
    ['error-input-too-long-blocking', ECHO, /^query has 49 characters, and the app takes 48$/],
    ['error-input-wrong-type-string', ECHO, /^query wants a text, and this is a number$/],
    ['error-input-wrong-type-number', ECHO, /^n wants a number, and this text is none$/],
    ['error-input-not-in-options', ECHO, /^choice does not offer "z"$/],
    ['error-file-required-missing', FILES, /^doc is a required file and is missing$/],
    ['error-file-too-many', FILES, /^docs has 3 files, and the app takes 2$/],
  ])('%s', (name, variables, wrong) => {
    const { problems, warnings } = sentences(variables, inputsOf(name))
    expect(problems).toEqual([expect.stringMatching(wrong)])
    expect(warnings).toEqual([])
  })
})

describe('what a real server took is no problem', () => {
  it.each(['run-streaming-success', 'run-blocking-success'])('%s: nothing to say', (name) => {
    expect(sentences(ECHO, inputsOf(name))).toEqual({ problems: [], warnings: [] })
  })

  it('a file on the web, named in the inputs', () => {
    expect(sentences(FILES, inputsOf('run-blocking-files-remote'))).toEqual({ problems: [], warnings: [] })
  })

  it('an input that the app does not list is dropped in silence: a warning that says which there are', () => {
    const { problems, warnings } = checkInputs(ECHO, { inputs: inputsOf('run-unknown-input') }, NOTHING_KNOWN)
    expect(problems).toEqual([])
    expect(warnings).toEqual([
      {
        variable: 'nope',
        wrong: 'the app has no input nope, and the server drops it in silence',
        right: "The app's inputs are query, n, choice, long, flag.",
      },
    ])
    expect(checkInputs([], { inputs: { text: 'hi' } }, NOTHING_KNOWN).warnings[0]?.right).toBe('The app has no inputs.')
  })

  it('a checkbox with a text is a warning', () => {
    expect(sentences(ECHO, inputsOf('run-streaming-checkbox-odd-value'))).toEqual({
      problems: [],
      warnings: ['flag is a checkbox, and a text goes to it as it is'],
    })
  })

  it('a number that comes as text, as from a CSV file', () => {
    for (const n of ['3', ' 0.5 ', '-1', '1_000', '']) expect(sentences(ECHO, { query: 'q', n })).toEqual({ problems: [], warnings: [] })
  })

  it('an empty text is left to the server, and null in an optional input is none', () => {
    expect(sentences(ECHO, { query: '', choice: '', n: null, flag: null })).toEqual({ problems: [], warnings: [] })
  })
})

describe('other mistakes', () => {
  it.each([
    ['null in a required input', declared('number'), null, /is required and is missing/],
    ['a list in place of a text', declared('paragraph'), ['a'], /wants a text, and this is a list/],
    ['a mapping in place of a number', declared('number'), {}, /wants a number, and this is a mapping/],
    ['a number in place of an option', declared('select', { options: ['1'] }), 1, /wants a text, and this is a number/],
    ['an empty text in a required select', declared('select', { options: ['a'] }), '', /does not offer ""/],
    ['a text in place of a file', declared('file'), 'a.pdf', /is one file, and this is a text/],
    ['one file in place of a list', declared('file-list'), {}, /is a list of files, and this is a mapping/],
    ['a list of paths in place of files', declared('file-list'), ['a.pdf'], /is a list of files, and this is a list of something else/],
    ['a list of files that is missing', declared('file-list'), undefined, /is a required list of files and is missing/],
    ['an unknown kind that is required and missing', declared('other'), undefined, /is required and is missing/],
  ])('%s, told with its label', (_, variable, value, wrong) => {
    const [problem, ...more] = sentences([variable], { x: value }).problems
    expect(problem).toMatch(wrong)
    expect(problem).toMatch(/^x \("Your wish"\) /)
    expect(more).toEqual([])
  })

  it('of an unknown kind any value will do', () => {
    for (const x of ['a', 1, true, [], {}]) expect(sentences([declared('other')], { x })).toEqual({ problems: [], warnings: [] })
  })

  it('characters are counted as the server does: one outside the basic plane is one', () => {
    const variable = declared('text-input', { maxLength: 3 })
    expect(sentences([variable], { x: '😀😀😀' }).problems).toEqual([])
    expect(sentences([variable], { x: '😀😀😀😀' }).problems).toEqual([expect.stringContaining('has 4 characters')])
  })

  it('a value too long to be shown whole is not shown at all: a part of a secret would pass unnoticed', () => {
    const [problem] = sentences([declared('select', { options: ['a'] })], { x: 'secret'.repeat(10) }).problems
    expect(problem).not.toContain('secret')
  })

  it('many problems come at once, in the order of the app', () => {
    expect(sentences(ECHO, { n: 'abc', choice: 'z', nope: 1 }).problems.map((wrong) => wrong.split(' ')[0])).toEqual([
      'query',
      'n',
      'choice',
    ])
  })
})
