import { describe, expect, test } from 'vitest'
import { perSecond } from '../../../src/core/units.ts'
import { overlayOf } from '../../../src/judge/overlay/overlay.ts'
import { runLabels } from '../../../src/judge/overlay/run-labels.ts'
import { openPhase } from '../../helpers/samples.ts'
import { storedRun } from '../../helpers/stored-runs.ts'

const ending = (exitCode: number, day: number) => {
  const { summary, plan, environment } = storedRun(day)
  return { summary: { ...summary!, exitCode }, plan, environment }
}
const codeOf = (...codes: readonly number[]) => overlayOf(codes.map(ending)).exitCode

describe('the labels of runs', () => {
  test('are the last four characters of their ids where those differ', () => {
    expect(runLabels(['20261124T211103Z-3f9a', '20261125T211103Z-71c2'])).toEqual(['3f9a', '71c2'])
  })

  test('grow from the end until all differ', () => {
    expect(runLabels(['20261124T211103Z-3f9a', '20261125T211109Z-3f9a', '20261125T211109Z-aaaa'])).toEqual([
      '3Z-3f9a',
      '9Z-3f9a',
      '9Z-aaaa',
    ])
  })

  test('are whole ids where nothing less can tell them apart, and where ids are shorter than a label', () => {
    expect(runLabels(['x-3f9a', '-3f9a'])).toEqual(['x-3f9a', '-3f9a'])
    expect(runLabels(['a', 'b'])).toEqual(['a', 'b'])
  })
})

describe('the exit code of runs laid over each other', () => {
  test.each([
    [[0, 0], 0],
    [[0, 12], 12],
    [[12, 4], 4],
    [[4, 10, 12], 10],
    [[10, 3], 3],
    [[3, 70], 70],
    [[70, 74], 74],
    [[74, 130], 130],
    [[130, 143], 143],
  ] as const)('of %j is %i, the gravest by the order of the contract', (codes, code) => {
    expect(codeOf(...codes)).toBe(code)
  })

  test('is told with the runs that end in it, and what the others end in', () => {
    expect(overlayOf([ending(10, 1), ending(12, 2), ending(0, 3)]).exitReason).toBe(
      'Exit code 10, the gravest of the runs’ own: 0001 ends in it; others end in 12.',
    )
  })
})

describe('what differs between runs', () => {
  const run = (day: number, over: Parameters<typeof storedRun>[1]) => {
    const { summary, plan, environment } = storedRun(day, over)
    return { summary: summary!, plan, environment }
  }
  const differences = (...runs: readonly Parameters<typeof storedRun>[1][]) =>
    Object.fromEntries(overlayOf(runs.map((over, day) => run(day, over))).differences.map(({ field, values }) => [field, values]))

  test('is nothing between repetitions of one plan on one machine', () => {
    expect(differences({}, {}, {})).toEqual({})
  })

  test('is told for scenario, arm, seed, load, target and versions, one value for each run', () => {
    expect(
      differences(
        {},
        { plan: { name: 'other', seed: 8, arm: 'after' }, environment: { node: '24.10.0' } },
        { plan: { phases: [openPhase({ name: 'steady', to: perSecond(20) })] } },
      ),
    ).toEqual({
      name: [expect.any(String), 'other', expect.any(String)],
      arm: [undefined, 'after', undefined],
      seed: [expect.any(String), '8', expect.any(String)],
      load: [
        'steady: 10/s constant, 10s, streaming',
        'steady: 10/s constant, 10s, streaming',
        'steady: 10/s..20/s constant, 10s, streaming',
      ],
      'versions.node': ['24.9.0', '24.10.0', '24.9.0'],
    })
  })
})
