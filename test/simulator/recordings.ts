import { readFileSync } from 'node:fs'
import { eventsOf, type RawReply, rawCall } from './raw-call.ts'

interface Recording {
  readonly request: { readonly method: string; readonly path: string; readonly headers: Record<string, string>; readonly body?: string }
  readonly response: { readonly status: number; readonly headers: [string, string][]; readonly chunks: { readonly data: string }[] }
}

/** A recorded exchange. */
export const recordingOf = (name: string): Recording =>
  JSON.parse(readFileSync(new URL(`../fixtures/recordings/${name}.json`, import.meta.url), 'utf8'))
/** The whole of its reply's body. */
export const bodyOf = ({ response }: Recording) => response.chunks.map(({ data }) => data).join('')

/** Sends a recorded request again; lengths are worked out anew. */
export function again(base: string, { request }: Recording, headers: Record<string, string> = {}): Promise<RawReply> {
  const { Host: _, 'Content-Length': __, ...kept } = request.headers
  return rawCall(base, { method: request.method, path: request.path, headers: { ...kept, ...headers }, body: request.body ?? '' })
}

/** A text with everything that differs from run to run replaced. */
export const withoutChance = (text: string) =>
  text
    .replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'UUID')
    .replace(/("(?:created_at|finished_at|expiration_time)": ?|sys\.timestamp\\": )\d+/g, '$1TIME')
    .replace(/("elapsed_time": ?)\d+\.\d+(?:e-\d+)?/g, '$1SECONDS')

const DIFFERENT = new Set(['Date', 'Content-Length'])
/** Names with values, or without where they differ by nature. */
export const headersOf = (headers: readonly (readonly [string, string])[]) =>
  headers.map(([name, value]) => (DIFFERENT.has(name) ? name : `${name}: ${value}`))

/** Keys in order and types, at every depth. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.entries(value).map(([key, field]) => [key, shapeOf(field)])
}

/** Without those that are the same as the one before. */
export const once = (kinds: readonly string[]) => kinds.filter((kind, index) => kind !== kinds[index - 1])

/** Kinds of events in order, with what text is from, runs of the same kept as one. */
export const sequenceOf = (body: string): string[] =>
  once(eventsOf(body).map(({ event, data }) => (event === 'text_chunk' ? `text of ${data.from_variable_selector}` : event)))

/** The shape of the first event of each kind (and node type). */
export function shapesOf(body: string): Record<string, unknown> {
  const shapes: Record<string, unknown> = {}
  for (const event of eventsOf(body)) shapes[[event.event, event.data?.node_type ?? ''].join(' ')] ??= shapeOf(event)
  return shapes
}
