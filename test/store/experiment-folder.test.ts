import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { readHistorical } from '../../src/run/compare-stored.ts'
import { EXPERIMENT_FILES, kindOfExperiment, mendExperiment, readExperiment } from '../../src/store/experiment-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowbench-experiment-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const HEADER = { schema: 'flowbench-experiment', version: 1, kind: 'comparison' }
const log = () => join(folder, EXPERIMENT_FILES.log)
const read = () => readExperiment(folder, 'comparison').lines

test('a last line that a kill cut off is left out, and taken away before the next one', () => {
  writeFileSync(log(), `${JSON.stringify(HEADER)}\n{"ended":"a"}\n{"beg`)
  expect(read()).toEqual([{ ended: 'a' }])
  mendExperiment(folder)
  appendFileSync(log(), '{"resumed":true}\n')
  expect(read()).toEqual([{ ended: 'a' }, { resumed: true }])
})

test('a damaged line within the log is named, not taken for a bug of flowbench', () => {
  writeFileSync(log(), `${JSON.stringify(HEADER)}\n\0\0\0\n{"ended":"a"}\n`)
  for (const reading of [read, () => kindOfExperiment(folder)]) {
    expect(reading).toThrow(UsageError)
    expect(reading).toThrow(/experiment\.jsonl:2 is no line of a log/)
  }
})

test('a file of answers without what a comparison has is refused', () => {
  for (const content of ['{}', 'null', '{"schema":2}']) {
    writeFileSync(join(folder, EXPERIMENT_FILES.comparison), content)
    expect(() => readHistorical(folder)).toThrow(/comparison\.json holds no comparison that this version can read/)
  }
})
