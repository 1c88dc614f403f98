import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Caveat } from '../../src/core/caveat.ts'
import { type Adding, addToHistory } from '../../src/run/history.ts'
import { readHistory } from '../../src/store/history-file.ts'
import { openPhase } from '../helpers/samples.ts'
import { type MadeStored, storedRun, writeStoredRun } from '../helpers/stored-runs.ts'

const root = mkdtempSync(join(tmpdir(), 'flowbench-history-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const LATE: Caveat = { kind: 'generator-late', text: 'Late.', invalidates: true }
let places = 0
function bench() {
  const place = join(root, String(places++))
  const file = join(place, 'history.jsonl')
  return {
    place,
    run: (day: number, like: MadeStored = {}) => writeStoredRun(place, storedRun(day, like)),
    add: (paths: readonly string[], over: Partial<Adding> = {}) => addToHistory(paths, { file, invalid: 'refuse', env: {}, ...over }),
    lines: () => readHistory(file).entries,
  }
}

describe('adding to a history', () => {
  test('keeps what a trend needs of a run: figures, failures, work, plan, machine', () => {
    const { run, add, lines } = bench()
    add([
      run(0, {
        p95: 1.2e6,
        failures: 3,
        plan: { objectives: [{ text: 'response_time p99 < 5s' }, { text: 'failures < 1%', isDefault: true }] },
      }),
    ])
    const [entry] = lines()
    expect(entry).toMatchObject({
      schema: 'flowbench-history',
      version: 1,
      run: '20261001T040000Z-0000',
      start: '2026-10-01T04:00:00.000Z',
      figures: { 'response_time p95': { value: 1.2e6 }, 'response_time p50': { value: 6e5 } },
      failures: { count: 3, of: 200 },
      work: { tokens: 100 },
      valid: true,
      exchanges: 200,
      seconds: 20,
    })
    expect(entry!.machine.words).toBe('2 × Any CPU, 8 GB, linux x64')
    expect(Object.keys(entry!.figures)[0]).toBe('response_time p95')
    expect(JSON.stringify(entry).length).toBeLessThan(2000)
  })
  test('keeps each measured phase by itself too, where there are several', () => {
    const { run, add, lines } = bench()
    add([run(0, { plan: { phases: [openPhase({ name: 'steady' }), openPhase({ name: 'busy' })] } })])
    expect(Object.keys(lines()[0]!.figures)).toContain('response_time p95 in steady')
  })
  test('refuses the same run twice', () => {
    const { run, add, lines } = bench()
    const folder = run(0)
    expect(add([folder]).runs).toBe(1)
    expect(() => add([folder])).toThrow(/Nothing was added: 20261001T040000Z-0000 is in the history already/)
    expect(lines()).toHaveLength(1)
    const other = run(1)
    expect(add([other, other])).toMatchObject({ added: [{ run: '20261002T040000Z-0001' }], runs: 2 })
    expect(lines()).toHaveLength(2)
  })
  test('of a folder of runs adds what is new and sound, and says what it left out', () => {
    const { run, add, lines, place } = bench()
    add([run(0)])
    run(1)
    run(2, { caveats: [LATE] })
    run(3, { killed: true })
    run(4, { status: 'interrupted' })
    const { added, refused, runs } = add([place])
    expect(added.map((entry) => entry.run)).toEqual(['20261002T040000Z-0001'])
    expect(runs).toBe(2)
    expect(refused).toEqual([
      '20261001T040000Z-0000 is in the history already.',
      '20261003T040000Z-0002 is invalid (generator-late).',
      '20261004T040000Z-0003 did not come to its end: half a run is no point of a trend.',
      '20261005T040000Z-0004 did not come to its end: half a run is no point of a trend.',
    ])
    expect(lines()).toHaveLength(2)
  })
  test('takes an invalid run only when told, and marks it', () => {
    const { run, add, lines } = bench()
    const folder = run(0, { caveats: [LATE] })
    expect(() => add([folder])).toThrow(/is invalid \(generator-late\)/)
    add([folder], { invalid: 'take' })
    expect(lines()[0]).toMatchObject({ valid: false, caveats: ['generator-late'] })
  })
  test.each([
    ['what was said', { commit: 'abc1234', branch: 'fix' }, {}, {}, { commit: 'abc1234', branch: 'fix' }],
    [
      'what CI said when it ran',
      {},
      { commit: '1234567' },
      { GITHUB_SHA: '7654321', GITHUB_REF_NAME: 'main' },
      { commit: '1234567', branch: 'main' },
    ],
    ['what CI says now', {}, {}, { CI_COMMIT_SHA: '7654321', CI_COMMIT_REF_NAME: 'next' }, { commit: '7654321', branch: 'next' }],
    ['of a pull request its own branch', {}, {}, { GITHUB_HEAD_REF: 'fix', GITHUB_REF_NAME: '7/merge' }, { branch: 'fix' }],
    ['of no pull request the branch', {}, {}, { GITHUB_HEAD_REF: '', GITHUB_REF_NAME: 'main' }, { branch: 'main' }],
  ])('knows commit and branch: %s', (_, over, environment, env, expected) => {
    const { run, add, lines } = bench()
    add([run(0, { environment })], { ...over, env })
    const { commit, branch } = lines()[0]!
    expect({ ...(commit !== undefined && { commit }), ...(branch !== undefined && { branch }) }).toEqual(expected)
  })
})
