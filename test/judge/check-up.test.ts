import { describe, expect, test } from 'vitest'
import { type Check, checkUp } from '../../src/judge/check-up.ts'

const check = (about: Check['about'], state: Check['state']): Check => ({ about, name: 'x', state, says: 'x' })

describe('the exit code of a check-up', () => {
  test.each([
    ['is 0 where nothing is bad, however doubtful', [check('target', 'doubtful'), check('machine', 'good')], 0],
    ['is 2 for a bad scenario', [check('scenario', 'bad')], 2],
    ['is 3 for a bad target', [check('target', 'bad')], 3],
    ['is 4 for a bad machine, since a run there would be invalid', [check('machine', 'bad')], 4],
    ['is that of the target before the machine', [check('machine', 'bad'), check('target', 'bad')], 3],
    ['is that of the scenario before both', [check('machine', 'bad'), check('target', 'bad'), check('scenario', 'bad')], 2],
    ['is 0 where nothing was looked at', [], 0],
  ] as const)('%s', (_, checks, code) => {
    expect(checkUp(checks)).toEqual({ schema: 1, exitCode: code, checks })
  })
})
