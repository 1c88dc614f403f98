import { STATUS_CODES } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type RecordedResponse, readRecording } from './recordings.ts'
import { type ReceivedRequest, requestReader } from './request-reader.ts'

export interface ReplayOptions {
  /** Silences longer than this many ms are shortened to `shortened`; 2000 unless told. */
  readonly longestGap?: number
  /** What becomes of a longer silence, in ms; 150 unless told. */
  readonly shortened?: number
  /** Writes the raw reply, head and chunk coding included, in pieces of so many bytes, or cut at these offsets; the recorded silences are then left out. */
  readonly cut?: number | readonly number[]
  /** Milliseconds between two pieces; without it only as long as the event loop takes to turn. */
  readonly pause?: number
}

/** Bytes that were due at one moment. */
export interface Piece {
  /** Milliseconds from the last byte of the request. */
  readonly at: number
  readonly bytes: Buffer
}

/** One reply that was given; times in milliseconds of `performance.now`. */
export interface Served {
  readonly name: string
  readonly request: ReceivedRequest
  /** When each piece was handed to the socket. */
  readonly wrote: readonly Piece[]
  /** Resolves with the moment at which the connection was gone, whoever closed it. */
  readonly gone: Promise<number>
}

export interface ReplayServer {
  /** Base of the API that gives this recording to every request. */
  baseUrl(name: string): string
  readonly served: readonly Served[]
  /** Connections open now. */
  open(): number
  close(): Promise<void>
}

/** The recorded reply as raw HTTP, each piece with the time at which it was seen. */
export function rawReply({ head, framing, chunks, end }: RecordedResponse): readonly Piece[] {
  if (!head) return []
  const lines = [`HTTP/1.1 ${head.status} ${STATUS_CODES[head.status] ?? ''}`, ...head.headers.map(([name, value]) => `${name}: ${value}`)]
  const pieces: Piece[] = [{ at: head.at, bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1') }]
  for (const { at, bytes } of chunks) {
    const coded =
      framing === 'chunked' ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]) : bytes
    pieces.push({ at, bytes: coded })
  }
  return end === 'terminated (zero chunk)' ? [...pieces, { at: Number.POSITIVE_INFINITY, bytes: Buffer.from('0\r\n\r\n') }] : pieces
}

/** When each piece and the end are due, in ms from the request, with silences over `longestGap` shortened. */
export function replaySchedule(
  response: RecordedResponse,
  { longestGap = 2000, shortened = 150 }: ReplayOptions = {},
): { readonly pieces: readonly Piece[]; readonly endAt: number } {
  let [recorded, due] = [0, 0]
  const shift = (at: number): number => {
    const gap = Math.max(0, at - recorded)
    recorded = Math.max(recorded, at)
    due += gap > longestGap ? shortened : gap
    return due
  }
  const pieces = rawReply(response).map(({ at, bytes }) => ({ at: shift(Math.min(at, response.endAt)), bytes }))
  return { pieces, endAt: shift(response.endAt) }
}

/** `bytes` cut at `offsets`, or into pieces of that many bytes; nothing is empty. */
export function cutAt(bytes: Buffer, cut: number | readonly number[]): readonly Buffer[] {
  const offsets =
    typeof cut === 'number'
      ? Array.from({ length: Math.ceil(bytes.length / cut) - 1 }, (_, index) => (index + 1) * cut)
      : [...new Set(cut)].filter((offset) => offset > 0 && offset < bytes.length).sort((a, b) => a - b)
  return [0, ...offsets].map((start, index) => bytes.subarray(start, offsets[index] ?? bytes.length))
}

/** Gives recorded replies again, byte by byte as the server sent them, on a loopback port of its own. */
export async function replayServer(options: ReplayOptions = {}): Promise<ReplayServer> {
  const served: Served[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true))
    const gone = new Promise<number>((resolve) => socket.on('close', () => resolve(performance.now())))
    gone.then(() => sockets.delete(socket))
    socket.on('error', () => {})
    requestReader(socket, (request) => {
      const name = request.path.split('/')[1] ?? ''
      const wrote: Piece[] = []
      served.push({ name, request, wrote, gone })
      replay(socket, readRecording(name).response, { ...options, wrote, from: request.at })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: (name) => `http://127.0.0.1:${port}/${name}/v1`,
    served,
    open: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function replay(
  socket: Socket,
  response: RecordedResponse,
  { wrote, from, ...options }: ReplayOptions & { readonly wrote: Piece[]; readonly from: number },
): Promise<void> {
  const { pieces, endAt } = replaySchedule(response, options)
  const write = (bytes: Buffer) => {
    wrote.push({ at: performance.now(), bytes })
    socket.write(bytes)
  }
  if (options.cut === undefined) {
    for (const { at, bytes } of pieces) {
      await until(from + at)
      if (socket.destroyed) return
      write(bytes)
    }
    await until(from + endAt)
  } else {
    for (const bytes of cutAt(Buffer.concat(pieces.map((piece) => piece.bytes)), options.cut)) {
      if (socket.destroyed) return
      write(bytes)
      await (options.pause === undefined ? nextTurn() : until(performance.now() + options.pause))
    }
  }
  end(socket, response)
}

function end(socket: Socket, { end: kind }: RecordedResponse): void {
  if (kind === 'eof') socket.end()
  if (kind === 'connection reset') socket.resetAndDestroy()
  // What ended properly keeps its connection, as the server did; where the client went it is the client's turn.
}

/** Timers may fire a little early: looks again until it is time. */
async function until(at: number): Promise<void> {
  for (let left = at - performance.now(); left > 0; left = at - performance.now()) await new Promise((resolve) => setTimeout(resolve, left))
}
