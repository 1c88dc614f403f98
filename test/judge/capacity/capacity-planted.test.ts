import { describe, expect, test } from 'vitest'
import { PLANTED, plantedSearch } from '../../helpers/planted.ts'

const SEED = 2

describe('each overload planted in the simulator is named at the end of a search, in virtual time', () => {
  test.each(PLANTED.map((planted) => [planted.kind, planted.title, planted] as const))(
    '%s: %s',
    async (kind, _, planted) => {
      const { summary } = await plantedSearch(planted, SEED)
      expect(summary.overload).toMatchObject({ kind, knob: expect.stringMatching(/./), because: expect.stringMatching(/\.$/) })
    },
    60_000,
  )
})
