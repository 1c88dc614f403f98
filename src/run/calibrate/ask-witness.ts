import type { Calibration, Seen, Witness } from '../../core/calibration.ts'
import { MILLISECOND, SECOND } from '../../core/units.ts'
import { apiHeaders, runBody, runPath } from '../../dify/request.ts'
import { witnessOf } from '../../judge/calibration/witness.ts'
import { SIMULATOR_KEY } from '../target.ts'
import type { Bench } from './bench.ts'
import { type Lengths, MEASURED, slots } from './phases.ts'

/** What a run of the profile `fixed` takes. */
const TAKES = 20 * MILLISECOND
const MOST_SLOTS = 32
/** Near its ceiling each client measures itself. */
const TRUSTED_SHARE = 0.5

/** Both measure in turn, so often: a machine that was disturbed for a second is then disturbed for a minority of both. */
const TURNS: Readonly<Record<Calibration['thoroughness'], number>> = { whole: 3, quick: 1 }

export interface WitnessOptions {
  /** Blocking runs per second that this machine can send. */
  readonly ceiling: number
  readonly lengths: Lengths
  readonly thoroughness: Calibration['thoroughness']
}

/**
 * Has a client of other make measure what flowbench measures: blocking runs of a fixed time, slots that send as soon as they are free. It runs
 * in its closed loop alone, since what it does at a rate is no schedule.
 */
export async function askWitness(bench: Bench, { ceiling, lengths, thoroughness }: WitnessOptions): Promise<Witness> {
  const cannon = await load()
  if (!cannon)
    return {
      absent: 'autocannon is not installed, so that no second client could confirm these times. Add it with: npm install autocannon',
    }
  const concurrency = Math.max(1, Math.min(MOST_SLOTS, Math.floor((TRUSTED_SHARE * ceiling * TAKES) / SECOND)))
  return bench.on({ simulator: 'fixed', connections: 'reuse' }, async ({ url, run }) => {
    const [ours, theirs]: [Seen[], Seen[]] = [[], []]
    for (let turn = 0; turn < TURNS[thoroughness]; turn++) {
      const phase = (await run('blocking', slots(concurrency, lengths))).summary.phases[MEASURED]!
      const seen = await seenBy(cannon, { url, concurrency, lengths })
      const response = phase.metrics['response_time']
      if (!seen || !response || phase.failures > 0)
        return { absent: 'One of the two clients met failures, so that they cannot be compared. Try `flowbench doctor`.' }
      ours.push({ mean: response.mean, perSecond: phase.throughput })
      theirs.push(seen)
    }
    return witnessOf({ client: 'autocannon', concurrency, takes: TAKES }, ours, theirs)
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

/**
 * Undefined where not every run succeeded. Times are taken reply by reply, after the same warm-up as ours: its own mean is of times cut off to
 * whole milliseconds, half of one too small.
 */
function seenBy(
  cannon: Cannon,
  { url, concurrency, lengths }: { readonly url: string; readonly concurrency: number; readonly lengths: Lengths },
): Promise<Seen | undefined> {
  const [warmUp, measured] = [lengths.warmUp / MILLISECOND, lengths.measured / MILLISECOND]
  const options = {
    url: `${url}${runPath()}`,
    method: 'POST',
    connections: concurrency,
    // It takes whole seconds only, and is stopped when it has seen enough.
    duration: Math.ceil((warmUp + measured) / 1e3) + 1,
    headers: apiHeaders(SIMULATOR_KEY, {}),
    body: runBody({ inputs: {}, mode: 'blocking', user: 'witness' }),
  } as const
  const began = performance.now()
  let [count, total] = [0, 0]
  return new Promise((resolve, reject) => {
    const client = cannon(options, (error: Error | null, result) => {
      if (error) return reject(error)
      const isWhole = result.non2xx + result.errors === 0 && count > 0
      resolve(isWhole ? { mean: (total / count) * MILLISECOND, perSecond: (count * 1e3) / measured } : undefined)
    })
    setTimeout(() => client.stop(), warmUp + measured)
    client.on('response', (_client, _status, _bytes, milliseconds) => {
      const at = performance.now() - began
      if (at < warmUp || at > warmUp + measured) return
      count++
      total += milliseconds
    })
  })
}
