import type { FileSettings, Variable } from '../core/app.ts'
import type { Clock } from '../core/clock.ts'
import { TargetError, unreachable } from '../core/errors.ts'
import { createRedactor } from '../core/redact.ts'
import { seconds } from '../core/units.ts'
import { looksLikeChat, readFileSettings, readVariables } from '../dify/app.ts'
import { namedProxy } from '../dify/proxy.ts'
import { oneLine, parseObject, readRefusal } from '../dify/reply.ts'
import { apiHeaders, PARAMETERS_PATH } from '../dify/request.ts'
import { call } from '../http/call.ts'
import type { WireRecord } from '../http/exchange.ts'
import type { Transport } from '../http/transport.ts'

/** What the target said of itself before the load. */
export interface Greeting {
  /** A `Server` or `Via` header names a proxy, which keeps connections well; a bare Dify sends neither, or names what it is run by. */
  readonly proxied: boolean
  /** Those headers as they came, on one line. */
  readonly proxy?: string
  /** It has what only chat apps have: no request that spends nothing tells the kind for sure. */
  readonly chat: boolean
  /** Dify's version, where it says. */
  readonly version?: string
  /** The inputs that the app declares; absent where it does not say. */
  readonly variables?: readonly Variable[]
  readonly files: FileSettings
}

const LIMIT = seconds(10)

export interface PreflightPorts {
  readonly transport: Transport
  readonly clock: Clock
  readonly url: URL
  readonly apiKey: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined
}

/**
 * One request (`GET /parameters`, which spends nothing) before any load: is the target there, does it take the key? Throws a TargetError
 * that says what is wrong in a sentence.
 */
export async function preflight({ transport, clock, url, apiKey, headers, signal }: PreflightPorts): Promise<Greeting> {
  const base = url.pathname.replace(/\/$/, '')
  signal?.addEventListener('abort', () => transport.close(), { once: true })
  const answer = await call(
    transport,
    { method: 'GET', path: base + PARAMETERS_PATH, headers: apiHeaders(apiKey, headers) },
    { timeout: LIMIT, clock },
  )
  // Before anything is cut to a line: a secret cut in two would no longer be known as one.
  const redact = createRedactor([apiKey ?? '', ...Object.values(headers)])
  const { ending } = answer
  const record = ending.kind === 'reply' ? { ...answer, ending: { ...ending, body: redact(ending.body) } } : answer
  refuseUnlessAnswered(record, url)
  // From the reply as it came: an option that happens to equal a header's value would else be another one.
  const parameters = ending.kind === 'reply' ? parseObject(ending.body) : undefined
  const variables = readVariables(parameters)
  const replied = record.head?.headers ?? {}
  const version = replied['x-version']
  const proxy = namedProxy(replied)
  return {
    proxied: proxy !== undefined,
    chat: looksLikeChat(parameters),
    ...(proxy !== undefined && { proxy: oneLine(redact(proxy)) }),
    files: readFileSettings(parameters),
    ...(version !== undefined && { version }),
    ...(variables !== undefined && { variables }),
  }
}

function refuseUnlessAnswered(record: WireRecord, url: URL): void {
  const { ending } = record
  switch (ending.kind) {
    case 'reply':
      return refuseUnlessWelcome(record, ending.body, url)
    case 'failed': {
      const { class: cause, code, advice } = ending.failure
      if (cause === 'tls')
        throw new TargetError(
          `No secure connection to ${url.host}: ${advice ?? code} (${code}).`,
          'For a private authority set target.ca; target.insecure switches the check off and is printed in red.',
        )
      if (cause === 'generator')
        throw new TargetError(
          `This machine cannot open a connection: ${code}.`,
          'Raise its limit of open files (ulimit -n) or free some ports.',
        )
      if (cause === 'socket' || cause === 'protocol')
        throw new TargetError(
          `${url.host} hung up or answered in something that is not HTTP (${code}).`,
          url.protocol === 'http:' ? 'If the server speaks TLS, write https:// in target.url.' : 'Check the port in target.url.',
        )
      throw new TargetError(
        `${url.origin} cannot be reached (${code}).`,
        'Check target.url, and that the server is running and reachable from this machine.',
      )
    }
    case 'timed-out':
      throw new TargetError(
        `${url.origin} did not answer within ${LIMIT / 1e6} s (waiting for ${ending.waitedFor}).`,
        'A Dify whose connection slots are full does this: free them or try again later. Else check the address.',
      )
    case 'bad-reply':
      throw new TargetError(
        `${url.origin} answered, but not as Dify does: ${ending.detail}.`,
        'Check that target.url is the API base as Dify shows it, such as http://host/v1.',
      )
    case 'terminal':
    case 'stream-ended':
    case 'given-up':
      throw new TargetError(
        `${url.origin} answered, but not as Dify does.`,
        'Check that target.url is the API base as Dify shows it, such as http://host/v1.',
      )
    default:
      return unreachable(ending)
  }
}

function refuseUnlessWelcome(record: WireRecord, body: string, url: URL): void {
  const status = record.head?.status ?? 0
  if (status === 200 && parseObject(body)) return
  const said = readRefusal(status, body, record.head?.headers['location']).detail ?? String(status)
  if (status === 401 || status === 403)
    throw new TargetError(
      `The target refuses the key: ${said}.`,
      'Set the API key of the workflow app itself (it begins with app-), as Dify shows it under API access.',
    )
  if (status >= 300 && status < 400)
    throw new TargetError(
      `${url.origin} redirects (${said}).`,
      'Write the address it points to in target.url: redirects are never followed, since the key would travel on.',
    )
  if (status === 200 || status === 404)
    throw new TargetError(
      `${url.href}${PARAMETERS_PATH} is not Dify's API (${status === 200 ? shortened(oneLine(body)) : status}).`,
      'target.url must be the API base as Dify shows it, such as http://host/v1.',
    )
  throw new TargetError(
    `The target is there but refuses the app: ${said}.`,
    'Publish the workflow and check that the app is of the kind workflow; on a 5xx look at the log of the server.',
  )
}

/** The mark at its end lets the redactor see that something was cut, which may have been the key. */
const shortened = (line: string): string => (line.length > 60 ? `${line.slice(0, 59)}…` : line)
