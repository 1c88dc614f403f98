import { describe, expect, test } from 'vitest'
import { keyed, normal } from '../../../src/core/random.ts'
import { beyondChance } from '../../../src/judge/modes/mode-figures.ts'

const ALPHA = 0.0294
const PHASES = 3

/** Share of comparisons in which one claim is called proven: two claims a phase, eight pairs, `shift` in standard deviations of a pair. */
function provenIn(experiments: number, shift: number): number {
  let proven = 0
  for (let one = 0; one < experiments; one++) {
    const random = keyed(one, 'modes', shift)
    const sets = Array.from({ length: 2 * PHASES }, () => Array.from({ length: 8 }, () => shift + normal(random)))
    if (beyondChance(sets, ALPHA).some(Boolean)) proven++
  }
  return proven / experiments
}

describe('a shift that is called proven', () => {
  test('is none of chance: without any, one of six claims stands in no more than the joint level allows', () => {
    const share = provenIn(4000, 0)
    // Three standard errors of a share of 4,000.
    expect(share).toBeLessThan(ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / 4000))
    expect(share).toBeGreaterThan(0.002)
  })

  test('is found where it is three times what pairs scatter by', () => {
    expect(provenIn(200, 3)).toBeGreaterThan(0.99)
  })

  test('stands by itself where the others are chance, and all differences alike are proof', () => {
    const chance = [1, -2, 2, -1, 1, -1, 2, -2]
    expect(beyondChance([chance, chance.map((value) => value + 100), chance], ALPHA)).toEqual([false, true, false])
    expect(beyondChance([new Array(8).fill(40_000), new Array(8).fill(-3)], ALPHA)).toEqual([true, true])
    expect(beyondChance([new Array(8).fill(0)], ALPHA)).toEqual([false])
  })
})
