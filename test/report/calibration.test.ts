import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { MetricNoise } from '../../src/core/calibration.ts'
import { calibrationJsonSchema } from '../../src/report/calibration/json-schema.ts'
import { calibrationText } from '../../src/report/calibration/text.ts'
import { width } from '../../src/report/width.ts'
import { calibration } from '../helpers/calibration.ts'

const plain = { colour: 'off', width: 100, glyphs: 'unicode' } as const
const p95: MetricNoise = {
  runToRun: 0.04,
  pairToPair: 0.06,
  detectable: { 8: 0.08, 16: 0.052, 30: 0.036 },
  pairsFor: { 5: null, 10: 12, 15: 8 },
}
const whole = calibration({
  witness: {
    client: 'autocannon',
    concurrency: 10,
    takes: 20_000,
    flowbench: { mean: 20_600, perSecond: 484 },
    other: { mean: 20_500, perSecond: 486 },
    apart: { mean: 0.0049, perSecond: -0.0041 },
  },
  truth: [
    {
      mode: 'blocking',
      share: 0.5,
      perSecond: 500,
      exchanges: 2_000,
      errors: { finished: { p50: 210, p95: 900 } },
      scheduleLag: { p50: 90, p95: 300, p99: 800 },
    },
  ],
  noise: [
    {
      scenario: 'translate',
      planHash: 'h',
      at: '2026-11-21T08:00:00.000Z',
      folder: 'translate/noise-x',
      pairs: 8,
      pairTakes: 30e6,
      primary: 'response_time p95',
      metrics: { 'response_time p95': p95 },
      falseAlarms: 0.0039,
    },
  ],
})

describe('a calibration as text', () => {
  it('says what the machine can send, what a second client saw, how true times are, and what a comparison can see', () => {
    const text = calibrationText(whole, plain)
    expect(text).toContain('No caveat: nothing speaks against this installation.')
    expect(text).toMatch(/^blocking +1\D?000\/s +500\/s +8 +900 µs +900 µs$/m)
    expect(text).toMatch(/^blocking at 50 % +500\/s +– +– +900 µs +300 µs$/m)
    expect(text).toContain('flowbench saw a mean of 20.6 ms')
    expect(text).toMatch(/^response_time p95 +4 % +8 % +5\.20 % +3\.60 % +over 200 +12 +8$/m)
    expect(text.replace(/\s+/g, ' ')).toContain(
      'A gate on response_time p95: 8 pairs take 4 min and find a change of 8 % or more; 16 pairs take 8 min and find a change of 5.20 % or more.',
    )
  })

  it('begins with what to be careful of', () => {
    const text = calibrationText({ ...whole, caveats: ['The machine was busy.'] }, plain)
    expect(text.split('\n')[3]).toBe('? Caveat: The machine was busy.')
    expect(text).not.toContain('nothing speaks against')
  })

  it('names the levels that were measured twice', () => {
    const { blocking, streaming } = calibration().ceiling
    const again = { ...blocking, levels: blocking.levels.map((level) => ({ ...level, tries: 2 })) }
    const text = calibrationText({ ...whole, ceiling: { blocking: again, streaming } }, plain).replace(/\s+/g, ' ')
    expect(text).toContain(
      'blocking, runs per second by slots: 8: 1 000; more slots brought no more. Measured twice, since something had disturbed it: 8.',
    )
    expect(text.match(/Measured twice/g)).toHaveLength(1)
  })

  it('says why there was no second client', () => {
    expect(calibrationText({ ...whole, witness: { absent: 'autocannon is not installed.' } }, plain)).toContain(
      '  autocannon is not installed.',
    )
  })

  it.for([80, 100])('keeps within %d columns', (columns, { expect }) => {
    const lines = calibrationText(whole, { ...plain, width: columns }).split('\n')
    expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(columns)
  })
})

describe('the JSON Schema of a calibration', () => {
  const schema = calibrationJsonSchema()
  const accepts = new Ajv2020({ strict: true }).compile(schema)

  it('accepts what is stored, with and without a second client', () => {
    for (const stored of [whole, calibration()]) {
      accepts(JSON.parse(JSON.stringify(stored)))
      expect(accepts.errors).toBeNull()
    }
  })

  it('refuses what is not there to be read', () => {
    expect(accepts({ ...whole, more: 1 })).toBe(false)
    expect(accepts({ ...whole, schema: 2 })).toBe(false)
    const { ceiling: _ceiling, ...without } = whole
    expect(accepts(without)).toBe(false)
  })

  it('in scenarios/ is up to date', () => {
    expect(JSON.parse(readFileSync('scenarios/calibration.schema.json', 'utf8')), 'stale: npm run schema').toEqual(
      JSON.parse(JSON.stringify(schema)),
    )
  })
})
