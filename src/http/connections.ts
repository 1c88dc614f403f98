import type { LookupFunction, Socket } from 'node:net'
import { buildConnector, Client, type Dispatcher } from 'undici'
import type { Clock } from '../core/clock.ts'
import type { Micros } from '../core/units.ts'
import type { CancelRequest, ConnectionWatch, ReplySink, Transport, WireRequest } from './transport.ts'

export interface ConnectionSettings {
  /** Scheme, host and port. */
  readonly origin: string
  /** Kept alive and used again, or one per request and closed after it. */
  readonly connections: 'reuse' | 'fresh'
  /** Authorities to trust, in PEM form; the system's where absent. */
  readonly ca?: string
  /** Certificates are checked unless told otherwise. */
  readonly insecure?: boolean
  /** Resolves the host at each connect; refusing here keeps load off an address that nobody agreed to. */
  readonly lookup?: LookupFunction
}

/** An idle connection is closed after this long where the server names no time of its own (undici's default, and below most servers'). */
const KEEP_ALIVE_MS = 4_000

interface Line {
  readonly client: Client
  /** The socket in use; a kept line may open another when the server closed the first. */
  socket?: { readonly id: number; exchanges: number }
  /** A socket that is not established yet: undici leaves it to the kernel's own patience, which is over two minutes. */
  connecting?: Socket
}

/**
 * undici behind the narrow port: one client, so one socket, per exchange under way. A line that ended well is kept for the next request
 * (latest first) where connections are reused. Which socket carried what is known exactly, which a shared pool would not tell.
 */
export function createTransport(settings: ConnectionSettings, clock: Clock, watch: ConnectionWatch): Transport {
  const idle: Line[] = []
  const lines = new Set<Line>()
  let sockets = 0
  let readAt: Micros | undefined

  /**
   * When the bytes that are being parsed came out of their socket: one reading of the clock for all chunks of one read, which undici hands over
   * in one go, before any microtask has its turn.
   */
  function momentOfRead(): Micros {
    if (readAt === undefined) {
      readAt = clock.now()
      queueMicrotask(() => {
        readAt = undefined
      })
    }
    return readAt
  }

  const connector = buildConnector({
    // Deadlines are ours: undici's own would end an exchange on another clock.
    timeout: 0,
    allowH2: false,
    ...(settings.ca !== undefined && { ca: settings.ca }),
    ...(settings.insecure && { rejectUnauthorized: false }),
    ...(settings.lookup && { lookup: settings.lookup }),
  } as buildConnector.BuildOptions)

  function openLine(): Line {
    const line: Line = {
      client: new Client(settings.origin, {
        pipelining: 1,
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connect: (options, callback) => {
          // It gives the socket it opens, though its type does not say so.
          const opening = connector(options, (...outcome) => {
            const [error, socket] = outcome
            delete line.connecting
            if (error || !socket) return callback(...outcome)
            line.socket = watched(socket)
            callback(...outcome)
          }) as Socket | undefined
          if (opening?.connecting) line.connecting = opening
        },
      }),
    }
    // A kept line whose server hung up must not be taken for the next request.
    line.client.on('disconnect', () => idle.includes(line) && drop(line))
    lines.add(line)
    return line
  }

  function watched(socket: Socket): { id: number; exchanges: number } {
    const id = sockets++
    socket.setNoDelay(true)
    watch.opened(id, clock.now())
    socket.once('close', () => watch.closed(id, clock.now()))
    return { id, exchanges: 0 }
  }

  function forget(line: Line): void {
    const index = idle.indexOf(line)
    if (index >= 0) idle.splice(index, 1)
  }

  function drop(line: Line): void {
    forget(line)
    lines.delete(line)
    line.connecting?.destroy()
    void line.client.destroy().catch(() => {})
  }

  function send(request: WireRequest, sink: ReplySink): CancelRequest {
    const line = idle.pop() ?? openLine()
    let over = false
    const finish = (then: () => void) => {
      if (over) return
      over = true
      then()
    }
    line.client.dispatch(dispatchOptions(request, settings), {
      onRequestStart() {
        const socket = line.socket ?? { id: -1, exchanges: 0 }
        if (!over) guarded(() => sink.sent(clock.now(), { connection: socket.id, reused: socket.exchanges++ > 0 }))
      },
      onResponseStart(_controller, status, headers) {
        const at = momentOfRead()
        // Interim replies (103) come before the real one.
        if (!over && status >= 200) guarded(() => sink.head({ status, headers: flat(headers) }, at))
      },
      onResponseData(_controller, chunk) {
        const at = momentOfRead()
        if (!over) guarded(() => sink.chunk(chunk, at))
      },
      onResponseEnd() {
        const at = momentOfRead()
        finish(() => {
          if (settings.connections === 'reuse') idle.push(line)
          else drop(line)
          guarded(() => sink.end(at))
        })
      },
      onResponseError(_controller, error) {
        const at = momentOfRead()
        finish(() => {
          drop(line)
          guarded(() => sink.failed(error, at))
        })
      },
    })
    return () => finish(() => drop(line))
  }

  return {
    send,
    close() {
      for (const line of [...lines]) drop(line)
    },
  }
}

function dispatchOptions(request: WireRequest, settings: ConnectionSettings): Dispatcher.DispatchOptions {
  return {
    method: request.method,
    path: request.path,
    headers: { ...request.headers },
    // `connection: close` on the wire: the server is told not to keep a slot for us.
    reset: settings.connections === 'fresh',
    ...(request.body !== undefined && { body: request.body }),
    ...(request.bytes !== undefined && { body: request.bytes }),
  }
}

/** A throw inside undici's callbacks would come back as the server's failure: bugs of ours must surface as such. */
function guarded(tell: () => void): void {
  try {
    tell()
  } catch (bug) {
    queueMicrotask(() => {
      throw bug
    })
  }
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  return joined
}
