import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

  const noise = { scenario: 's', planHash: 'h', at: 'then', pairs: 8, metrics: { 'response_time p95': { pairToPair: 0.1 } } }
  const { environment } = calibration()

  it.each([
    ['no object', null, 'schema'],
    ['nothing of its form', {}, 'schema'],
    ['no ceiling', { ceiling: undefined }, 'ceiling.blocking.perSecond'],
    ['a ceiling of one mode', { ceiling: { blocking: { perSecond: 1 } } }, 'ceiling.streaming.perSecond'],
    ['a ceiling in words', { ceiling: { blocking: { perSecond: 'fast' }, streaming: { perSecond: 1 } } }, 'ceiling.blocking.perSecond'],
    ['no day', { at: 7 }, 'at'],
    ['no machine', { environment: { ...environment, cpu: undefined } }, 'environment'],
    ['a machine without memory', { environment: { ...environment, memoryBytes: undefined } }, 'environment'],
    ['noise that is no list', { noise: {} }, 'noise'],
    ['noise that is nothing', { noise: [noise, null] }, 'noise[1]'],
    ['noise of no plan', { noise: [{ ...noise, planHash: undefined }] }, 'noise[0]'],
    ['noise without a spread', { noise: [{ ...noise, metrics: { 'response_time p95': null } }] }, 'noise[0]'],
  ])('that has the right form but %s is refused by file and key, with the way out', (what, over, key) => {
    store(JSON.stringify(over === null || what === 'nothing of its form' ? over : { ...calibration(), ...over }))
    expect(() => readCalibration(folder)).toThrow(`calibration.json is no calibration: ${key} is missing, or of another kind.`)
    expect(() => readCalibration(folder)).toThrow(
      expect.objectContaining({ exitCode: 2, hint: expect.stringContaining('flowbench calibrate') }),
    )
  })

  it('with noise of a scenario is read whole', () => {
    store(JSON.stringify({ ...calibration(), noise: [noise] }))
    expect(readCalibration(folder)?.noise).toEqual([noise])
  })

  it('that cannot be read is no reason to act as if there were none', () => {
    const place = join(folder, 'odd')
    mkdirSync(join(place, 'calibration.json'), { recursive: true })
    expect(() => readCalibration(place)).toThrow(/calibration\.json cannot be read: EISDIR/)
  })
})
