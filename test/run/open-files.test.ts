import { describe, expect, test } from 'vitest'
import { TargetError } from '../../src/core/errors.ts'
import { fileNeed, heedOpenFiles, openFileLimit } from '../../src/run/open-files.ts'
import { closedPhase, openPhase, planOf } from '../helpers/samples.ts'

const slots = (from: number, to = from) => planOf({ phases: [closedPhase({ from, to })] })
const scheduled = planOf({ phases: [openPhase()] })

describe('the open files that a plan needs are its most in flight and 64', () => {
  test.each([
    ['as many as are allowed', slots(36), 100, 'no'],
    ['one slot more', slots(37), 100, 'certain'],
    ['a ramp that ends too high', slots(1, 37), 100, 'certain'],
    ['a schedule, whose in-flight limit may never be reached', scheduled, 256, 'possible'],
    ['a schedule with room for its limit', scheduled, 564, 'no'],
    ['any number where nothing is limited', slots(100_000), Number.POSITIVE_INFINITY, 'no'],
  ])('%s', (_, plan, limit, short) => {
    expect(fileNeed(plan, limit).short).toBe(short)
  })

  test('what cannot go well is refused, with both ways out', () => {
    expect(() => heedOpenFiles(slots(100), 128)).toThrow(TargetError)
    const { says, fix } = fileNeed(slots(100), 128)
    expect(says).toBe('the plan needs 164 open files (up to 100 in flight and 64 files of its own), and only 128 are allowed')
    expect(fix).toBe('Allow more with ulimit -n 256 in the shell that starts flowbench, or keep concurrency at 64 or below.')
    expect(fileNeed(slots(100), 50).fix).not.toContain('or keep')
  })

  test('what may go well is a warning, and what is not known is none', () => {
    expect(heedOpenFiles(scheduled, 256)).toEqual([
      expect.stringMatching(/^This machine lacks open files.*limits\.inFlight at 192 or below\.$/),
    ])
    expect(heedOpenFiles(scheduled, undefined)).toEqual([])
    expect(heedOpenFiles(slots(1), 1024)).toEqual([])
  })
})

describe('the limit of this process', () => {
  const table = (soft: string) =>
    `Limit  Soft Limit  Hard Limit  Units\nMax processes  9  9  processes\nMax open files            ${soft}      4096    files     \n`

  test('is the soft one', () => {
    expect(openFileLimit(() => table('1024'))).toBe(1024)
    expect(openFileLimit(() => table('unlimited'))).toBe(Number.POSITIVE_INFINITY)
    expect(openFileLimit(() => 'nothing of the kind')).toBeUndefined()
  })

  test('is asked of Node where there is no such table', () => {
    const told = openFileLimit(() => {
      throw new Error('ENOENT')
    })
    expect(told).toBe(openFileLimit())
  })
})
