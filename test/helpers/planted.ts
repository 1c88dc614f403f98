import type { CapacityAxis } from '../../src/core/capacity.ts'
import type { Mode } from '../../src/core/sample.ts'
import type { OverloadKind } from '../../src/core/summary.ts'
import { seconds } from '../../src/core/units.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import type { Profile } from '../../src/simulator/profile-schema.ts'
import { openPhase, planOf } from './samples.ts'
import { type VirtualSearchResult, virtualSearch } from './virtual-search.ts'

/** A server with one thing wrong with it, and how it is searched. */
export interface Planted {
  readonly kind: OverloadKind
  readonly title: string
  readonly mode: Mode
  readonly axis: CapacityAxis
  readonly from: number
  readonly to: number
  readonly profile: () => Profile
}

const on = (name: string, over: Partial<Profile> = {}): Profile => ({ ...loadProfile(name), ...over })
const slots = (over: Partial<Profile['slots']>): Profile['slots'] => ({ connections: 1000, workers: 1000, api: 1000, ...over })

const QUICK: Profile['close'] = { afterFinished: seconds(0.1), afterError: seconds(0.1), afterSilence: seconds(0.1) }

export const PLANTED: readonly Planted[] = [
  {
    kind: 'connections',
    title: 'ten connections that streams hold on to',
    mode: 'streaming',
    axis: 'rate',
    from: 4,
    to: 32,
    profile: () => on('connections'),
  },
  { kind: 'workers', title: 'four worker slots', mode: 'streaming', axis: 'rate', from: 8, to: 40, profile: () => on('saturating') },
  {
    kind: 'worker-cpu',
    title: 'a core of the worker that carries four',
    mode: 'streaming',
    axis: 'rate',
    from: 30,
    to: 60,
    profile: () => on('cpu'),
  },
  {
    kind: 'api-connections',
    title: 'four places in the API',
    mode: 'blocking',
    axis: 'rate',
    from: 8,
    to: 40,
    profile: () => on('saturating'),
  },
  {
    kind: 'api-cpu',
    title: 'a core of the API that carries four',
    mode: 'blocking',
    axis: 'rate',
    from: 30,
    to: 60,
    profile: () => on('cpu'),
  },
  {
    kind: 'limit',
    title: 'eight blocking runs at once',
    mode: 'blocking',
    axis: 'concurrency',
    from: 2,
    to: 32,
    profile: () => on('limited'),
  },
  {
    kind: 'database-pool',
    title: 'a pool of forty',
    mode: 'blocking',
    axis: 'concurrency',
    from: 64,
    to: 1024,
    profile: () => on('database-pool'),
  },
  {
    kind: 'unclear',
    title: 'four worker slots and a core that carries two',
    mode: 'streaming',
    axis: 'rate',
    from: 8,
    to: 40,
    profile: () => on('cpu', { cpu: { worker: 2, api: 1000 }, slots: slots({ workers: 4 }) }),
  },
  {
    // Connections are short as well, but the core is full first, and what waits for it fills them.
    kind: 'worker-cpu',
    title: 'a core that carries one, and ten connections',
    mode: 'streaming',
    axis: 'rate',
    from: 8,
    to: 40,
    profile: () => on('connections', { cpu: { worker: 1, api: 1000 }, close: QUICK }),
  },
]

/** A whole search on it, in virtual time. */
export function plantedSearch({ mode, axis, from, to, profile }: Planted, seed: number): Promise<VirtualSearchResult> {
  const plan = planOf({
    phases: [openPhase({ mode, arrivals: 'poisson' })],
    objectives: [{ text: 'response_time p95 < 2s' }, { text: 'failures < 5%' }],
    seed,
  })
  const search = searchOf(plan, { axis, from, to, width: 0.1, trial: seconds(10), budget: {} }, mode)
  return virtualSearch(plan, search, profile())
}
