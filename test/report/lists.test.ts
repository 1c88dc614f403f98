import { expect, it } from 'vitest'
import { inputSetList } from '../../src/report/lists.ts'
import { planOf } from '../helpers/samples.ts'

const set = { name: 'plain', weight: 1, values: {}, order: 'sequential', whenExhausted: 'repeat' } as const
const pdf = { source: 'generated', format: 'pdf', name: 'a.pdf', size: 200_000 } as const

it('the report tells the files of input sets, where there are any', () => {
  expect(inputSetList(planOf({ inputs: [set] })).head).not.toContain('files')
  const requestFiles = [{ source: 'url', url: 'https://h/x.png?sign=secret#page' } as const]
  const { head, rows } = inputSetList(
    planOf({ inputs: [set, { ...set, name: 'files', files: { doc: pdf, docs: Array(5).fill(pdf) }, requestFiles }] }),
  )
  expect(head.at(-1)).toBe('files')
  expect(rows.map((row) => row.at(-1))).toEqual([
    '–',
    'doc: made up a.pdf (200 kB), docs: made up a.pdf (200 kB) + made up a.pdf (200 kB) + made up a.pdf (200 kB) and 2 more, with the request: https://h/x.png?…',
  ])
})
