import type { Plan } from '../core/plan.ts'
import type { AskOptions } from './approach.ts'
import type { Ready } from './run-series.ts'
import { reachTarget } from './target.ts'

/**
 * The simulator that takes no time, in a process of its own: what limits a load on it is this machine. Nothing of the scenario's target is sent to it.
 * Undefined where the signal came before it was there; a TargetError where it does not come up otherwise.
 */
export async function reachInstant(
  plan: Plan,
  options: Pick<AskOptions, 'clock' | 'env'> & { readonly signal?: AbortSignal },
): Promise<(Ready & { release(): Promise<void> }) | undefined> {
  const { url: _url, ca: _ca, workflowId: _workflowId, ...target } = plan.target
  const reached = await reachTarget(
    {
      ...plan,
      target: { ...target, simulator: 'instant', connections: 'fresh', headers: {}, insecure: false },
      inputs: [{ name: 'nothing', weight: 1, values: {}, order: 'sequential', whenExhausted: 'repeat' }],
      user: 'flowbench',
    },
    { ...options, apiKey: undefined, headers: {}, peak: { perSecond: 0, inFlight: 1 } },
  ).catch((error: unknown) => {
    if (options.signal?.aborted) return undefined
    throw error
  })
  return reached && { target: reached, headers: {}, release: reached.release }
}
