import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { EXIT } from '../../src/core/errors.ts'
import { OUTCOMES } from '../../src/core/sample.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { METRIC_NAMES } from '../../src/measure/metrics.ts'
import { nodesCsv, samplesCsv, summaryCsv } from '../../src/report/csv.ts'
import { EXPORT_FILES, FILES } from '../../src/store/run-folder.ts'
import { deadLinks, firstCells, PAGES, page, section } from './markdown.ts'

const folder = page('docs/reference/run-folder.md')

async function columns(csv: AsyncIterable<string> | string): Promise<readonly string[]> {
  let text = ''
  for await (const part of csv) text += part
  return text.trim().split(',')
}

const ticked = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

describe('the page of the run folder', () => {
  test('lists every format for other programs with its file', () => {
    const section = folder.text.split('## Formats for other programs')[1]!.split('\n## ')[0]!
    for (const [format, file] of Object.entries(EXPORT_FILES))
      expect(section).toMatch(new RegExp(`\\| \`${format}\` \\| \`${file}/?\` \\|`))
  })

  test('lists every file in it, and no other', () => {
    const listed = firstCells(folder.text.split('\n## ')[0] ?? '')
    expect(listed.toSorted()).toEqual(Object.values(FILES).toSorted())
  })

  test('names every column of samples.csv in its order', async () => {
    expect(firstCells(section(folder, 'samples.csv'))).toEqual(await columns(samplesCsv([])))
  })

  test('names every column of nodes.csv in its order', async () => {
    expect(ticked(section(folder, 'nodes.csv'))).toEqual(await columns(nodesCsv([])))
  })

  test('names every column of summary.csv', async () => {
    const header = await columns(summaryCsv({ phases: {} } as unknown as RunSummary))
    expect(firstCells(section(folder, 'summary.csv')).toSorted()).toEqual(header.toSorted())
  })

  test('tells of every kind of line in samples.jsonl, and of no other', () => {
    const lines = readFileSync('src/core/record.ts', 'utf8').split('export type LogLine')[1]?.split('\nexport ')[0] ?? ''
    const kinds = [...lines.matchAll(/\| \{\s*readonly (\w+)/g)].map(([, key]) => key)
    expect(kinds.length).toBeGreaterThan(5)
    expect(firstCells(section(folder, 'samples.jsonl')).toSorted()).toEqual(kinds.toSorted())
  })

  test('tells of every kind of note in samples.jsonl, and of no other', () => {
    const [, union = ''] = /export type RunNote = (.*)/.exec(readFileSync('src/core/record.ts', 'utf8')) ?? []
    const notes = [...union.matchAll(/'([^']+)'/g)].map(([, kind]) => kind)
    const row = section(folder, 'samples.jsonl').match(/^\| `note`.*$/m)?.[0] ?? ''
    expect(ticked(row).filter((word) => word !== 'note')).toEqual(notes)
  })
})

test('the page of exit codes lists every code, and no other', () => {
  const listed = firstCells(page('docs/reference/exit-codes.md').text).map(Number)
  expect(listed).toEqual(Object.values(EXIT).toSorted((a, b) => a - b))
})

test('the README tells every code that flowbench can end in', () => {
  const told = [...section(page('README.md'), 'Exit codes').matchAll(/\b\d+\b/g)].map(Number)
  expect(told).toEqual(Object.values(EXIT).toSorted((a, b) => a - b))
})

test('the terminology tells of every outcome in its order', () => {
  expect(firstCells(section(page('docs/terminology.md'), 'Outcomes'))).toEqual([...OUTCOMES])
})

test('the page of metrics tells of every metric', () => {
  const named = ticked(page('docs/reference/metrics.md').text)
  expect(METRIC_NAMES.filter((name) => !named.includes(name))).toEqual([])
})

test.each(PAGES)('every link in $path leads somewhere', (of) => {
  expect(deadLinks(of)).toEqual([])
})
