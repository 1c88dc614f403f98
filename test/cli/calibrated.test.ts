import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { calibrationBefore, ceilingsOf } from '../../src/cli/calibrated.ts'
import { readEnvironment } from '../../src/run/environment.ts'
import { calibration, MACHINE } from '../helpers/calibration.ts'

const out = mkdtempSync(join(tmpdir(), 'flowbench-calibrated-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))
const store = (text: string) => writeFileSync(join(out, 'calibration.json'), text)

describe('what a search goes by of what this machine can send', () => {
  test('nothing is known, and nothing said, where nobody has calibrated', () => {
    expect(ceilingsOf(join(out, 'nowhere'))).toBeUndefined()
  })

  test('of this machine the ceilings are taken, and it says from where', () => {
    store(JSON.stringify(calibration({ environment: readEnvironment() })))
    const known = ceilingsOf(out)
    expect(known?.ceilings?.streaming.perSecond).toBe(400)
    expect(known?.told).toMatch(/^What this machine can send is taken from .*calibration\.json \(calibrated 2026-11-20\)\.$/)
  })

  test('of another machine none is taken, and it says so', () => {
    store(JSON.stringify(calibration()))
    expect(ceilingsOf(out)).toEqual({
      told: expect.stringMatching(
        /calibration\.json says nothing of this machine \(calibrated 2026-11-20 on another machine: 4 × Imaginary 3000, .*\): what it can send is measured before the first trial\.$/,
      ),
    })
    expect(MACHINE.cpu).not.toBe(readEnvironment().cpu)
  })
})

test('who calibrates again is not held up by a damaged file, and is told what is lost', () => {
  const told: string[] = []
  store('{"schema":1}')
  expect(calibrationBefore(out, (text) => told.push(text))).toBeUndefined()
  expect(told).toEqual([
    expect.stringMatching(
      /calibration\.json is no calibration: at is missing.* It is replaced; what it knew of other scenarios is lost\.$/,
    ),
  ])
})
