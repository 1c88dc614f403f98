import type { SeenReply } from '../contract/shape.ts'

/** What a recorded exchange says of every other like it. Ids, times, sizes and texts that people write are not in it. */
export interface Expected {
  readonly status: number
  /** Names in order and letter case. */
  readonly headers: readonly string[]
  readonly framing: 'chunked' | 'content-length'
  /** Of a stream: kinds of events in order, with their nodes; the same one after the other once. */
  readonly events?: readonly string[]
  /** Of a whole JSON reply that is no run: keys in order and types, at every depth. */
  readonly shape?: unknown
  /** How it ended: fields of the terminal event or of the body, as far as they are no chance. */
  readonly facts: Readonly<Record<string, unknown>>
}

type Fields = Readonly<Record<string, unknown>>

const PING = 'event: ping'
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const bodyOf = ({ chunks }: SeenReply) => Buffer.concat(chunks).toString()
const isStream = ({ headers }: SeenReply) =>
  headers.some(([name, value]) => name === 'Content-Type' && value.startsWith('text/event-stream'))

/** What of a reply has to be the same again. `what`: a run is held to the shapes of all runs together, anything else to its own. */
export function expectedOf(reply: SeenReply, what: 'run' | 'other'): Expected {
  const headers = reply.headers.map(([name]) => name)
  const base = { status: reply.status, headers, framing: headers.includes('Content-Length') ? 'content-length' : 'chunked' } as const
  if (isStream(reply)) {
    const events = eventsOf(bodyOf(reply))
    return { ...base, events: sequenceOf(events), facts: endingOf(events.findLast(isFields) ?? {}) }
  }
  const body = parsed(bodyOf(reply))
  if (!body) return { ...base, facts: {} }
  const data = isFields(body['data']) ? body['data'] : body
  return { ...base, ...(what === 'other' && { shape: shapeOf(body) }), facts: endingOf({ ...body, data }) }
}

/** What differs, one line each; none where nothing does. `order: any` where nodes run side by side. */
export function differences(expected: Expected, actual: Expected, order: 'as told' | 'any' = 'as told'): readonly string[] {
  const faults: string[] = []
  const compare = (what: string, wanted: unknown, got: unknown) => {
    if (JSON.stringify(wanted) !== JSON.stringify(got)) faults.push(`${what}: ${JSON.stringify(got)}, recorded ${JSON.stringify(wanted)}`)
  }
  const sorted = (events: readonly string[] | undefined) => (order === 'any' ? [...new Set(events)].sort() : events)
  compare('status', expected.status, actual.status)
  compare('header names', expected.headers, actual.headers)
  compare('framing', expected.framing, actual.framing)
  compare('events', sorted(expected.events), sorted(actual.events))
  for (const name of new Set([...Object.keys(expected.facts), ...Object.keys(actual.facts)]))
    compare(name, expected.facts[name], actual.facts[name])
  faults.push(...shapeDifferences(expected.shape, actual.shape, 'body'))
  return faults
}

/** A ping after the first is a matter of time, and so is how many pieces a text comes in. */
function sequenceOf(events: readonly (Fields | 'ping')[]): readonly string[] {
  const names = events.flatMap((event, index) => {
    if (event === 'ping') return index === 0 ? ['ping'] : []
    const data = isFields(event['data']) ? event['data'] : {}
    const of = event['event'] === 'text_chunk' ? (data['from_variable_selector'] as readonly string[]).join('.') : data['node_id']
    return [[event['event'], of].filter(Boolean).join(' ')]
  })
  return names.filter((name, index) => name !== names[index - 1])
}

const STOPPED = new Set(['Aborted: User requested stop', 'Stopped by user.'])

/** Either of the two answers that a stop was seen to have is a stop; how far the run had come is chance. */
function endingOf(event: Fields): Fields {
  const data = isFields(event['data']) ? event['data'] : {}
  const { status, error, total_steps: steps, exceptions_count: exceptions } = data
  if (STOPPED.has(String(error))) return { event: event['event'], status: 'stopped' }
  const said = {
    event: event['event'],
    code: event['code'],
    message: plain(event['message']),
    'status in the body': event['status'] ?? status,
    // What a node's author or a model says is theirs; that there is an error is not.
    error: typeof error === 'string' ? 'a text' : error,
    steps,
    exceptions,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

/** A message without ids, and without the version of the library that wrote it. */
const plain = (message: unknown): unknown =>
  typeof message === 'string'
    ? message.replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'UUID').replace(/pydantic\.dev\/[\d.]+/g, 'pydantic.dev')
    : message

/** Keys in order and types; of a list its first element, where there is one. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (!isFields(value)) return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shapeOf(field)]))
}

/** Where one side has null or an empty list, nothing is known of the type. What a workflow takes and gives is its author's. */
function shapeDifferences(wanted: unknown, got: unknown, place: string): readonly string[] {
  if (wanted === 'null' || got === 'null' || wanted === undefined || /\.outputs$/.test(place)) return []
  if (Array.isArray(wanted) && Array.isArray(got)) {
    if (place.endsWith('.user_input_form') || wanted.length === 0 || got.length === 0) return []
    return shapeDifferences(wanted[0], got[0], `${place}[]`)
  }
  if (!isFields(wanted) || !isFields(got))
    return wanted === got ? [] : [`${place}: ${JSON.stringify(got)}, recorded ${JSON.stringify(wanted)}`]
  const [keys, ours] = [Object.keys(wanted), Object.keys(got)]
  if (keys.join() !== ours.join()) return [`keys of ${place}: ${ours.join(', ')}, recorded ${keys.join(', ')}`]
  return keys.flatMap((key) => shapeDifferences(wanted[key], got[key], `${place}.${key}`))
}

const eventsOf = (body: string): readonly (Fields | 'ping')[] =>
  body
    .split('\n\n')
    .filter((block) => block !== '')
    .flatMap((block): readonly (Fields | 'ping')[] => {
      if (block === PING) return ['ping']
      const event = parsed(block.replace(/^data: /, ''))
      return event ? [event] : []
    })

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}
