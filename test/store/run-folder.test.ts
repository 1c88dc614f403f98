import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { WriteError } from '../../src/core/errors.ts'
import {
  FILES,
  folderName,
  freeSpace,
  makeFolder,
  newRunId,
  reason,
  runFolderOf,
  scenarioFolder,
  standingFolder,
  writeWhole,
} from '../../src/store/run-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'flowbench-folder-'))
afterAll(() => rmSync(root, { recursive: true }))
const fresh = () => mkdtempSync(join(root, 'x-'))
const modeOf = (path: string) => statSync(path).mode & 0o777

test.skipIf(process.platform !== 'linux')('a folder below /proc cannot be made, and that is said at once', () => {
  expect(() => makeFolder('/proc/flowbench/reports', 'x')).toThrow(/cannot be made.*ENOENT/)
  expect(() => standingFolder('/proc/flowbench/reports')).toThrow(WriteError)
})

describe('the name of a folder', () => {
  test.each([
    ['translate', 'translate'],
    ['Blocking vs. Streaming!', 'blocking-vs-streaming'],
    ['../../etc/passwd', 'etc-passwd'],
    ['Crème brûlée', 'cre-me-bru-le-e'],
    ['日本', 'scenario'],
    ['', 'scenario'],
    ['--', 'scenario'],
    ['a\0b', 'a-b'],
    [`${'a'.repeat(59)} b`, 'a'.repeat(59)],
    ['x'.repeat(300), 'x'.repeat(60)],
  ])('of scenario %j is %s', (scenario, expected) => {
    expect(folderName(scenario)).toBe(expected)
  })

  test('is letters, digits and hyphens, 1 to 60, whatever the scenario is called', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (scenario) => /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/.test(folderName(scenario))))
  })
})

describe('the id of a run', () => {
  test('is its start in UTC and four characters, and differs for two runs of one second', () => {
    const start = new Date('2026-11-24T21:35:25.123Z')
    expect(newRunId(start)).toMatch(/^20261124T213525Z-[0-9a-f]{4}$/)
    expect(new Set(Array.from({ length: 20 }, () => newRunId(start))).size).toBeGreaterThan(1)
  })
})

describe('the folder of a run', () => {
  test('is made below the scenario’s, readable by its owner only', () => {
    const out = join(fresh(), 'deep', 'reports')
    const folder = makeFolder(scenarioFolder(out, 'My Scenario'), 'id-1')
    expect(folder).toBe(join(out, 'my-scenario', 'id-1'))
    expect(modeOf(folder)).toBe(0o700)
  })

  test('is nobody else’s: one that is there already is refused', () => {
    const out = fresh()
    makeFolder(out, 'id')
    expect(() => makeFolder(out, 'id')).toThrow(/cannot be made: EEXIST/)
  })

  test('that cannot be made is an error with a way out', () => {
    const file = join(fresh(), 'file')
    writeFileSync(file, '')
    expect(() => makeFolder(file, 'id')).toThrow(WriteError)
  })

  test('is named by itself or by any of its files', () => {
    const folder = fresh()
    for (const path of [folder, ...Object.values(FILES).map((name) => join(folder, name))]) expect(runFolderOf(path)).toBe(folder)
    expect(runFolderOf(join(folder, 'other.txt'))).toBe(join(folder, 'other.txt'))
    mkdirSync(join(folder, FILES.run))
    expect(runFolderOf(join(folder, FILES.run))).toBe(join(folder, FILES.run))
  })
})

describe('a file that is written whole', () => {
  const parts = async function* (...texts: readonly string[]) {
    yield* texts
  }

  test('holds all of its text, is readable by its owner only, and leaves no draft', async () => {
    const folder = fresh()
    await writeWhole(folder, FILES.run, '{"a":"日本"}')
    await writeWhole(folder, FILES.samplesCsv, parts('a,b\n', '1,2\n'))
    expect(readFileSync(join(folder, FILES.run), 'utf8')).toBe('{"a":"日本"}')
    expect(readFileSync(join(folder, FILES.samplesCsv), 'utf8')).toBe('a,b\n1,2\n')
    expect(modeOf(join(folder, FILES.run))).toBe(0o600)
    expect(readdirSync(folder).sort()).toEqual([FILES.run, FILES.samplesCsv])
  })

  test('takes the place of what was there before', async () => {
    const folder = fresh()
    await writeWhole(folder, FILES.run, 'a much longer text than the next')
    await writeWhole(folder, FILES.run, 'short')
    expect(readFileSync(join(folder, FILES.run), 'utf8')).toBe('short')
  })

  test('is not there at all where its text breaks off, what was there before stays, and the bug is no full disk', async () => {
    const folder = fresh()
    await writeWhole(folder, FILES.run, 'before')
    const breaking = async function* () {
      yield 'half'
      throw new TypeError('a bug in a table')
    }
    await expect(writeWhole(folder, FILES.run, breaking())).rejects.toThrow(TypeError)
    expect(readFileSync(join(folder, FILES.run), 'utf8')).toBe('before')
  })

  test('is never written through a link', async () => {
    const folder = fresh()
    const theirs = join(folder, 'theirs')
    writeFileSync(theirs, 'theirs')
    symlinkSync(theirs, join(folder, `${FILES.run}.draft`))
    await expect(writeWhole(folder, FILES.run, 'ours')).rejects.toThrow(WriteError)
    expect(readFileSync(theirs, 'utf8')).toBe('theirs')
    expect(existsSync(join(folder, FILES.run))).toBe(false)
  })

  test('that the disk does not take is an error that names file, reason and free space', async () => {
    const gone = join(fresh(), 'gone')
    await expect(writeWhole(gone, FILES.run, 'x')).rejects.toThrow(/run\.json could not be written: ENOENT \(free space unknown\)/)
  })
})

test('free space and reasons read as words', () => {
  expect(freeSpace(root)).toMatch(/^\d+\.\d GB free$/)
  expect(reason(Object.assign(new Error('long text'), { code: 'ENOSPC' }))).toBe('ENOSPC')
  expect([reason(new Error('text')), reason('word')]).toEqual(['text', 'word'])
})
