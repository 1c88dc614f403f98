import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { holdFolder, LOCK_FILE } from '../../src/store/folder-lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowbench-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const lock = () => join(folder, LOCK_FILE)
const leave = (holder: unknown) => writeFileSync(lock(), typeof holder === 'string' ? holder : JSON.stringify(holder))
const holder = () => (JSON.parse(readFileSync(lock(), 'utf8')) as { pid: number }).pid
/** Of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['--version']).pid

describe('a folder of runs', () => {
  test('is worked in by one process at a time, and free once it has let go', () => {
    const letGo = holdFolder(folder)
    expect(() => holdFolder(folder)).toThrow(UsageError)
    expect(() => holdFolder(folder)).toThrow(`Another flowbench works in ${folder}: process ${process.pid}, since 2`)
    letGo()
    expect(readdirSync(folder)).toEqual([])
    holdFolder(folder)()
  })

  test('that a killed process held is taken over', () => {
    leave({ pid: deadPid(), host: hostname(), since: '2026-11-26T06:00:00.000Z' })
    const letGo = holdFolder(folder)
    expect(holder()).toBe(process.pid)
    expect(readdirSync(folder)).toEqual([LOCK_FILE])
    letGo()
    expect(existsSync(lock())).toBe(false)
  })

  test.runIf(existsSync('/proc/self/stat'))('is taken over too where another process has got the pid since', () => {
    leave({ pid: process.pid, host: hostname(), born: '1', since: '2026-11-26T06:00:00.000Z' })
    holdFolder(folder)
    expect(() => holdFolder(folder)).toThrow('Another flowbench works')
  })

  test.each(['', '{"pid":', 'null', '{"pid":"7"}'])('with a damaged lock (%s) is taken over', (text) => {
    leave(text)
    holdFolder(folder)
    expect(holder()).toBe(process.pid)
  })

  test('that a process of another machine holds is refused, since nobody here can tell whether that lives', () => {
    leave({ pid: deadPid(), host: 'elsewhere', since: '2026-11-26T06:00:00.000Z' })
    expect(() => holdFolder(folder)).toThrow(/process \d+ on elsewhere, since 2026-11-26/)
  })
})
