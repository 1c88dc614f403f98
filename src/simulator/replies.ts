import type { ServerResponse } from 'node:http'
import { spacedJson } from './wire-json.ts'

/** An answer that is ready as a whole. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  /** `page` comes from before Dify's own handlers: it lacks their headers. */
  readonly from: 'api' | 'page'
}

const ORIGIN = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', 'X-Env, X-Trace-Id, X-Version']
const VERSION = ['X-Version', '1.14.2', 'X-Env', 'PRODUCTION', 'Vary', 'Cookie']

/** JSON of one of Dify's controllers: spaced, with a newline at its end. */
export const json = (body: object, status = 200): Answer => ({
  status,
  type: 'application/json',
  body: `${spacedJson(body)}\n`,
  from: 'api',
})

/** A blocking reply: it names its charset and has no newline. */
export const blockingAnswer = (body: object): Answer => ({
  status: 200,
  type: 'application/json; charset=utf-8',
  body: spacedJson(body),
  from: 'api',
})

export const refusal = (status: number, code: string, message: string): Answer => json({ code, message, status }, status)

export const NOT_FOUND: Answer = {
  status: 404,
  type: 'text/html; charset=utf-8',
  body: '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n',
  from: 'page',
}
export const WRONG_METHOD: Answer = {
  ...refusal(405, 'method_not_allowed', 'The method is not allowed for the requested URL.'),
  from: 'page',
}
export const UNKNOWN_ERROR = json({ message: 'Internal Server Error', code: 'unknown', status: 500 }, 500)
export const BAD_REQUEST = refusal(400, 'bad_request', 'The browser (or proxy) sent a request that this server could not understand.')
export const NOT_JSON = refusal(
  415,
  'unsupported_media_type',
  "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
)

/** The server that a proxy in front says it is, on every reply of this response. */
export const behindProxy = (response: ServerResponse): void => void response.setHeader('Server', 'nginx')

/** Writes the head of a reply as Dify does: these headers, in this order and case, and none of Node's own. */
function writeHead(response: ServerResponse, status: number, before: readonly string[], after: readonly string[]): void {
  response.sendDate = false
  // Node would say `Connection: keep-alive` and a timeout; a bare Dify says neither, and keeps connections all the same.
  response.removeHeader('connection')
  const kept = response.hasHeader('server') ? ['Connection', 'keep-alive'] : []
  response.writeHead(status, [...before, ...VERSION, 'Date', new Date().toUTCString(), ...after, ...kept])
}

export function streamHead(response: ServerResponse): void {
  writeHead(response, 200, ['Content-Type', 'text/event-stream; charset=utf-8', ...ORIGIN], ['Transfer-Encoding', 'chunked'])
}

export function answerHead(response: ServerResponse, { status, type, body, from }: Answer): void {
  const length = String(Buffer.byteLength(body))
  const challenge = status === 401 ? ['WWW-Authenticate', 'Bearer realm="api"'] : []
  const origin = from === 'page' ? [] : ORIGIN
  writeHead(response, status, ['Content-Type', type, 'Content-Length', length, ...challenge, ...origin], [])
}

export function sendAnswer(response: ServerResponse, answer: Answer): void {
  answerHead(response, answer)
  response.end(answer.body)
}
