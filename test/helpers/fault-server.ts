import { STATUS_CODES } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type ReceivedRequest, requestReader } from './request-reader.ts'

/** One thing that a server does on a connection. */
export type Step =
  /** Waits for the next request, whole. */
  | { readonly do: 'request' }
  /** Waits for the head of the first request, not for its body. */
  | { readonly do: 'request-head' }
  | { readonly do: 'raw'; readonly bytes: Buffer | string }
  /** Writes one byte at a time. */
  | { readonly do: 'drip'; readonly bytes: Buffer | string; readonly everyMs: number }
  /** Writes the same again and again until the client goes. */
  | { readonly do: 'flood'; readonly bytes: Buffer | string; readonly everyMs: number }
  | { readonly do: 'wait'; readonly ms: number }
  /** Ends both directions, after what was written. */
  | { readonly do: 'fin' }
  /** Ends our direction and goes on reading. */
  | { readonly do: 'half-close' }
  | { readonly do: 'rst' }
  /** Does nothing until the client goes. */
  | { readonly do: 'until-aborted' }

export const head = (status: number, headers: Readonly<Record<string, string>>): Step => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return { do: 'raw', bytes: `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Odd'}\r\n${lines.join('')}\r\n` }
}
/** One HTTP chunk; the empty one ends the body. */
export const chunk = (text: string): Step => ({ do: 'raw', bytes: `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n` })

/** What happened on one connection. */
export interface FaultConnection {
  readonly requests: readonly ReceivedRequest[]
  /** Bytes that the client sent. */
  received(): number
  /** Resolves when the connection is gone, whoever closed it. */
  readonly gone: Promise<void>
}

export interface FaultServer {
  /** Base of the API. */
  readonly baseUrl: string
  readonly connections: readonly FaultConnection[]
  /** Requests over all connections. */
  requests(): readonly ReceivedRequest[]
  close(): Promise<void>
}

/** A server that does on its n-th connection what the n-th script says, on the further ones what the last says. Loopback, any port. */
export async function faultServer(...scripts: readonly (readonly Step[])[]): Promise<FaultServer> {
  const connections: FaultConnection[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket)
    const script = scripts[Math.min(connections.length, scripts.length - 1)] ?? []
    connections.push(connectionOf(socket, script))
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    connections,
    requests: () => connections.flatMap(({ requests }) => requests),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function connectionOf(socket: Socket, script: readonly Step[]): FaultConnection {
  const requests: ReceivedRequest[] = []
  let received = 0
  let seen = ''
  let heed = () => {}
  let isGone = false
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  gone.then(() => {
    isGone = true
    heed()
  })
  socket.on('error', () => {})
  // The client's FIN is its leave: nothing more is owed.
  socket.on('end', () => socket.end())
  socket.on('data', (bytes: Buffer) => {
    received += bytes.length
    if (seen.length < 65_536) seen += bytes.toString('latin1')
    heed()
  })
  requestReader(socket, (request) => {
    requests.push(request)
    heed()
  })

  /** Resolves once `met`, or the connection is gone. */
  const until = (met: () => boolean) =>
    new Promise<void>((resolve) => {
      heed = () => {
        if (isGone || met()) resolve()
      }
      heed()
    })
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

  let answered = 0
  async function perform(step: Step): Promise<void> {
    switch (step.do) {
      case 'request':
        answered++
        return until(() => requests.length >= answered)
      case 'request-head':
        return until(() => seen.includes('\r\n\r\n'))
      case 'raw':
        socket.write(step.bytes)
        return
      case 'drip':
        for (const byte of Buffer.from(step.bytes)) {
          if (isGone) return
          socket.write(Buffer.of(byte))
          await pause(step.everyMs)
        }
        return
      case 'flood':
        while (!isGone && socket.writable) {
          if (!socket.write(step.bytes)) await Promise.race([gone, new Promise((resolve) => socket.once('drain', resolve))])
          await pause(step.everyMs)
        }
        return
      case 'wait':
        await pause(step.ms)
        return
      case 'fin':
        await new Promise<void>((resolve) => socket.end(resolve))
        socket.destroySoon()
        return
      case 'half-close':
        socket.end()
        return
      case 'rst':
        socket.resetAndDestroy()
        return
      case 'until-aborted':
        return gone
    }
  }

  async function play(): Promise<void> {
    for (const step of script) {
      if (isGone) return
      await perform(step)
    }
  }
  void play()
  return { requests, received: () => received, gone }
}
