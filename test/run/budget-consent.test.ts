import { expect, test } from 'vitest'
import { seconds } from '../../src/core/units.ts'
import { refuseWithoutBudget } from '../../src/run/budget-consent.ts'
import { planOf } from '../helpers/samples.ts'

const at = (url: string) => planOf({ target: { ...planOf().target, url } })
const elsewhere = at('http://192.0.2.1/v1')

test('a search on another machine needs a budget, on this one none', async () => {
  await expect(refuseWithoutBudget(elsewhere, {})).rejects.toThrow('192.0.2.1 is not this machine: it needs a budget')
  await expect(refuseWithoutBudget(at('http://127.0.0.1:5001/v1'), {})).resolves.toBeUndefined()
})

test.each([{ trials: 9 }, { time: seconds(60) }, { tokens: 1000 }, { runs: 1000 }, { waived: true as const }])(
  '%o is a budget, or the word that none is wanted',
  async (budget) => {
    await expect(refuseWithoutBudget(elsewhere, budget)).resolves.toBeUndefined()
  },
)
