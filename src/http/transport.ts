import type { Micros } from '../core/units.ts'

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST'
  /** Path and query on the target's origin. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** A body that is no text, in place of `body`. */
  readonly bytes?: Uint8Array
}

export interface ReplyHead {
  readonly status: number
  /** Names in lower case; of a repeated header the values joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
}

/** Which socket an exchange went over. */
export interface SocketUse {
  /** Number of the connection among all of the run, from 0. */
  readonly connection: number
  /** It had carried an exchange before. */
  readonly reused: boolean
}

/**
 * Told what happens to one request, in this order; `end` or `failed` comes last, exactly once, unless the request was cancelled.
 * Called from inside the HTTP parser: be quick, and never throw. Each moment is taken once, before anything is decoded.
 */
export interface ReplySink {
  /** The request is written on a connection. */
  sent(at: Micros, use: SocketUse): void
  head(head: ReplyHead, at: Micros): void
  chunk(bytes: Buffer, at: Micros): void
  /** The reply ended as HTTP says it must. */
  end(at: Micros): void
  failed(error: Error, at: Micros): void
}

/** Ends a request at once and closes its connection. Nothing is told any more; does nothing where it has ended. */
export type CancelRequest = () => void

/** Sends requests to one origin. Nothing is ever sent twice. */
export interface Transport {
  send(request: WireRequest, sink: ReplySink): CancelRequest
  /** Closes every connection at once. */
  close(): void
}

/** Told of every connection, from established to closed. */
export interface ConnectionWatch {
  opened(connection: number, at: Micros): void
  closed(connection: number, at: Micros): void
}
