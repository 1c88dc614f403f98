import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { appendToHistory, readHistory } from '../../src/store/history-file.ts'
import { historyEntryOf } from '../helpers/history.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowbench-history-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const fresh = () => join(folder, `${files++}`, 'history.jsonl')
const [first, second, third] = [0, 1, 2].map((n) => historyEntryOf(n)) as [never, never, never]

describe('a history file', () => {
  test('that is not there is empty, and is made with its folder by the first line', () => {
    const path = fresh()
    expect(readHistory(path).entries).toEqual([])
    appendToHistory(path, [first, second])
    appendToHistory(path, [third])
    expect(readHistory(path)).toMatchObject({ entries: [first, second, third], torn: false })
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4)
  })
  test('whose last line was torn is read without it, and the next line takes its place', () => {
    const path = fresh()
    appendToHistory(path, [first])
    appendFileSync(path, JSON.stringify(second).slice(0, 100))
    expect(readHistory(path)).toMatchObject({ entries: [first], torn: true })
    appendToHistory(path, [third])
    expect(readHistory(path)).toMatchObject({ entries: [first, third], torn: false })
  })
  test('whose last line feed an editor took away loses nothing', () => {
    const path = fresh()
    appendToHistory(path, [first])
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd())
    expect(readHistory(path)).toMatchObject({ entries: [first], torn: false })
    appendToHistory(path, [second])
    expect(readHistory(path).entries).toEqual([first, second])
  })
  test('that two branches added to is read in whatever order its lines are, with blank ones between', () => {
    const path = fresh()
    appendToHistory(path, [third])
    appendFileSync(path, `\n\r\n${JSON.stringify(first)}\n`)
    expect(readHistory(path).entries).toEqual([third, first])
  })
  test.each([
    ['marks of a merge', '<<<<<<< HEAD', /:2 is no line of a history/, /keep the lines of both sides/],
    ['another file', '{"schema":"flowbench-samples","version":1}', /:2 is no line of a history/, /--file/],
    ['no object', 'null', /:2 is no line of a history/, /--file/],
    ['half a line', '{"schema":"flowbench-history","version":1,"run":"a"}', /:2 lacks what a line of a history has/, /add its run again/],
    ['a later version', '{"schema":"flowbench-history","version":2}', /:2 is of version 2/, /later flowbench/],
  ])('with %s in the middle is refused with the line', (_, line, message, hint) => {
    const path = fresh()
    appendToHistory(path, [first])
    appendFileSync(path, `${line}\n${JSON.stringify(second)}\n`)
    expect(() => readHistory(path)).toThrow(message)
    try {
      readHistory(path)
    } catch (error) {
      expect((error as { hint: string }).hint).toMatch(hint)
    }
    expect(() => appendToHistory(path, [third])).toThrow(message)
  })
})
