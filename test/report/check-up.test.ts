import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Check, checkUp } from '../../src/judge/check-up.ts'
import { renderCheckUp } from '../../src/report/check-up.ts'
import { width } from '../../src/report/width.ts'

const LONG = 'it says so many words about what it found that they cannot stand in one line of an ordinary terminal'
const CHECKS: readonly Check[] = [
  { about: 'target', name: 'answer', state: 'good', says: 'it answers' },
  {
    about: 'machine',
    name: 'open files',
    state: 'bad',
    says: LONG,
    fix: 'Raise the limit of open files in the shell that starts flowbench, or lower it.',
  },
  { about: 'scenario', name: 'file', state: 'bad', says: 'a.yaml:1:3  this is wrong\n    1 | x:  y\n      |   ^', fix: 'Mend it.' },
  { about: 'machine', name: 'load', state: 'doubtful', says: 'much', fix: 'Stop it.' },
]
const plain = { colour: 'off', width: 80, glyphs: 'unicode' } as const

describe('a check-up as text', () => {
  test('goes by subject, with signs, names in a column, and fixes below what they mend', () => {
    expect(renderCheckUp(checkUp(CHECKS), plain)).toBe(`Machine
  ✗ open files      it says so many words about what it found that they cannot
                    stand in one line of an ordinary terminal
                    → Raise the limit of open files in the shell that starts
                      flowbench, or lower it.
  ! load            much
                    → Stop it.

Scenario
  ✗ file            a.yaml:1:3  this is wrong
                        1 | x:  y
                          |   ^
                    → Mend it.

Target
  ✓ answer          it answers

2 of 4 checks are bad (✗), 1 doubtful (!): a run would not work. Exit code 2.
`)
  })

  test('says at its end how it stands', () => {
    const last = (...states: Check['state'][]) =>
      renderCheckUp(checkUp(states.map((state) => ({ ...CHECKS[0]!, state }))), plain)
        .trimEnd()
        .split('\n')
        .at(-1)
    expect(last('good', 'good')).toBe('All 2 checks are good.')
    expect(last('doubtful', 'good')).toBe('1 of 2 checks is doubtful (!): a run would work, and its numbers may suffer.')
    expect(last('bad')).toBe('1 of 1 checks is bad (✗): a run would not work. Exit code 3.')
  })

  test('is plain ASCII where the terminal knows no more, and never wider than it', () => {
    const texts = fc.array(
      fc.record({
        about: fc.constantFrom('machine', 'scenario', 'target'),
        name: fc.constant('name'),
        state: fc.constantFrom('good', 'doubtful', 'bad'),
        says: fc.lorem({ maxCount: 40 }),
        fix: fc.lorem({ maxCount: 40 }),
      }),
    )
    fc.assert(
      fc.property(
        texts as fc.Arbitrary<readonly Check[]>,
        fc.integer({ min: 60, max: 100 }),
        fc.constantFrom('ascii', 'unicode'),
        (checks, columns, glyphs) => {
          const text = renderCheckUp(checkUp(checks), { ...plain, width: columns, glyphs })
          for (const line of text.split('\n')) expect(width(line)).toBeLessThanOrEqual(columns)
          if (glyphs === 'ascii') expect(text).toMatch(/^[\n -~]*$/)
        },
      ),
    )
  })

  test('has colours only where they are wanted, and says the same with them', () => {
    const coloured = renderCheckUp(checkUp(CHECKS), { ...plain, colour: 'on' })
    expect(coloured).toContain('\u001b[')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderCheckUp(checkUp(CHECKS), plain))
  })
})
