import { expect, test } from 'vitest'
import { planLines } from '../../src/cli/plan-lines.ts'

const plan = [
  'scenario    two-places',
  'capacity    from 2 slots up to 12 slots, to a bracket of 5 %, in blocking mode',
  '            and long enough for the 14 runs that the objectives need',
]

test('in 40 columns a plan goes on below its own beginning, behind its labels', () => {
  expect(planLines(plan, { columns: 40 })).toEqual([
    'scenario    two-places',
    'capacity    from 2 slots up to 12 slots,',
    '            to a bracket of 5 %, in',
    '            blocking mode',
    '            and long enough for the 14',
    '            runs that the objectives',
    '            need',
  ])
})

test('where there is room, or no terminal, it stays as it is', () => {
  expect(planLines(plan, { columns: 100 })).toEqual(plan)
  expect(planLines(plan, {})).toEqual(plan)
})
