import type { Plan } from '../core/plan.ts'
import { type ConnectionSettings, createTransport } from '../http/connections.ts'
import { type AskOptions, approach } from './approach.ts'
import { findInInputs, type InputFindings, refuseInputs } from './check-inputs.ts'
import { heedOpenFiles } from './open-files.ts'
import { type Greeting, preflight } from './preflight.ts'
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts'

/** A target that is there, takes the key, and may be loaded. */
export interface Target {
  /** The plan with the target's real address and the connections decided. */
  readonly plan: Plan
  /** Path of the API on the origin, such as `/v1`. */
  readonly base: string
  /** How to connect for the load; stops go over fresh connections. */
  readonly settings: ConnectionSettings
  readonly greeting: Greeting
  /** Sentences on what may go wrong: open files that may not suffice, inputs that the app takes, but hardly as they were meant. */
  readonly warnings: readonly string[]
  readonly simulator?: SimulatorProcess
  readonly apiKey: string | undefined
  /** Ends the simulator, where there is one. */
  release(): Promise<void>
}

export interface TargetOptions extends AskOptions {
  /** Where the simulator logs its truth. */
  readonly truthFile?: string | undefined
  /** Ends it at once; it then throws. */
  readonly signal?: AbortSignal | undefined
}

/** The simulator wants to see a key as Dify does, and takes any. */
export const SIMULATOR_KEY = 'app-simulator'

/**
 * Sees that the machine has files enough, starts the simulator where the plan wants it, asks for consent where the host is not this machine, sends one request to see that the
 * target is there, and holds the plan's inputs against what the app declares. Throws a TargetError where any of it fails; nothing then keeps running.
 */
export async function reachTarget(plan: Plan, options: TargetOptions): Promise<Target> {
  const tight = heedOpenFiles(plan)
  const profile = plan.target.simulator
  const simulator =
    profile === undefined
      ? undefined
      : await startSimulatorProcess(profile, { seed: plan.seed, truthFile: options.truthFile, signal: options.signal })
  const release = async () => simulator?.stop()
  try {
    const url = new URL(simulator?.url ?? plan.target.url ?? '')
    const { settings } = await approach(url, plan.target, options)
    const transport = createTransport({ ...settings, connections: 'fresh' }, options.clock, { opened: () => {}, closed: () => {} })
    const { headers, clock } = options
    const apiKey = options.apiKey ?? (simulator && SIMULATOR_KEY)
    const greeting = await preflight({ transport, clock, url, apiKey, headers, signal: options.signal }).finally(() => transport.close())
    const { problems, warnings } = inputsOf(plan, greeting)
    refuseInputs(problems)
    const connections = plan.target.connections === 'auto' ? (greeting.proxied ? 'reuse' : 'fresh') : plan.target.connections
    return {
      plan: {
        ...plan,
        target: { ...plan.target, url: url.href.replace(/\/$/, ''), connections, ...(greeting.proxied && { proxied: true as const }) },
      },
      base: url.pathname.replace(/\/$/, ''),
      settings: { ...settings, connections },
      greeting,
      warnings: [...tight, ...warnings],
      apiKey,
      ...(simulator && { simulator }),
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** The profiles that come with flowbench take anything: there nothing is refused. One of your own is held to what it declares. */
export function inputsOf(plan: Plan, { variables, files }: Greeting): InputFindings {
  if (variables === undefined) return { problems: [], warnings: [] }
  const { problems, warnings } = findInInputs(plan, { variables, files })
  const takesAnything = plan.target.simulator !== undefined && !/[\\/.]/.test(plan.target.simulator)
  return takesAnything ? { problems: [], warnings: [...problems, ...warnings] } : { problems, warnings }
}
