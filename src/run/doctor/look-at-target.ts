import type { Plan } from '../../core/plan.ts'
import { readCertificate } from '../../http/certificate.ts'
import { createTransport } from '../../http/connections.ts'
import type { Check } from '../../judge/check-up.ts'
import { type AskOptions, approach } from '../approach.ts'
import { resolveHost } from '../guard.ts'
import { preflight } from '../preflight.ts'
import { startSimulatorProcess } from '../simulator-process.ts'
import { inputsOf, SIMULATOR_KEY } from '../target.ts'
import { addressCheck, appChecks, certificateCheck, consentCheck, failed, greetingChecks } from './target-checks.ts'

/** Whether inputs were given: without, those of the plan are nobody's wish. */
export interface LookOptions extends AskOptions {
  readonly inputs: 'given' | 'not-given'
}

/**
 * Looks at the target of a plan, step by step until one fails: name, consent, certificate, then one request (`GET /parameters`), the only
 * one that is sent. A simulator is started for it and ended again.
 */
export async function lookAtTarget(plan: Plan, options: LookOptions): Promise<readonly Check[]> {
  const profile = plan.target.simulator
  if (profile === undefined) return lookAt(new URL(plan.target.url ?? ''), plan, options)
  let simulator: Awaited<ReturnType<typeof startSimulatorProcess>>
  try {
    simulator = await startSimulatorProcess(profile, { seed: plan.seed })
  } catch (error) {
    return [failed('simulator', error)]
  }
  try {
    const started: Check = { about: 'target', name: 'simulator', state: 'good', says: `its profile ${profile} is valid, and it starts` }
    const checks = await lookAt(new URL(simulator.url), plan, { ...options, apiKey: options.apiKey ?? SIMULATOR_KEY })
    return [started, ...checks]
  } finally {
    await simulator.stop()
  }
}

async function lookAt(url: URL, plan: Plan, options: LookOptions): Promise<readonly Check[]> {
  const checks: Check[] = []
  /** Gives what a step gives; where it fails, notes why and gives undefined. */
  const step = async <T>(name: string, take: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await take()
    } catch (error) {
      checks.push(failed(name, error))
      return undefined
    }
  }
  const host = await step('address', () => resolveHost(url))
  if (!host) return checks
  checks.push(addressCheck(host))
  const way = await step('consent', () => approach(url, plan.target, options))
  if (!way) return checks
  checks.push(consentCheck(host))
  if (url.protocol === 'https:') {
    const certificate = await readCertificate(way.settings)
    checks.push(certificateCheck(certificate, { insecure: plan.target.insecure, now: Date.now() }))
    if (!certificate.trusted) return checks
  }
  const { clock, apiKey, headers } = options
  const transport = createTransport({ ...way.settings, connections: 'fresh' }, clock, { opened: () => {}, closed: () => {} })
  const began = clock.now()
  const greeting = await step('answer', () => preflight({ transport, clock, url, apiKey, headers }).finally(() => transport.close()))
  if (!greeting) return checks
  const found = options.inputs === 'given' ? inputsOf(plan, greeting) : undefined
  return [...checks, ...greetingChecks(greeting, plan, clock.now() - began), ...appChecks(greeting, found)]
}
