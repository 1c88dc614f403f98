import type { Socket } from 'node:net'

/** One request as it came over a socket. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** All bytes from the request line to the end of the body. */
  readonly raw: Buffer
  /** When its last byte was read, in milliseconds of `performance.now`. */
  readonly at: number
}

/** Gives the requests that come over `socket`, one after another. Understands bodies with a Content-Length, which is all that is sent here. */
export function requestReader(socket: Socket, arrived: (request: ReceivedRequest) => void): void {
  let unread: Buffer = Buffer.alloc(0)
  socket.on('data', (bytes: Buffer) => {
    const at = performance.now()
    unread = Buffer.concat([unread, bytes])
    for (let next = takeRequest(unread, at); next; next = takeRequest(unread, at)) {
      unread = unread.subarray(next.raw.length)
      arrived(next)
    }
  })
}

function takeRequest(bytes: Buffer, at: number): ReceivedRequest | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [first = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const bodyStart = headEnd + 4
  const end = bodyStart + Number(headers['content-length'] ?? 0)
  if (bytes.length < end) return undefined
  const [method = '', path = ''] = first.split(' ')
  return { method, path, headers, body: bytes.subarray(bodyStart, end).toString(), raw: bytes.subarray(0, end), at }
}
