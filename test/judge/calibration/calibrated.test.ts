import { describe, expect, it } from 'vitest'
import type { Noise } from '../../../src/core/calibration.ts'
import type { Phase } from '../../../src/core/plan.ts'
import type { Mode } from '../../../src/core/sample.ts'
import { micros, perSecond, SECOND } from '../../../src/core/units.ts'
import { beyondCeiling, measuredNoise } from '../../../src/judge/calibration/calibrated.ts'
import { calibration, MACHINE } from '../../helpers/calibration.ts'

const open = (to: number, mode: Mode = 'streaming'): Phase => ({
  kind: 'open',
  name: 'steady',
  mode,
  measured: true,
  settle: false,
  arrivals: 'constant',
  from: perSecond(1),
  to: perSecond(to),
  length: micros(SECOND),
})

describe('a plan held against what the machine can send', () => {
  it('says nothing up to half of the mode’s ceiling', () => {
    expect(beyondCeiling([open(200), open(500, 'blocking')], calibration(), MACHINE)).toEqual([])
  })

  it('names the phase, its highest rate and the ceiling beyond that', () => {
    const [text, ...more] = beyondCeiling([open(201)], calibration(), MACHINE)
    expect(more).toEqual([])
    expect(text).toContain(
      'Phase steady sends up to 201/s, more than half of the 400 streaming runs per second that flowbench sends at most (calibrated 2026-11-20)',
    )
  })

  it('says where the ceiling was measured on another machine', () => {
    const [text] = beyondCeiling([open(201)], calibration(), { ...MACHINE, cpu: 'Other 1' })
    expect(text).toContain('calibrated 2026-11-20 on another machine: 4 × Imaginary 3000, 8 GB, linux x64')
  })

  it('says nothing of slots, which send what the target allows', () => {
    const closed: Phase = {
      kind: 'closed',
      name: 'c',
      mode: 'streaming',
      measured: true,
      settle: false,
      from: 500,
      to: 500,
      think: micros(0),
    }
    expect(beyondCeiling([closed], calibration(), MACHINE)).toEqual([])
  })
})

describe('the noise that was measured of a scenario', () => {
  const metrics = { 'response_time p95': { runToRun: 0.04, pairToPair: 0.06, detectable: {}, pairsFor: {} } }
  const noise: Noise = {
    scenario: 'translate',
    planHash: 'h',
    at: '2026-11-21T08:00:00.000Z',
    folder: 'translate/compare-x',
    pairs: 8,
    pairTakes: 1,
    primary: 'response_time p95',
    metrics,
    falseAlarms: 0,
  }
  const known = calibration({ noise: [noise] })
  const asked = { scenario: 'translate', plans: ['g', 'h'] }

  it('is found by the scenario’s name and the figure, with where it is from', () => {
    expect(measuredNoise(known, MACHINE, { ...asked, figure: 'response_time p95' })).toEqual({
      deviation: 0.06,
      origin: '8 pairs of equal arms, calibrated 2026-11-21',
    })
  })

  it('is none for another scenario, or a figure that was not among those told', () => {
    expect(measuredNoise(known, MACHINE, { ...asked, scenario: 'other', figure: 'response_time p95' })).toBeUndefined()
    expect(measuredNoise(known, MACHINE, { ...asked, figure: 'response_time p99' })).toBeUndefined()
  })

  it('says where it is from another machine', () => {
    const there = measuredNoise(known, { ...MACHINE, cores: 8 }, { ...asked, figure: 'response_time p95' })
    expect(there?.origin).toContain('on another machine')
  })

  it('says where it was measured with another plan than those that run now', () => {
    const origin = (plans: readonly string[]) => measuredNoise(known, MACHINE, { ...asked, plans, figure: 'response_time p95' })?.origin
    expect(origin(['g'])).toBe(
      '8 pairs of equal arms, calibrated 2026-11-21, of another plan than those that run now: calibrate again to be sure',
    )
    expect(origin(['h'])).not.toContain('another plan')
  })
})
