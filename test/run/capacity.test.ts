import { expect, test } from 'vitest'
import { seconds } from '../../src/core/units.ts'
import { beginSearch, carryOnSearch, type SearchPorts } from '../../src/run/capacity.ts'
import { reachInstant } from '../../src/run/instant.ts'
import { startSystemClock } from '../../src/run/system-clock.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import { readExperiment } from '../../src/store/experiment-folder.ts'
import { openPhase, planOf } from '../helpers/samples.ts'
import { virtualSearch } from '../helpers/virtual-search.ts'
import { folderWith } from '../scenario/folder.ts'

const plan = planOf({ phases: [openPhase({ mode: 'blocking' })] })
const search = searchOf(plan, { axis: 'rate', from: 8, to: 32, width: 0.2, trial: seconds(4), budget: {} }, 'blocking')
const begun = () => beginSearch({ plan, search, secrets: [], apiKey: undefined }, folderWith({}))

function portsWith(over: Partial<SearchPorts>): SearchPorts {
  return {
    ready: { target: { plan } as never, headers: {} },
    instant: () => Promise.reject(new Error('not wanted')),
    series: { run: () => Promise.reject(new Error('not wanted')) },
    watcher: { beginning() {}, ended() {} },
    ...over,
  }
}

test('Ctrl-C while the simulator for the ceiling comes up stops the search between two runs, and nothing is lost', async () => {
  const { events } = await virtualSearch(plan, search, loadProfile('saturating'), { most: 1 })
  const stop = new AbortController()
  const clock = startSystemClock()
  const started = begun()
  const instant = () => {
    const reached = reachInstant(plan, { env: {}, clock, signal: stop.signal })
    stop.abort()
    return reached
  }
  const cut = await carryOnSearch({ ...started, events }, portsWith({ instant })).finally(() => clock.close())
  expect(cut).toEqual({ exitCode: 130, because: 'it was stopped between two runs' })
  expect(readExperiment(started.folder, 'capacity').lines).toEqual([])
})

test('a run that ends the search tells why in one sentence, with one exit code', async () => {
  const { events } = await virtualSearch(plan, search, loadProfile('saturating'), { most: 1 })
  const { summary } = events[0]!
  const stopped = { ...summary, exitCode: 130, exitReason: 'Exit code 130, since the run was stopped by SIGINT.' }
  const started = begun()
  const run: SearchPorts['series']['run'] = async (_, __, began) => {
    began('run-1')
    return { summary: stopped } as never
  }
  const cut = await carryOnSearch(started, portsWith({ series: { run } }))
  expect(cut).toEqual({ exitCode: 130, because: `in the run ${started.folder}/run-1, since the run was stopped by SIGINT.` })
})
