import { isAbsolute } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { TargetPlan } from '../core/plan.ts'
import { SHORTEST_SECRET } from '../core/redact.ts'
import { loadProfile, PROFILES } from '../simulator/profile.ts'
import { valueAt } from './complaints.ts'
import { findFile } from './input-rows.ts'
import type { Complain } from './problem.ts'
import { looksSecret, nearest } from './problem.ts'
import type { Scenario } from './schema.ts'
import { isReferenceOnly } from './variables.ts'

/** The target as the plan holds it, and apart from it what no plan may hold. */
export interface PlannedTarget {
  readonly target: TargetPlan
  readonly apiKey: string | undefined
  /** With their true values. */
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
}

export interface TargetContext {
  /** The scenario before variables were put in. */
  readonly written: unknown
  readonly folder: string
  readonly outside: 'allowed' | 'refused'
  readonly complain: Complain
}

/** What stands in the plan in place of a secret. */
const MASK = '***'

/** The target with defaults filled in; complains of addresses, keys and headers that cannot be used. */
export function planTarget(written: Scenario['target'], context: TargetContext): PlannedTarget {
  const { complain } = context
  const target = written ?? {}
  if (written === undefined) complain(['target'], 'This is missing', 'Write target: with url: and apiKey:, or with simulator: llm.')
  else if (target.url === undefined && target.simulator === undefined)
    complain(['target'], 'There is neither a url nor a simulator', 'Add url: http://127.0.0.1:5001/v1, or simulator: llm.')
  if (target.url !== undefined && target.simulator !== undefined)
    complain(['target', 'simulator'], 'There is a url as well', 'Keep one of url: and simulator:.')
  const url = target.url === undefined ? undefined : checkUrl(target.url, complain)
  const simulator = target.simulator === undefined ? undefined : simulatorOf(target.simulator, context)
  const ca = target.ca === undefined ? undefined : fileOf(['target', 'ca'], target.ca, context)
  const headers = target.headers ?? {}
  checkHeaders(headers, complain)
  const workflowId = target.workflowId === undefined ? undefined : versionOf(target.workflowId, complain)
  const apiKey = checkKey(target, context)
  const hidden = Object.entries(headers).filter(([name]) => looksSecret(name))
  return {
    target: {
      ...(url === undefined ? {} : { url }),
      ...(simulator === undefined ? {} : { simulator }),
      ...(workflowId === undefined ? {} : { workflowId }),
      connections: target.connections ?? 'auto',
      ...traceOf(target, complain),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, looksSecret(name) ? MASK : value])),
      ...(ca === undefined ? {} : { ca }),
      insecure: target.insecure ?? false,
      allow: target.allow ?? [],
      sharedCloudAllowed: target.sharedCloudAllowed ?? false,
    },
    apiKey,
    headers,
    secrets: [...(apiKey === undefined ? [] : [apiKey]), ...hidden.map(([, value]) => value)].filter((secret) => secret !== ''),
  }
}

/** The address without a slash at its end. */
function checkUrl(text: string, complain: Complain): string | undefined {
  const complainOfUrl = (wrong: string, right = 'Write the API base as Dify shows it, such as http://127.0.0.1:5001/v1.') => {
    complain(['target', 'url'], wrong, right)
    return undefined
  }
  if (!URL.canParse(text)) return complainOfUrl('This is no address')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return complainOfUrl('This is no http or https address')
  if (!/^https?:\/\//i.test(text)) return complainOfUrl('This address has no // before its host')
  if (url.username !== '' || url.password !== '')
    return complainOfUrl('This address holds a user name or password', 'Remove it from the address; the key goes to apiKey:.')
  if (text.includes('?')) return complainOfUrl('This address has a query', 'Remove everything from the question mark on.')
  if (text.includes('#')) return complainOfUrl('This address has a fragment', 'Remove everything from the # on.')
  return url.href.replace(/\/+$/, '')
}

const TRACE_HEADERS: ReadonlySet<string> = new Set(['x-trace-id', 'traceparent'])

/** Whether exchanges get trace ids. A header of the user's own goes before ours: then none are made, so that no two ids disagree. */
function traceOf({ trace, headers = {} }: NonNullable<Scenario['target']>, complain: Complain): Pick<TargetPlan, 'trace'> {
  const own = Object.keys(headers).find((name) => TRACE_HEADERS.has(name.toLowerCase()))
  if (own !== undefined && trace !== undefined && trace !== 'off')
    complain(['target', 'trace'], `There is a header ${own} as well, which every run would carry`, `Keep one of trace: and headers.${own}.`)
  return own !== undefined || trace === 'off' ? {} : { trace: trace ?? 'unsampled' }
}

/** The id of a version as Dify writes it. The server refuses anything else with a 400, so it is refused before any load. */
function versionOf(written: string, complain: Complain): string | undefined {
  const id = written.trim().toLowerCase()
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id
  complain(
    ['target', 'workflowId'],
    'This is no id of a published version: that is a UUID',
    'Copy it from the version history in Dify, or take `workflow_id` from the detail of one of its runs.',
  )
  return undefined
}

/** A profile's name as it is, a file as an absolute path; complains where there is none, or where it is no profile. */
function simulatorOf(written: string, context: TargetContext): string | undefined {
  const path = ['target', 'simulator']
  const isName = /^[a-z][a-z0-9-]*$/.test(written)
  const found = isName ? written : fileOf(path, written, context)
  if (found === undefined) return undefined
  if (isName && !(PROFILES as readonly string[]).includes(written)) {
    const near = nearest(written, PROFILES)
    context.complain(
      path,
      `There is no profile called ${written}`,
      near ? `Did you mean ${near}?` : `Write one of ${PROFILES.join(', ')}, or a file such as ./${written}.yaml.`,
    )
    return undefined
  }
  try {
    loadProfile(found)
    return found
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    context.complain(path, error.message.replaceAll('\n', '; ').replace(/\.$/, ''), error.hint)
    return undefined
  }
}

function fileOf(path: readonly string[], written: string, { folder, outside, complain }: TargetContext): string | undefined {
  const found = findFile(written, { folder, outside })
  if (found.ok) return found.path
  complain(
    path,
    found.wrong,
    isAbsolute(written) && outside === 'refused'
      ? 'Write a path inside the folder of the scenario, or run with --allow-outside.'
      : found.right,
  )
  return undefined
}

function checkKey(target: NonNullable<Scenario['target']>, { written, complain }: TargetContext): string | undefined {
  const key = target.apiKey
  const isSimulated = target.url === undefined && target.simulator !== undefined
  if (isSimulated) return key
  const source = valueAt(written, ['target', 'apiKey'])
  if (source === undefined && target.url !== undefined)
    complain(['target', 'apiKey'], 'This is missing', `Add apiKey: \${DIFY_API_KEY} and set that variable in the environment.`)
  else if (typeof source === 'string' && !isReferenceOnly(source))
    complain(
      ['target', 'apiKey'],
      'A key does not belong in a scenario or on a command line',
      `Write apiKey: \${DIFY_API_KEY} and set that variable in the environment.`,
    )
  else if (key !== undefined && /[^\x21-\x7e]/.test(key))
    complain(
      ['target', 'apiKey'],
      'The key holds a blank, a line break or a letter outside ASCII',
      'Check the variable: copy the key again, without quotes and line breaks.',
    )
  else if (key !== undefined && key.length < SHORTEST_SECRET)
    complain(
      ['target', 'apiKey'],
      `The key has fewer than ${SHORTEST_SECRET} characters`,
      'Check the variable; keys as Dify shows them begin with app- and are longer.',
    )
  return key
}

/** Set by the client itself; a second one would break the request. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function checkHeaders(headers: Readonly<Record<string, string>>, complain: Complain): void {
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(headers)) {
    const path = ['target', 'headers', name]
    const lower = name.toLowerCase()
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
      complain(path, 'This is no name of a header', 'Use letters, digits and hyphens, such as X-Env.')
    else if (OWN_HEADERS.has(lower)) complain(path, 'This header is set by flowbench itself', 'Remove it.')
    else if (seen.has(lower)) complain(path, 'This header is there twice', 'Keep one.')
    else if (/[^\t\x20-\x7e]/.test(value))
      complain(path, 'The value holds a line break or a character outside ASCII', 'Use plain characters on one line.')
    else if (looksSecret(name) && value.length < SHORTEST_SECRET)
      complain(
        path,
        `The name says that this is a secret, but the value has fewer than ${SHORTEST_SECRET} characters`,
        'Use a longer value, or a name without key, token, secret or cookie in it.',
      )
    seen.add(lower)
  }
}
