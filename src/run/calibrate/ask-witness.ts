import type { Seen, Witness } from '../../core/calibration.ts'
import { MILLISECOND, SECOND } from '../../core/units.ts'
import { apiHeaders, runBody, runPath } from '../../dify/request.ts'
import { SIMULATOR_KEY } from '../target.ts'
import type { Bench } from './bench.ts'
import { type Lengths, MEASURED, slots } from './phases.ts'

/** What a run of the profile `fixed` takes. */
const TAKES = 20 * MILLISECOND
const MOST_SLOTS = 32
/** Near its ceiling each client measures itself. */
const TRUSTED_SHARE = 0.5

/**
 * Has a client of other make measure what flowbench measures: blocking runs of a fixed time, slots that send as soon as they are free. It runs
 * in its closed loop alone, since what it does at a rate is no schedule.
 */
export async function askWitness(bench: Bench, ceiling: number, lengths: Lengths): Promise<Witness> {
  const cannon = await load()
  if (!cannon)
    return {
      absent: 'autocannon is not installed, so that no second client could confirm these times. Add it with: npm install autocannon',
    }
  const concurrency = Math.max(1, Math.min(MOST_SLOTS, Math.floor((TRUSTED_SHARE * ceiling * TAKES) / SECOND)))
  return bench.on({ simulator: 'fixed', connections: 'reuse' }, async ({ url, run }) => {
    const { summary } = await run('blocking', slots(concurrency, lengths))
    const phase = summary.phases[MEASURED]!
    const flowbench = { mean: phase.metrics['response_time']?.mean ?? 0, perSecond: phase.throughput }
    const other = await seenBy(cannon, { url, concurrency, lengths })
    if (!other || flowbench.mean === 0) return { absent: 'one of the two clients met failures, so that they cannot be compared.' }
    const apart = { mean: flowbench.mean / other.mean - 1, perSecond: flowbench.perSecond / other.perSecond - 1 }
    return { client: 'autocannon', concurrency, takes: TAKES, flowbench, other, apart }
  })
}

type Cannon = typeof import('autocannon')

/** Undefined where it is not installed: it is no dependency of the published package. */
async function load(): Promise<Cannon | undefined> {
  try {
    return (await import('autocannon')).default
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** Undefined where not every run succeeded. */
async function seenBy(
  cannon: Cannon,
  { url, concurrency, lengths }: { readonly url: string; readonly concurrency: number; readonly lengths: Lengths },
): Promise<Seen | undefined> {
  const {
    latency,
    '2xx': succeeded,
    non2xx,
    errors,
    duration,
  } = await cannon({
    url: `${url}${runPath()}`,
    method: 'POST',
    connections: concurrency,
    duration: Math.max(1, Math.round(lengths.measured / SECOND)),
    headers: apiHeaders(SIMULATOR_KEY, {}),
    body: runBody({ inputs: {}, mode: 'blocking', user: 'witness' }),
  })
  return non2xx + errors > 0 || succeeded === 0 ? undefined : { mean: latency.average * MILLISECOND, perSecond: succeeded / duration }
}
