import { describe, expect, test } from 'vitest'
import { createRunMeter } from '../../src/cli/run-meter.ts'
import type { Phase } from '../../src/core/plan.ts'
import { seconds } from '../../src/core/units.ts'
import { closedPhase, openPhase, planOf, s, sampleOf } from '../helpers/samples.ts'

function metered(phases: readonly Phase[]) {
  const meter = createRunMeter()
  const clock = { now: 0 }
  const plan = planOf({ phases })
  meter.began({ plan, folder: 'any', now: () => clock.now, inFlight: () => 3, connectionsOpen: () => 3 })
  return { meter, clock }
}

describe('a run under way', () => {
  const phases = [openPhase({ name: 'rise', length: seconds(10), measured: false }), openPhase({ name: 'steady', length: seconds(30) })]

  test('says nothing before its first phase', () => {
    expect(metered(phases).meter.read()).toBeUndefined()
  })

  test('by time: how far it is and what is left of it, over all its phases', () => {
    const { meter, clock } = metered(phases)
    meter.line({ phaseBegan: 'rise', at: s(1) })
    expect(meter.read()).toMatchObject({ phase: 'rise', done: 0, left: 41e6, leftOfPhase: 11e6 })
    clock.now = 21e6
    meter.line({ phaseBegan: 'steady', at: s(11) })
    expect(meter.read()).toMatchObject({ phase: 'steady', done: 0.5, left: 20e6, leftOfPhase: 20e6, inFlight: 3 })
    clock.now = 60e6
    expect(meter.read()).toMatchObject({ done: 1, left: 0 })
  })

  test('by its number of runs, where it ends by that', () => {
    const { meter } = metered([closedPhase({ name: 'warm-up', runs: 2 }), closedPhase({ name: 'steady', runs: 6 })])
    meter.line({ phaseBegan: 'warm-up', at: s(0) })
    meter.line({ phaseBegan: 'steady', at: s(1) })
    for (let seq = 0; seq < 4; seq++) meter.line({ sample: sampleOf(seq, { phase: seq < 2 ? 'warm-up' : 'steady' }) })
    const reading = meter.read()
    expect(reading).toMatchObject({ done: 0.5, ended: 2, failed: 0 })
    expect(reading).not.toHaveProperty('left')
  })

  test('of another run after it nothing of the first is left', () => {
    const { meter } = metered(phases)
    meter.line({ phaseBegan: 'rise', at: s(1) })
    meter.line({ sample: sampleOf(0, { phase: 'rise' }) })
    meter.began({ plan: planOf({ phases }), folder: 'next', now: () => 5e6, inFlight: () => 0, connectionsOpen: () => 0 })
    expect(meter.read()).toBeUndefined()
    meter.line({ phaseBegan: 'rise', at: s(5) })
    expect(meter.read()).toMatchObject({ ended: 0, done: 0 })
  })
})
