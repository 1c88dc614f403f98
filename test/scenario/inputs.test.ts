import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load-scenario.ts'
import { folderWith, LEAST, scenarioErrorOf } from './folder.ts'

const scenario = (from: string, more = '') => `${LEAST}inputs: [{ from: ${JSON.stringify(from)}${more} }]\n`

/** Loads a scenario beside an input file with this content. */
function rowsFrom(name: string, content: string | Uint8Array, more = '') {
  const folder = folderWith({ [name]: content, 'scenario.yaml': scenario(name, more) })
  return loadScenario(join(folder, 'scenario.yaml'), { env: {} }).plan.inputs[0]!.rows
}

function problemFrom(name: string, content: string | Uint8Array, more = '') {
  const error = scenarioErrorOf(() => rowsFrom(name, content, more))
  expect(error.problems).toHaveLength(1)
  return { ...error.problems[0]!, message: error.message }
}

describe('input files', () => {
  test('csv: cells are texts, whatever they look like', () => {
    expect(rowsFrom('a.csv', 'text,n\n"a, ""b""",1\n\nc,\n')).toEqual([
      { text: 'a, "b"', n: '1' },
      { text: 'c', n: '' },
    ])
  })

  test('csv: a byte order mark and line ends of Windows are no part of it', () => {
    expect(rowsFrom('a.csv', '\ufefftext\r\nhi\r\n')).toEqual([{ text: 'hi' }])
  })

  test('csv: a cell may hold line breaks', () => {
    expect(rowsFrom('a.csv', 'text\n"a\nb"\n')).toEqual([{ text: 'a\nb' }])
  })

  test('json and jsonl keep types', () => {
    const row = { text: 'hi', n: 1, list: [true, null] }
    expect(rowsFrom('a.json', JSON.stringify([row]))).toEqual([row])
    expect(rowsFrom('a.jsonl', `${JSON.stringify(row)}\r\n\n${JSON.stringify(row)}`)).toEqual([row, row])
    expect(rowsFrom('sub/a.JSONL', JSON.stringify(row))).toEqual([row])
  })

  test.each([
    ['a row with too few cells', 'a.csv', 'a,b\n1,2\n3\n', 3, /not as many cells/],
    ['a column without a name', 'a.csv', 'a,\n1,2\n', 1, /Column 2 has no name/],
    ['two columns of one name', 'a.csv', 'a,a\n1,2\n', 1, /Two columns are called "a"/],
    ['a column called __proto__', 'a.csv', 'a,__proto__\n1,2\n', 1, /__proto__/],
    ['a stray quote', 'a.csv', 'a\nx"y"\n', 2, /double quote/],
    ['a quote never closed', 'a.csv', 'a\n"x\n', 2, /double quote/],
    ['a header alone', 'a.csv', 'a,b\n', 1, /no rows/],
    ['an empty csv', 'a.csv', '', 1, /no rows/],
    ['json that is none', 'a.json', '[\n  {"a": 1},\n  {"a" 2}\n]', 3, /not valid JSON/],
    ['json that is cut', 'a.json', '[{"a": 1}', 1, /not valid JSON/],
    ['json that is no list', 'a.json', '{"a": 1}', 1, /no list/],
    ['an element that is no mapping', 'a.json', '[\n {"a": 1},\n 3\n]', 3, /Element 2 is no mapping/],
    ['an element that is a list', 'a.json', '[\n {"a": 1},\n\n [3]\n]', 4, /Element 2 is no mapping/],
    ['an empty list', 'a.json', '[]', 1, /no rows/],
    ['a jsonl line that is none', 'a.jsonl', '{"a":1}\n\n{"a":}\n', 3, /not valid JSON/],
    ['a jsonl line that is no mapping', 'a.jsonl', '{"a":1}\n[1]\n', 2, /no mapping/],
    ['a field called __proto__', 'a.jsonl', '{"a": 1}\n{"__proto__": {"x": 1}}\n', 2, /__proto__/],
    ['a field called __proto__ deep in json', 'a.json', '[\n{"a": 1},\n{"a": [{"__proto__": 1}]}]', 3, /__proto__/],
  ])('%s is named with file and line', (_what, name, content, line, wrong) => {
    const problem = problemFrom(name, content)
    expect(problem.place).toMatchObject({ kind: 'file', line })
    expect(problem.message).toMatch(new RegExp(`/${name}:${line}\\b.*inputs\\.0\\.from`))
    expect(problem.wrong).toMatch(wrong)
  })

  test.each([
    ['a.txt', 'x', /kind of this file/],
    ['a.csv', new Uint8Array([0x61, 0x0a, 0xff, 0xfe]), /UTF-8/],
  ])('%s is refused at the scenario: %s', (name, content, wrong) => {
    const problem = problemFrom(name, content)
    expect(problem.place).toMatchObject({ kind: 'file', line: 3 })
    expect(problem.wrong).toMatch(wrong)
  })

  test('a column that only some rows have cannot be used', () => {
    const more = ', values: { t: "{{row.b}}" }'
    expect(problemFrom('a.jsonl', '{"a":1,"b":2}\n{"a":1}\n', more)).toMatchObject({
      field: 'inputs.0.values.t',
      right: 'Columns of every row: a.',
    })
    expect(rowsFrom('a.jsonl', '{"a":1,"b":2}\n{"a":1,"b":3}\n', more)).toHaveLength(2)
  })

  test('the user may name a column where every input set has it', () => {
    const folder = folderWith({ 'a.csv': 'who\nme\n', 'scenario.yaml': `${scenario('a.csv')}user: "{{row.who}}"\n` })
    expect(loadScenario(join(folder, 'scenario.yaml'), { env: {} }).plan.user).toBe('{{row.who}}')
  })

  test('a file may not lie outside the folder, neither by its path nor by a link, unless that is allowed', () => {
    const elsewhere = folderWith({ 'rows.csv': 'a\n1\n' })
    const folder = folderWith({
      'in/path.yaml': scenario('../rows.csv'),
      'in/link.yaml': scenario('link.csv'),
      'in/absolute.yaml': scenario(join(elsewhere, 'rows.csv')),
      'in/folder.yaml': scenario('.'),
      'rows.csv': 'a\n1\n',
    })
    symlinkSync(join(elsewhere, 'rows.csv'), join(folder, 'in/link.csv'))
    for (const name of ['path', 'link', 'absolute']) {
      const file = join(folder, `in/${name}.yaml`)
      const error = scenarioErrorOf(() => loadScenario(file, { env: {} }))
      expect(error.problems.map(({ wrong }) => wrong)).toEqual(['This file lies outside the folder of the scenario'])
      expect(loadScenario(file, { env: {}, allowOutside: true }).plan.inputs[0]!.rows).toEqual([{ a: '1' }])
    }
    expect(scenarioErrorOf(() => loadScenario(join(folder, 'in/folder.yaml'), { env: {} })).message).toMatch(/no file/)
  })

  test('a file whose name begins with two dots is inside', () => {
    expect(rowsFrom('..rows.csv', 'a\n1\n')).toEqual([{ a: '1' }])
  })
})
