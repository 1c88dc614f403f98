import { createInterface } from 'node:readline/promises'
import type { Plan } from '../core/plan.ts'
import type { Host } from '../run/guard.ts'
import { Stopped } from '../run/stopped.ts'
import { describePlan } from '../scenario/describe.ts'
import { describeComparison } from '../scenario/describe-comparison.ts'
import type { PlannedArms } from '../scenario/plan-written.ts'

/** Asks the person at the terminal whether a host may be loaded; undefined where nobody is there to ask. */
export const consentAsker = (plan: Plan): HostAsker | undefined => hostAsker(describePlan(plan), 'May it be loaded as planned?')

/** The same for a comparison; who agrees to a host agrees for every arm that loads it. */
export const armsAsker = (planned: PlannedArms): HostAsker | undefined =>
  hostAsker(describeComparison(planned), 'May it be loaded as planned?')

type HostAsker = (host: Host) => Promise<boolean>

/** Shows what is meant to be done and asks the person at the terminal whether it may be; undefined where nobody is there to ask. */
export function hostAsker(intent: readonly string[], question: string): HostAsker | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY || process.env['CI']) return undefined
  return async (host) => {
    process.stderr.write(`${intent.join('\n')}\n\n${host.name} (${host.addresses.join(', ')}) is not this machine.\n`)
    const prompt = createInterface({ input: process.stdin, output: process.stderr })
    let signal: string | undefined
    prompt.on('SIGINT', () => {
      signal = 'SIGINT'
      prompt.close()
    })
    try {
      const answer = await prompt.question(`${question} Type its name to agree: `)
      return answer.trim().toLowerCase() === host.name
    } catch (error) {
      // Ctrl-C ends the command; Ctrl-D, no answer, is a no.
      if (signal !== undefined) throw new Stopped(signal)
      if (error instanceof Error && error.name === 'AbortError') return false
      throw error
    } finally {
      prompt.close()
    }
  }
}
