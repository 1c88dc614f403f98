import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readCalibration } from '../../src/store/calibration.ts'
import { calibration } from '../helpers/calibration.ts'

const folder = mkdtempSync(join(tmpdir(), 'calibration-'))
afterAll(() => rmSync(folder, { recursive: true }))
const store = (text: string) => writeFileSync(join(folder, 'calibration.json'), text)

describe('a stored calibration', () => {
  it('is none where nothing was ever calibrated', () => {
    expect(readCalibration(join(folder, 'nowhere'))).toBeUndefined()
  })

  it('is read as it was written', () => {
    store(JSON.stringify(calibration()))
    expect(readCalibration(folder)).toEqual(calibration())
  })

  it('of a form that is not known counts as none', () => {
    store('{"schema":2}')
    expect(readCalibration(folder)).toBeUndefined()
  })

  it('that is no JSON is named with the way out', () => {
    store('{')
    expect(() => readCalibration(folder)).toThrow(/calibration\.json is no JSON/)
  })
})
