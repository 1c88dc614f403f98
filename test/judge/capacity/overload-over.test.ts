import { describe, expect, test } from 'vitest'
import { keyed } from '../../../src/core/random.ts'
import type { MadeTrial } from '../../../src/judge/capacity/capacity-events.ts'
import { overloadOver } from '../../../src/judge/capacity/overload-over.ts'
import { noisyPhase, ORDINARY_NOISE, type Parts } from '../../helpers/noisy-phase.ts'

const phase = (parts: Parts, clients: number) => noisyPhase(parts, { clients, runs: 100, noise: ORDINARY_NOISE, random: keyed(1, clients) })

const HEALTHY: Parts = { byte: 12, admission: 25, engine: 600 }
const unloaded = await phase(HEALTHY, 1)
const healthy = await phase(HEALTHY, 8)
const slowed = await phase({ byte: 14, admission: 200, engine: 3000 }, 8)
const queued = await phase({ ...HEALTHY, admission: 2500 }, 16)
const connected = await phase({ ...HEALTHY, byte: 2500 }, 16)

const trial = (load: number, finding: MadeTrial['finding'], shown: MadeTrial['phase']): MadeTrial => ({
  ...{ run: `${load}`, began: 0, load, purpose: 'level', finding, because: '', phase: shown, spentUs: 0, tokens: 0 },
})
const times = (count: number, one: MadeTrial) => Array.from({ length: count }, () => one)
const kindOver = (trials: readonly MadeTrial[]) => overloadOver(trials, unloaded)?.kind

describe('the overload of a search', () => {
  const held = times(3, trial(10, 'held', healthy))
  const missed = times(3, trial(20, 'missed', queued))

  test('is what most trials show at the lowest load that is too much', () => {
    expect(kindOver([...held, ...missed, ...times(3, trial(40, 'missed', connected))])).toBe('workers')
    expect(kindOver([...held, ...times(2, trial(20, 'missed', queued)), trial(20, 'missed', slowed)])).toBe('workers')
  })

  test('is not what one trial showed that was missed at a load which held by the others', () => {
    expect(kindOver([...held, trial(10, 'missed', slowed), ...missed])).toBe('workers')
    expect(kindOver([...held, trial(10, 'missed', slowed)])).toBe('worker-cpu')
  })

  test('is not clear where loads that held show another already', () =>
    expect(kindOver([...times(3, trial(10, 'held', slowed)), ...missed])).toBe('unclear'))

  test('is not made unclear by a trial that held at a load which is too much', () =>
    expect(kindOver([...held, ...missed, trial(20, 'held', slowed)])).toBe('workers'))

  test('is looked for under more load where nothing has grown yet at the lowest that is too much', () =>
    expect(kindOver([...held, ...times(3, trial(20, 'missed', healthy)), ...times(3, trial(40, 'missed', queued))])).toBe('workers'))

  test('is there as soon as one trial left the target stuck, and never where none was missed', () => {
    expect(kindOver([...held, trial(20, 'stuck', connected)])).toBe('connections')
    expect(kindOver(held)).toBeUndefined()
  })
})
