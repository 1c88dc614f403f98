import { expect, it } from 'vitest'
import { witnessOf } from '../../../src/judge/calibration/witness.ts'

const ABOUT = { client: 'autocannon', concurrency: 8, takes: 20_000 }
const seen = (mean: number, perSecond = 400) => ({ mean, perSecond })

it('holds two clients against each other by what each saw in most of its turns', () => {
  const witness = witnessOf(ABOUT, [seen(21_000), seen(90_000, 90), seen(20_800, 396)], [seen(20_000), seen(20_000), seen(50_000, 150)])
  expect(witness).toMatchObject({ flowbench: { mean: 21_000, perSecond: 396 }, other: { mean: 20_000, perSecond: 400 } })
  if ('absent' in witness) throw new Error(witness.absent)
  expect(witness.apart.mean).toBeCloseTo(0.05, 6)
  expect(witness.apart.perSecond).toBeCloseTo(-0.01, 6)
})
