import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { openAppend } from '../../src/store/append.ts'
import { type Faults, faultyFiles } from '../helpers/faulty-files.ts'

const LINES = ['{"a":1}', '{"text":"日本"}', '', '{"b":2}']

function append(faults: Faults = {}) {
  const files = faultyFiles(faults)
  const errors: Error[] = []
  const file = openAppend('samples.jsonl', { files, failed: (error) => errors.push(error) })
  return { file, files, errors }
}

describe('a log', () => {
  test('holds each line, with its line feed, before the call returns', () => {
    const { file, files } = append()
    for (const [n, line] of LINES.entries()) {
      file.append(line)
      expect(files.text()).toBe(
        LINES.slice(0, n + 1)
          .map((each) => `${each}\n`)
          .join(''),
      )
    }
    expect(file.lost).toEqual([])
  })

  test('writes on where a write comes up short, also within a character', () => {
    for (const mostBytes of [1, 2, 3, 7]) {
      const { file, files } = append({ mostBytes })
      for (const line of LINES) file.append(line)
      expect(files.text()).toBe(LINES.map((each) => `${each}\n`).join(''))
    }
  })

  test('whichever write fails: what came before stands, the rest is kept in memory, and the failure is told once', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 12 }), fc.nat(14), fc.nat(6), (lines, writeFails, torn) => {
        const { file, files, errors } = append({ writeFails, torn })
        for (const line of lines) file.append(line)
        const whole = lines.slice(0, writeFails)
        const failing = Buffer.from(`${lines[writeFails] ?? ''}\n`)
        // A write that is torn after its last byte was none that failed.
        fc.pre(writeFails >= lines.length || torn < failing.length)
        const begun = writeFails < lines.length ? failing.subarray(0, torn) : ''
        expect(Buffer.from(files.text())).toEqual(
          Buffer.from(Buffer.concat([Buffer.from(whole.map((line) => `${line}\n`).join('')), Buffer.from(begun)]).toString('utf8')),
        )
        expect(file.lost).toEqual(lines.slice(writeFails))
        expect(errors).toHaveLength(writeFails < lines.length ? 1 : 0)
        file.close()
        expect(errors).toHaveLength(writeFails < lines.length ? 1 : 0)
      }),
    )
  })

  test('is synced and closed at the end, and takes nothing more then', () => {
    const { file, files, errors } = append()
    file.append('{}')
    file.close()
    file.append('late')
    file.sync()
    expect([files.text(), files.calls, file.lost, errors]).toEqual(['{}\n', ['sync', 'close'], [], []])
  })

  test('asks the disk in the background, and no more once writing has failed', () => {
    const { file, files } = append({ writeFails: 0 })
    file.sync()
    file.append('{}')
    file.sync()
    expect(files.calls).toEqual(['sync soon'])
  })

  test('a sync that fails in the background is told, and lines are kept in memory from then on', () => {
    const { file, files, errors } = append()
    file.append('{}')
    file.sync()
    files.synced(new Error('EIO'))
    files.synced(new Error('EIO'))
    file.append('after')
    expect([errors.length, file.lost, files.text()]).toEqual([1, ['after'], '{}\n'])
  })

  test('a background sync that is overtaken by the close is no failure: the close has synced', () => {
    const { file, files, errors } = append()
    file.append('{}')
    file.sync()
    file.close()
    files.synced(new Error('EBADF'))
    expect(errors).toEqual([])
  })

  test('a close that fails is told, and the file is closed even where the last sync failed', () => {
    expect(closing({ closeFails: true }).errors).toHaveLength(1)
    const { files, errors } = closing({ syncFails: true })
    expect([errors.length, files.calls]).toEqual([1, ['sync', 'close']])
  })

  function closing(faults: Faults) {
    const opened = append(faults)
    opened.file.append('{}')
    opened.file.close()
    return opened
  }
})

describe('on a real disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowbench-append-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const open = (name: string) => openAppend(join(folder, name), { failed: (error) => expect.unreachable(error.message) })

  test('a log is readable by its owner only', () => {
    const file = open('log')
    for (const line of LINES) file.append(line)
    file.sync()
    file.close()
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(LINES.map((line) => `${line}\n`).join(''))
    expect(statSync(join(folder, 'log')).mode & 0o777).toBe(0o600)
  })

  test('a file that is there already is not written to, nor through a link', () => {
    writeFileSync(join(folder, 'theirs'), 'theirs')
    symlinkSync(join(folder, 'theirs'), join(folder, 'link'))
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'))
    for (const name of ['theirs', 'link', 'dangling']) expect(() => open(name)).toThrow('EEXIST')
    expect(readFileSync(join(folder, 'theirs'), 'utf8')).toBe('theirs')
  })
})
