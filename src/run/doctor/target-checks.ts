import { HarnessError, UsageError } from '../../core/errors.ts'
import type { Plan } from '../../core/plan.ts'
import type { Certificate } from '../../http/certificate.ts'
import { type Check, checksAbout } from '../../judge/check-up.ts'
import { count, duration } from '../../report/format.ts'
import { atMost, type InputFindings } from '../check-inputs.ts'
import type { Host } from '../guard.ts'
import type { Greeting } from '../preflight.ts'

const target = checksAbout('target')

/** What stopped a look at the target, in its own words. What cannot be used as it was given (a file, a variable) is the scenario's; on the way to a target that is only ever what certificates are checked by. */
export function failed(name: string, error: unknown): Check {
  if (!(error instanceof HarnessError)) throw error
  const check = target(name, 'bad', withoutDot(error.message), error.hint)
  return error instanceof UsageError ? { ...check, about: 'scenario', name: 'certificates' } : check
}

const withoutDot = (text: string): string => text.replace(/\.$/, '')

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']

/** Proxy variables by name; what they hold may be a password. */
export function proxyCheck(env: NodeJS.ProcessEnv): Check {
  const set = Object.keys(env).filter((name) => PROXY_VARIABLES.includes(name.toUpperCase()) && env[name] !== '')
  return set.length === 0
    ? target('proxy settings', 'good', 'no proxy variable is set')
    : target(
        'proxy settings',
        'doubtful',
        `${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set, and flowbench connects directly all the same`,
        'Where the target can only be reached through that proxy, run flowbench on the other side of it; else nothing needs to be done.',
      )
}

export function addressCheck({ name, addresses }: Host): Check {
  const families = [
    [addresses.filter((address) => !address.includes(':')).length, 'IPv4'],
    [addresses.filter((address) => address.includes(':')).length, 'IPv6'],
  ] as const
  const found = families.filter(([n]) => n > 0).map(([n, family]) => `${n} ${family}`)
  const says = `${addresses.includes(name) ? '' : `${name} is `}${addresses.slice(0, 4).join(', ')}${addresses.length > 4 ? ', …' : ''} (${found.join(' and ')})`
  return target('address', 'good', addresses.length > 1 ? `${says}; connections try them in turn` : says)
}

export const consentCheck = ({ name, loopback }: Host): Check =>
  target(
    'consent',
    'good',
    loopback ? 'the target is on this machine, whose CPU it shares: nobody needs to agree' : `loading ${name} has been agreed to`,
  )

const SOON_DAYS = 14
const DAY_MS = 86_400_000

/** `now`: wall-clock time in ms. */
export function certificateCheck(certificate: Certificate, { insecure, now }: { readonly insecure: boolean; readonly now: number }): Check {
  if (!certificate.trusted)
    return target(
      'certificate',
      'bad',
      `no secure connection: ${certificate.why}`,
      'For a private authority set target.ca; else the server needs another certificate, or target.url another name.',
    )
  const { protocol, chain, validTo } = certificate
  const days = Math.floor((validTo.getTime() - now) / DAY_MS)
  const says = `${protocol}, ${chain.join(' < ')}, valid until ${validTo.toISOString().slice(0, 10)} (${count(days)} ${days === 1 ? 'day' : 'days'})`
  if (insecure)
    return target(
      'certificate',
      'doubtful',
      `not checked (insecure: true); ${says}`,
      'Name its authority with target.ca in place of target.insecure.',
    )
  return days < SOON_DAYS ? target('certificate', 'doubtful', says, 'Renew it before it expires.') : target('certificate', 'good', says)
}

/** What the one reply tells. `took`: from the request to the end of the reply, connection and all, in µs. */
export function greetingChecks(greeting: Greeting, plan: Plan, took: number): readonly Check[] {
  const { version } = greeting
  return [
    target('answer', 'good', `GET /parameters took ${duration(took)} over a new connection, and the key is taken`),
    version === undefined
      ? target(
          'version',
          'doubtful',
          'no header X-Version, which every Dify sends',
          'Check that target.url is the API base of a Dify, and that no proxy takes its headers away.',
        )
      : target('version', 'good', `Dify ${version}`),
    ...(plan.target.workflowId === undefined
      ? []
      : [target('published', 'good', `version ${plan.target.workflowId} is asked for; only a run tells whether the app has it`)]),
    connectionsCheck(greeting, plan),
  ]
}

function connectionsCheck({ proxy }: Greeting, { target: { connections } }: Plan): Check {
  if (proxy !== undefined) {
    const says = `a proxy stands before Dify (${proxy})`
    return connections === 'fresh'
      ? target(
          'connections',
          'good',
          `${says}; each run gets a connection of its own, as the scenario says, which the proxy would not need`,
        )
      : target('connections', 'good', `${says}: connections are kept and used again, as its other clients do`)
  }
  const says = 'no Server or Via header names a proxy, so this seems a bare Dify'
  return connections === 'reuse'
    ? target(
        'connections',
        'doubtful',
        `${says}; kept connections hold its few slots (10 by default) while idle`,
        'Write connections: auto or fresh, unless slots are plenty.',
      )
    : target('connections', 'good', `${says}: each run gets a connection of its own, so that none holds a slot while idle`)
}

/** What the app wants of its inputs, and whether the scenario's fit. `found`: absent where the plan names none, so that nothing can be held against them. */
export function appChecks({ variables, chat }: Greeting, found: InputFindings | undefined): readonly Check[] {
  if (variables === undefined)
    return [
      target(
        'app',
        'doubtful',
        'it does not list its inputs',
        'Check that target.url is the API base of a Dify; the inputs of the scenario cannot be checked before the load.',
      ),
    ]
  const names = variables.map(({ variable, required }) => (required ? `${variable} (required)` : variable))
  const files = variables.filter(({ kind }) => kind === 'file' || kind === 'file-list').map(({ variable }) => variable)
  return [
    chat
      ? target(
          'app',
          'doubtful',
          'it has an opening statement or suggested questions, as chat apps do',
          'Use the key of a workflow app; flowbench loads no other kind.',
        )
      : target(
          'app',
          'good',
          `it lists ${variables.length === 0 ? 'no inputs' : `its inputs: ${names.join(', ')}`}; that it is a workflow shows with the first run`,
        ),
    ...(files.length === 0 ? [] : [target('files', 'good', `it takes files in ${files.join(', ')}`)]),
    ...(found ? inputChecks(found) : wantedCheck(variables.some(({ required }) => required))),
  ]
}

function inputChecks({ problems, warnings }: InputFindings): readonly Check[] {
  if (problems.length + warnings.length === 0) return [target('inputs', 'good', 'every input set fits what the app declares')]
  const told = (state: Check['state'], fix: string) => (sentence: string) => target('inputs', state, withoutDot(sentence), fix)
  return [
    ...atMost(problems).map(told('bad', 'Mend the input set: the app would refuse it.')),
    ...atMost(warnings).map(told('doubtful', 'Mend the input set, or leave it where that is meant.')),
  ]
}

const wantedCheck = (isRequired: boolean): readonly Check[] =>
  isRequired
    ? [
        target(
          'inputs',
          'doubtful',
          'none are given here, and the app requires some',
          'Give them with --inputs, or let flowbench init write a scenario with a value for each.',
        ),
      ]
    : []
