import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { eventsIn } from '../../src/run/conclude-capacity.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowbench-search-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a run that was killed before its plan was written was none: the search can be read and gone on with', async () => {
  const run = '20261126T120000Z-0001'
  const lines = [
    {
      schema: 'flowbench-experiment',
      version: 1,
      kind: 'capacity',
      experiment: '20261126T120000Z-0000',
      name: 'x',
      arms: [],
      settings: {},
    },
    { began: run, order: { purpose: 'unloaded', load: 1, seed: 1 }, at: '2026-11-26T12:00:00.000Z' },
  ]
  writeFileSync(join(folder, 'experiment.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  mkdirSync(join(folder, run))
  expect((await eventsIn(folder)).events).toEqual([])
})
