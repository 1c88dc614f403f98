import { keyed, wholeBetween } from '../core/random.ts'
import { peakInFlight, peakRate } from '../scenario/describe.ts'
import type { PlannedArm } from '../scenario/plan-written.ts'
import type { AskOptions } from './approach.ts'
import type { Host } from './guard.ts'
import type { Ready } from './run-series.ts'
import { reachTarget } from './target.ts'

export interface ReadyArm extends Ready {
  readonly name: string
}

export interface ReachArmsOptions extends Omit<AskOptions, 'apiKey' | 'headers' | 'peak'> {
  readonly signal?: AbortSignal
  /** What is sent: the load as planned, or no more than the question whether the target is there. */
  readonly sends: 'load' | 'question'
}

export interface ReadyArms {
  readonly arms: readonly ReadyArm[]
  /** Ends simulators, where there are some. */
  release(): Promise<void>
}

/**
 * Reaches the target of every arm once, for all its runs to come; a host that several arms load is asked for once. Throws a TargetError where
 * one of them may not be loaded or does not answer; nothing then keeps running.
 */
export async function reachArms(arms: readonly PlannedArm[], { ask, sends, ...options }: ReachArmsOptions): Promise<ReadyArms> {
  const askOnce = ask && oncePerHost(ask)
  const reached: ReadyArm[] = []
  const release = async () => void (await Promise.all(reached.map(({ target }) => target.release())))
  try {
    for (const [place, { name, plan, apiKey, headers }] of arms.entries()) {
      const peak = sends === 'load' ? { perSecond: peakRate(plan), inFlight: peakInFlight(plan) } : { perSecond: 0, inFlight: 1 }
      const target = await reachTarget(
        { ...plan, seed: simulatorSeed(plan.seed, place) },
        { ...options, ask: askOnce, apiKey, headers, peak },
      )
      reached.push({ name, target, headers })
    }
    return { arms: reached, release }
  } catch (error) {
    await release()
    throw error
  }
}

/** Two simulators of one seed would draw the same times in turn: arms would be alike as no two real deployments are. */
const simulatorSeed = (seed: number, place: number): number => wholeBetween(keyed(seed, 'simulator', place), 1, 2 ** 31 - 1)

function oncePerHost(ask: (host: Host) => Promise<boolean>): (host: Host) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>()
  return (host) => {
    const answer = answers.get(host.name) ?? ask(host)
    answers.set(host.name, answer)
    return answer
  }
}
