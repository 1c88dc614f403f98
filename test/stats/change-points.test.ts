import { describe, expect, test } from 'vitest'
import { keyed, normal } from '../../src/core/random.ts'
import { changePoints } from '../../src/stats/change-points.ts'

/** Annual flow of the Nile at Aswan, 1871–1970 (Cobb 1978, Biometrika 65): it fell after 1898. */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100, 1210, 1150, 1250,
  1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821,
  768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860,
  874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]

/** Logarithms of a metric over `runs` runs that scatter by 5 %, with steps: [first run, relative change]. */
function history(runs: number, steps: readonly (readonly [number, number])[], key: number): readonly number[] {
  const random = keyed(key, 'history')
  return Array.from({ length: runs }, (_, run) => {
    const level = steps.reduce((sum, [from, change]) => sum + (run >= from ? Math.log1p(change) : 0), 0)
    return level + 0.05 * normal(random)
  })
}

describe('change points', () => {
  // The place agrees with a plain search through all splits by the paper's formula (2.5), written apart in NumPy: Q 4916.5908 at 28.
  test('the Nile fell after 1898, and did nothing else', () => expect(changePoints(NILE, { seed: 1 })).toEqual([{ at: 28, p: 0.001 }]))
  test('a step of 10 % in 60 noisy runs is found within 5 runs of where it was, in at least 38 of 40 series', () => {
    let found = 0
    for (let key = 0; key < 40; key++)
      if (changePoints(history(60, [[35, 0.1]], key), { seed: key }).some(({ at }) => Math.abs(at - 35) <= 5)) found++
    expect(found).toBeGreaterThanOrEqual(38)
  })
  test('in 200 series without a step 5 % at most show one', () => {
    let wrong = 0
    for (let key = 0; key < 200; key++) if (changePoints(history(60, [], key), { seed: key }).length > 0) wrong++
    expect(wrong).toBeLessThanOrEqual(10)
  })
  test('several steps are found each, one that is taken back too', () => {
    const found = changePoints(
      history(
        120,
        [
          [40, 0.2],
          [70, -0.17],
          [100, 0.3],
        ],
        3,
      ),
      { seed: 3 },
    ).map(({ at }) => at)
    expect(found).toHaveLength(3)
    for (const [index, at] of [40, 70, 100].entries()) expect(Math.abs(found[index]! - at)).toBeLessThanOrEqual(3)
  })
  test('is the same for the same seed, and whatever the unit', () => {
    const values = history(80, [[30, 0.12]], 8)
    const found = changePoints(values, { seed: 4 })
    expect(changePoints(values, { seed: 4 })).toEqual(found)
    expect(
      changePoints(
        values.map((value) => 1000 * value + 7),
        { seed: 4 },
      ).map(({ at }) => at),
    ).toEqual(found.map(({ at }) => at))
  })
  test('too few values, and equal ones, have none', () => {
    expect(changePoints([1, 2, 3, 90, 91, 92], { seed: 1 })).toEqual([])
    expect(changePoints([], { seed: 1 })).toEqual([])
    expect(changePoints(new Array(40).fill(3), { seed: 1 })).toEqual([])
  })
})
