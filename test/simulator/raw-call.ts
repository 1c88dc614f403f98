import { connect, type Socket } from 'node:net'

/** A reply as it came over the wire, the chunk coding taken off. */
export interface RawReply {
  readonly status: number
  /** In order and letter case. */
  readonly headers: readonly (readonly [string, string])[]
  /** One per HTTP chunk; a body with a length is one. */
  readonly chunks: readonly Buffer[]
  readonly body: string
  readonly end: 'complete' | 'fin' | 'reset' | 'left'
}

export interface RawRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/**
 * Sends one request over a connection of its own (or over `socket`) and reads the reply with no help of an HTTP client. Leaves, closing the
 * connection, as soon as `until` holds for the body so far.
 */
export function rawCall(
  base: string,
  { method = 'GET', path, headers = {}, body = '' }: RawRequest,
  { until, socket: given }: { readonly until?: (body: string) => boolean; readonly socket?: Socket } = {},
): Promise<RawReply> {
  const { hostname, port } = new URL(base)
  const socket = given ?? connect({ host: hostname, port: Number(port), noDelay: true })
  const length = body.length === 0 && method === 'GET' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    ...Object.entries(headers).map((one) => one.join(': ')),
    ...length,
  ]
  socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)]))
  let received = Buffer.alloc(0)
  return new Promise((resolve) => {
    const finish = (end: RawReply['end']) => {
      socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error')
      socket.on('error', () => {})
      if (!given || end === 'left') socket.destroy()
      const reply = read(received)
      resolve({ ...reply, body: Buffer.concat(reply.chunks).toString(), end })
    }
    socket.on('data', (data) => {
      received = Buffer.concat([received, data])
      const reply = read(received)
      if (reply.isComplete) finish('complete')
      else if (until?.(Buffer.concat(reply.chunks).toString())) finish('left')
    })
    socket.on('error', () => finish('reset'))
    socket.on('close', () => finish('fin'))
  })
}

function read(bytes: Buffer): Omit<RawReply, 'body' | 'end'> & { readonly isComplete: boolean } {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return { status: 0, headers: [], chunks: [], isComplete: false }
  const [first = '', ...lines] = bytes.subarray(0, headEnd).toString().split('\r\n')
  const headers = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  const status = Number(first.split(' ')[1])
  const body = bytes.subarray(headEnd + 4)
  const length = headers.find(([name]) => name === 'Content-Length')?.[1]
  if (length !== undefined) return { status, headers, chunks: body.length > 0 ? [body] : [], isComplete: body.length >= Number(length) }
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at)
    if (lineEnd < 0) break
    const size = Number.parseInt(body.subarray(at, lineEnd).toString(), 16)
    if (size === 0) return { status, headers, chunks, isComplete: body.length >= lineEnd + 4 }
    if (body.length < lineEnd + 2 + size + 2) break
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
  return { status, headers, chunks, isComplete: false }
}

const HEADERS = { Authorization: 'Bearer app-anything', 'Content-Type': 'application/json' }

/** `POST /workflows/run`. */
export const runRequest = (mode: 'blocking' | 'streaming', inputs: object = {}, more: object = {}): RawRequest => ({
  method: 'POST',
  path: '/v1/workflows/run',
  headers: HEADERS,
  body: JSON.stringify({ inputs, response_mode: mode, user: 'lab-user', ...more }),
})

export const get = (path: string): RawRequest => ({ path, headers: { Authorization: 'Bearer app-anything' } })

export const post = (path: string, body: object): RawRequest => ({ method: 'POST', path, headers: HEADERS, body: JSON.stringify(body) })

export interface StreamedEvent {
  readonly event: string
  readonly task_id: string
  readonly workflow_run_id: string
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is what the tests are about
  readonly data: any
  readonly message?: string
  readonly status?: number
}

/** The events of a stream's body, pings as `ping`. */
export const eventsOf = (body: string): readonly StreamedEvent[] =>
  body
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => (block === 'event: ping' ? { event: 'ping' } : JSON.parse(block.replace(/^data: /, ''))) as StreamedEvent)
