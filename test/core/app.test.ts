import { expect, test } from 'vitest'
import { type Variable, whatItTakes } from '../../src/core/app.ts'

const takes = (kind: Variable['kind'], over: Partial<Variable> = {}) => whatItTakes({ kind, options: [], ...over })

test.each([
  ['a text', takes('paragraph')],
  ['a text of at most 48 characters', takes('text-input', { maxLength: 48 })],
  ['a text of at most 1 character', takes('text-input', { maxLength: 1 })],
  ['a number', takes('number')],
  ['one of "a", "b"', takes('select', { options: ['a', 'b'] })],
  ['one of its options', takes('select')],
  ['true or false', takes('checkbox')],
  ['a file', takes('file')],
  ['a list of at most 2 files', takes('file-list', { maxLength: 2 })],
  ['a value', takes('other')],
])('an input may take %s', (expected, said) => {
  expect(said).toBe(expected)
})

test('many options are shown as far as a person reads them; a long one is left out, since cut it would be wrong to copy', () => {
  const said = takes('select', { options: ['x'.repeat(60), ...Array.from({ length: 30 }, (_, n) => `option ${n}`)] })
  expect(said).toMatch(/^one of …, "option 0", /)
  expect(said).toMatch(/"option 10", …$/)
})
