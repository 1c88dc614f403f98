import { describe, expect, it } from 'vitest'
import type { Variable } from '../../src/core/app.ts'
import { TargetError } from '../../src/core/errors.ts'
import type { InputSet } from '../../src/core/plan.ts'
import { atMost, findInInputs, refuseInputs } from '../../src/run/check-inputs.ts'

const variable = (name: string, kind: Variable['kind'], more: Partial<Variable> = {}): Variable => ({
  variable: name,
  label: name,
  kind,
  required: false,
  options: [],
  ...more,
})
const set = (more: Partial<InputSet>): InputSet => ({ name: 'short', weight: 1, order: 'sequential', whenExhausted: 'repeat', ...more })
const find = (variables: readonly Variable[], ...inputs: readonly InputSet[]) =>
  findInInputs({ seed: 1, user: 'u', inputs }, { variables, files: { sizes: {} } })

describe('every input set is held against the app', () => {
  it('each by its name, whatever its weight', () => {
    const text = variable('text', 'paragraph', { required: true })
    const { problems } = find([text], set({ values: {} }), set({ name: 'rare', weight: 0.001, values: { text: 1 } }))
    expect(problems).toEqual([
      'Input set short: text is required and is missing. Give it a text.',
      'Input set rare: text wants a text, and this is a number. Put it in quotes, or put text around a template.',
    ])
  })

  it('with templates filled in: one that is the whole value keeps its type, and each choice is tried', () => {
    const variables = [variable('text', 'paragraph'), variable('n', 'number'), variable('lang', 'select', { options: ['de', 'fr'] })]
    expect(find(variables, set({ values: { text: 'Run {{n}}', n: '{{int 1 9}}', lang: '{{pick de fr}}' } })).problems).toEqual([])
    const { problems } = find(
      variables,
      set({ values: { text: '{{n}}', n: 'about {{n}}', lang: '{{pick en de fr de fr de fr de fr de}}' } }),
    )
    expect(problems.map((sentence) => sentence.split('. ')[0])).toEqual([
      'Input set short: text wants a text, and this is a number',
      'Input set short: n wants a number, and this text is none',
      'Input set short: lang does not offer "en"',
    ])
  })

  it('a text is measured with its templates filled in', () => {
    const text = variable('text', 'text-input', { maxLength: 16 })
    expect(find([text], set({ values: { text: '{{nonce}}' } })).problems).toEqual([])
    expect(find([text], set({ values: { text: 'x{{nonce}}' } })).problems).toEqual([expect.stringContaining('has 17 characters')])
  })

  it('row by row, the first that is wrong named and the others counted, in whatever order they will be sent', () => {
    const rows = [{ text: 'ok' }, { text: 'too long' }, { text: 'ok' }, { text: 'far too long' }]
    const text = variable('text', 'text-input', { maxLength: 5 })
    for (const order of ['sequential', 'shuffled', 'random'] as const)
      expect(find([text], set({ rows, order })).problems).toEqual([
        'Input set short, row 2: text has 8 characters, and the app takes 5 (and in 1 more row). Shorten it, or raise the limit in the app.',
      ])
  })

  it('up to 1,000 rows; that others were not looked at is said', () => {
    const rows = Array.from({ length: 1001 }, (_, row) => ({ n: row < 1000 ? '1' : 'none' }))
    const { problems, warnings } = find([variable('n', 'number')], set({ rows }))
    expect(problems).toEqual([])
    expect(warnings).toEqual(['Input set short: only its first 1000 rows were held against the app, 1 was not.'])
    expect(find([variable('n', 'number')], set({ rows: rows.slice(1) })).problems).toEqual([expect.stringContaining('row 1000')])
  })

  it('inputs that the app does not list are warnings, once each', () => {
    const rows = [
      { id: 1, text: 'a' },
      { id: 2, text: 'b' },
    ]
    const { problems, warnings } = find([variable('text', 'paragraph')], set({ rows }))
    expect(problems).toEqual([])
    expect(warnings).toEqual([
      "Input set short, row 1: the app has no input id, and the server drops it in silence (and in 1 more row). The app's inputs are text.",
    ])
  })

  it('no control character of a server reaches the terminal', () => {
    const { problems } = find([variable('lang', 'select', { options: ['\u009b31mred'] })], set({ values: { lang: 'de' } }))
    expect(problems.join()).not.toMatch(/\p{Cc}/u)
  })
})

describe('problems are told in one error', () => {
  it('all of them up to 20, then how many there are more', () => {
    const told = (count: number) => atMost(Array.from({ length: count }, (_, n) => `problem ${n}`))
    expect(told(20)).toHaveLength(20)
    expect(told(23).slice(19)).toEqual(['problem 19', 'and 3 more'])
  })

  it('and none makes none', () => {
    expect(() => refuseInputs([])).not.toThrow()
    expect(() => refuseInputs(['a', 'b'])).toThrow(TargetError)
  })
})
