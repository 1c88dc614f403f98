import { describe, expect, it } from 'vitest'
import type { CeilingLevel } from '../../../src/core/calibration.ts'
import { ceilingOf, MOST_SLOTS, nextLevel } from '../../../src/judge/calibration/ceiling.ts'

const OWN_CPU = 0.8
const level = (perSecond: number, over: Partial<CeilingLevel> = {}): CeilingLevel => ({
  concurrency: 1,
  perSecond,
  cpu: 0.5,
  loopDelay: 0,
  eventsPerRun: 1,
  succeeded: perSecond,
  failures: 0,
  others: 0.02,
  tries: 1,
  doubts: [],
  ...over,
})

/** What the climb makes of these throughputs, level by level. */
function climbed(throughputs: readonly number[], over: (n: number) => Partial<CeilingLevel> = () => ({})) {
  const levels: CeilingLevel[] = []
  for (;;) {
    const next = nextLevel(levels, OWN_CPU)
    if (typeof next === 'string') return { end: next, slots: levels.map(({ concurrency }) => concurrency), levels }
    levels.push(level(throughputs[levels.length] ?? throughputs.at(-1)!, { concurrency: next, ...over(levels.length) }))
  }
}

describe('the climb to the ceiling', () => {
  it('doubles the slots and ends after two levels that bring no more than 5 %', () => {
    expect(climbed([100, 200, 390, 400, 405])).toMatchObject({ end: 'flat', slots: [1, 2, 4, 8, 16] })
  })

  it('goes on past one level that was disturbed', () => {
    expect(climbed([100, 200, 150, 400, 700, 700, 700])).toMatchObject({ end: 'flat', slots: [1, 2, 4, 8, 16, 32, 64] })
  })

  it('measures once more what was disturbed before it ends there, and goes on where that brings more', () => {
    const disturbed = (n: number) => ({ others: n === 2 || n === 3 ? 0.6 : 0.02 })
    // 4 and 8 slots came to nothing while others were busy; 4 is measured again and rises, and so do 16 and 32.
    const { end, slots, levels } = climbed([100, 200, 190, 180, 390, 700, 1200, 1200, 1200], disturbed)
    expect([end, slots]).toEqual(['flat', [1, 2, 4, 8, 4, 16, 32, 64, 128]])
    const { perSecond, levels: told } = ceilingOf(levels, 'flat')
    expect(perSecond).toBe(1200)
    expect(told.map(({ concurrency, tries }) => `${concurrency}×${tries}`)).toEqual([
      '1×1',
      '2×1',
      '4×2',
      '8×1',
      '16×1',
      '32×1',
      '64×1',
      '128×1',
    ])
    expect(told[2]).toMatchObject({ perSecond: 390, others: 0.02 })
  })

  it('measures each level twice at most, and only where it was disturbed or runs failed', () => {
    const always = { others: 0.6 }
    expect(climbed([100, 200], () => always)).toMatchObject({ end: 'flat', slots: [1, 2, 4, 8, 4, 8] })
    expect(climbed([100, 200], (n) => ({ failures: n === 3 ? 2 : 0 }))).toMatchObject({ end: 'flat', slots: [1, 2, 4, 8, 8] })
    expect(climbed([100, 200], () => ({ others: undefined as never }))).toMatchObject({ slots: [1, 2, 4, 8, 4, 8] })
  })

  it('ends where the generator was too busy twice in a row, once more slots bring nothing', () => {
    const busy = (n: number) => ({ cpu: n >= 2 ? 0.9 : 0.5 })
    expect(climbed([100, 200, 400, 800, 810], busy)).toMatchObject({ end: 'doubts', slots: [1, 2, 4, 8, 16] })
    expect(climbed([100, 200, 390, 400], busy)).toMatchObject({ end: 'doubts', slots: [1, 2, 4, 8] })
  })

  it('ends at the most slots that are tried where it still rises', () => {
    const doubling = Array.from({ length: 20 }, (_, n) => 100 * 2 ** n)
    const { end, slots } = climbed(doubling)
    expect([end, slots.at(-1)]).toEqual(['most-slots', MOST_SLOTS])
    // The last level alone brought no more: nothing rises any longer.
    expect(climbed([...doubling.slice(0, 7), 6_300])).toMatchObject({ end: 'flat' })
  })
})

describe('the ceiling', () => {
  it('is the best level, with the CPU that a run and an event cost there', () => {
    const levels = [level(100), level(500, { concurrency: 2, cpu: 0.6, eventsPerRun: 12 }), level(450, { concurrency: 4, cpu: 0.9 })]
    // 0.6 s of CPU in a second for 500 runs: 1,200 µs each, 100 µs for each of 12 events.
    expect(ceilingOf(levels, 'flat')).toMatchObject({ perSecond: 500, concurrency: 2, cpuPerRun: 1200, cpuPerEvent: 100, endedBy: 'flat' })
  })
})
