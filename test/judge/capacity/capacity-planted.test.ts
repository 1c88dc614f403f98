import { describe, expect, test } from 'vitest'
import { isNamed, kindOf, PLANTED } from '../../../prove/planted.ts'
import { plantedSearch } from '../../helpers/planted-search.ts'

const SEED = 1

describe('each overload planted in the simulator is named at the end of a search, in virtual time', () => {
  test.each(PLANTED.map((planted) => [kindOf(planted), planted.title, planted] as const))(
    '%s: %s',
    async (_, __, planted) => {
      const { overload } = (await plantedSearch(planted, SEED)).summary
      expect(isNamed(planted, overload), JSON.stringify(overload)).toBe(true)
      expect(overload!.because).toMatch(/\.$/)
    },
    120_000,
  )
})
