import { expect, test } from 'vitest'
import type { ComparisonSettings } from '../../src/core/comparison.ts'
import { EXIT } from '../../src/core/errors.ts'
import type { RunOrder } from '../../src/judge/comparison/experiment.ts'
import { beginComparison, carryOn, designOf } from '../../src/run/compare.ts'
import type { Conclusion } from '../../src/run/conclude.ts'
import { loadArms } from '../../src/scenario/load-scenario.ts'
import { readExperiment } from '../../src/store/experiment-folder.ts'
import { summaryOf } from '../helpers/comparison.ts'
import { planOf } from '../helpers/samples.ts'
import { folderWith } from '../scenario/folder.ts'

const folder = folderWith({
  's.yaml':
    'target: { simulator: llm }\nload: [{ name: steady, rate: 1/s, for: 1s }]\narms: { old: {}, new: { target: { mode: blocking } } }\n',
})
const REFUSED = 'The first 20 exchanges were all refused or found no connection (the last: ECONNREFUSED); sending was ended.'

test('an arm that refuses everybody ends the comparison by its name and with what it said, and what was measured before is kept', async () => {
  const planned = loadArms(`${folder}/s.yaml`, { env: {}, seed: 1 })
  const comparison = beginComparison(planned, folder)
  const refusing = 'new'
  let runs = 0
  const cut = await carryOn(comparison, {
    arms: planned.arms.map(({ name }) => ({ name }) as never),
    series: {
      async run({ name }: { readonly name: string }, _seed: number, began: (run: string) => void) {
        const id = `run-${++runs}`
        began(id)
        const summary = { ...summaryOf(id, {}, planOf()), exitCode: EXIT.done as number, exitReason: 'Exit code 0, since the run is done.' }
        const notes = [{ note: 'stopped' as const, at: 0, text: REFUSED }]
        const conclusion =
          name === refusing
            ? { summary: { ...summary, exitCode: EXIT.unreachable }, measured: { notes } }
            : { summary, measured: { notes: [] } }
        return conclusion as unknown as Conclusion
      },
    } as never,
    watcher: { beginning: () => {}, ended: () => {} },
  })
  expect(cut).toEqual({ exitCode: 3, because: `arm new was given up in pair 1 (run run-${runs}): ${REFUSED}` })
  const { header, lines } = readExperiment<'comparison', ComparisonSettings, RunOrder>(comparison.folder, 'comparison')
  expect(designOf(header).arms).toEqual(['old', 'new'])
  expect(lines.filter((line) => 'ended' in line)).toHaveLength(runs)
  expect(lines.at(-1)).toMatchObject({
    note: `Cut short: arm new was given up in pair 1 (run run-${runs}): ${REFUSED} What was measured before is kept.`,
  })
})
