import { basename } from 'node:path'
import { expect, test } from 'vitest'
import type { ComparisonSettings } from '../../src/core/comparison.ts'
import type { RunOrder } from '../../src/judge/comparison/experiment.ts'
import { beginNoise, NOISE_PREFIX, resumeNoise } from '../../src/run/calibrate/measure-noise.ts'
import { loadScenario } from '../../src/scenario/load-scenario.ts'
import { experimentFolders, readExperiment } from '../../src/store/experiment-folder.ts'
import { scenarioFolder } from '../../src/store/run-folder.ts'
import { folderWith } from '../scenario/folder.ts'

const folder = folderWith({ 's.yaml': 'name: alike\ntarget: { simulator: llm }\nload: [{ name: steady, rate: 1/s, for: 1s }]\n' })
const planned = (pairs: number) => loadScenario(`${folder}/s.yaml`, { env: {}, pairs })

test('a scenario compared with itself has a folder that is told from those of comparisons, and goes on with the pairs it began with', async () => {
  const { folder: begun } = beginNoise(planned(10), folder)
  expect(basename(begun)).toMatch(/^noise-/)
  expect(experimentFolders(scenarioFolder(folder, 'alike'), NOISE_PREFIX)).toEqual([begun])

  await expect(resumeNoise(begun, planned(12), 'as-begun')).rejects.toThrow(/cannot go on: it was begun to be judged in another way/)
  const { header, events } = await resumeNoise(begun, planned(10), 'as-begun')
  expect(events).toEqual([{ resumed: true }])
  expect(header.settings.pairs).toBe(10)
  const [one, other] = header.arms
  expect([one!.name, other!.name]).toEqual(['one', 'other'])
  expect(one!.planHash).toBe(other!.planHash)
  const { lines } = readExperiment<'comparison', ComparisonSettings, RunOrder>(begun, 'comparison')
  expect(lines).toMatchObject([{ resumed: true }])
})
