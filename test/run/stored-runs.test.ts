import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { storedRunsIn } from '../../src/run/stored-runs.ts'
import { storedRun, writeStoredRun } from '../helpers/stored-runs.ts'

const root = mkdtempSync(join(tmpdir(), 'flowbench-stored-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const plain = join(root, 'plain')
const one = writeStoredRun(plain, storedRun(0))
writeStoredRun(plain, storedRun(1, { killed: true }))
mkdirSync(join(plain, 'historical-20261126T041500Z-3f9a'))
const compared = join(root, 'arms', 'compare-20261126T041500Z-3f9a')
writeStoredRun(compared, storedRun(2, { plan: { arm: 'baseline' } }))
writeStoredRun(compared, storedRun(3, { plan: { arm: 'candidate' } }))
writeFileSync(join(compared, 'experiment.jsonl'), '')
const daysIn = (path: string, arm?: string) => storedRunsIn(path, arm).map(({ start }) => Number(start.slice(8, 10)) - 1)

describe('stored runs are found', () => {
  test('by their folder, or a file in it', () => {
    expect(daysIn(one)).toEqual([0])
    expect(daysIn(join(one, 'run.json'))).toEqual([0])
  })
  test('in a folder of runs, killed ones without a summary among them, and nothing else', () => {
    expect(daysIn(plain)).toEqual([0, 1])
    expect(storedRunsIn(plain)[1]).not.toHaveProperty('summary')
  })
  test('in that of a comparison, one arm of it', () => {
    expect(daysIn(compared, 'candidate')).toEqual([3])
    expect(() => storedRunsIn(compared)).toThrow(/holds runs of the arms baseline and candidate/)
    expect(() => storedRunsIn(compared, 'other')).toThrow(/holds no run of the arm other/)
    expect(daysIn(plain, 'candidate')).toEqual([0, 1])
  })
  test('or not, and then it says what was meant perhaps', () => {
    expect(() => storedRunsIn(join(root, 'nowhere'))).toThrow(/There is no /)
    try {
      storedRunsIn(join(root, 'arms'))
    } catch (error) {
      expect((error as { hint: string }).hint).toContain(compared)
    }
  })
  test('a run.json that is broken is named', () => {
    const broken = writeStoredRun(join(root, 'broken'), storedRun(5))
    writeFileSync(join(broken, 'run.json'), '{"schema":')
    expect(() => storedRunsIn(broken)).toThrow(/run\.json cannot be read/)
  })
})
