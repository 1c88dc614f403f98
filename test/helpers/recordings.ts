import { readdirSync, readFileSync } from 'node:fs'

/** How a recorded reply ended. */
export type RecordedEnd = 'terminated (zero chunk)' | 'content-length complete' | 'eof' | 'connection reset' | 'client closed'

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface RecordedChunk {
  /** Milliseconds from the last byte of the request. */
  readonly at: number
  readonly bytes: Buffer
}

export interface RecordedResponse {
  /** Absent where the connection ended without a reply. */
  readonly head?: {
    readonly status: number
    /** In the order in which they came. */
    readonly headers: readonly (readonly [name: string, value: string])[]
    readonly at: number
  }
  readonly framing: 'chunked' | 'content-length' | 'close'
  /** One entry per HTTP chunk, its coding taken off. */
  readonly chunks: readonly RecordedChunk[]
  readonly end: RecordedEnd
  readonly endAt: number
}

/** One exchange with a real server; the format is described beside the files. */
export interface Recording {
  readonly name: string
  readonly note: string
  readonly request: RecordedRequest
  readonly response: RecordedResponse
}

interface RecordingFile {
  readonly name: string
  readonly note: string
  readonly request: RecordedRequest
  readonly response: {
    readonly status: number | null
    readonly headers: readonly (readonly [string, string])[] | null
    readonly head_t_ms: number | null
    readonly framing: RecordedResponse['framing']
    readonly chunks: readonly { readonly t_ms: number; readonly data?: string; readonly base64?: string }[]
    readonly end: RecordedEnd
    readonly end_t_ms: number
  }
}

const FOLDER = new URL('../fixtures/recordings/', import.meta.url)

/** Names of all recordings, sorted. */
export const recordingNames = (): readonly string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()

/** Throws where there is no recording of that name. */
export function readRecording(name: string): Recording {
  const { note, request, response } = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as RecordingFile
  const { status, headers, head_t_ms: headAt } = response
  return {
    name,
    note,
    request,
    response: {
      ...(status !== null && headers && headAt !== null && { head: { status, headers, at: headAt } }),
      framing: response.framing,
      chunks: response.chunks.map(({ t_ms: at, data, base64 }) => ({
        at,
        bytes: base64 === undefined ? Buffer.from(data ?? '') : Buffer.from(base64, 'base64'),
      })),
      end: response.end,
      endAt: response.end_t_ms,
    },
  }
}

/** All bytes of the recorded body. */
export const bodyOf = (recording: Recording): Buffer => Buffer.concat(recording.response.chunks.map(({ bytes }) => bytes))

/** A `POST …/run`: the exchanges that flowbench measures. */
export const isRun = ({ request }: Recording): boolean => request.method === 'POST' && /\/workflows\/(?:[^/]+\/)?run$/.test(request.path)
