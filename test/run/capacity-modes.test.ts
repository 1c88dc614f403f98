import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { seconds } from '../../src/core/units.ts'
import { beginModes, resumeModes } from '../../src/run/capacity-modes.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { openPhase, planOf } from '../helpers/samples.ts'
import { folderWith } from '../scenario/folder.ts'

test('searches in both modes that go on no longer say that they are whole', async () => {
  const plan = planOf({ phases: [openPhase({})] })
  const searches = (['blocking', 'streaming'] as const).map((mode) => ({
    plan,
    search: searchOf(plan, { axis: 'rate', from: 8, to: 32, width: 0.2, trial: seconds(4), budget: {} }, mode),
    secrets: [],
    apiKey: undefined,
  }))
  const { folder } = beginModes(searches, folderWith({}))
  const whole = join(folder, 'capacity-modes.json')
  writeFileSync(whole, '{}')
  await resumeModes(folder, searches, 'as-begun')
  expect(existsSync(whole)).toBe(false)
})
