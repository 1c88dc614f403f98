import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { folderToResume } from '../../src/cli/folder-to-resume.ts'
import { UsageError } from '../../src/core/errors.ts'

const out = mkdtempSync(join(tmpdir(), 'flowbench-resume-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

const made = (name: string): string => {
  const folder = join(out, 'translate', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'experiment.jsonl'), '')
  return folder
}
const resuming = (named: string, scenario = 'translate') => folderToResume('search', { named, out, scenario, prefix: 'capacity' })

describe('the folder to go on with', () => {
  const first = made('capacity-20261126T120000Z-0000')
  const latest = made('capacity-20261126T130000Z-0000')
  made('compare-20261126T140000Z-0000')

  test('is the one that is named, by itself or by a file in it', () => {
    expect(resuming(first)).toBe(first)
    expect(resuming(join(first, 'capacity-modes.json'))).toBe(first)
  })

  test('is the latest of the scenario where none is named', () => {
    expect(resuming('')).toBe(latest)
  })

  test('is that of all modes, not that of one of them, since they share a budget', () => {
    const streaming = made(join('capacity-20261126T120000Z-0000', 'streaming'))
    expect(() => resuming(streaming)).toThrow(/streaming is one mode of the search in .*T120000Z-0000, whose budget is for all of them/)
  })

  test('is refused in words where there is none, whether it was named or not', () => {
    const nowhere = join(out, 'nowhere')
    expect(() => resuming(nowhere)).toThrow(UsageError)
    expect(() => resuming(nowhere)).toThrow(/There is no search to go on with in .*nowhere: it has no experiment\.jsonl/)
    expect(() => resuming('', 'another')).toThrow(/There is no search to go on with: .*another holds none/)
  })
})
