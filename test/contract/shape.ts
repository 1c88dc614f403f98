/** A reply as its bytes came: the chunk coding taken off, nothing else. */
export interface SeenReply {
  readonly status: number
  /** In order and letter case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** One per HTTP chunk; a body with a length is one. */
  readonly chunks: readonly Buffer[]
}

/** What a real server was seen to send, learnt from recordings. */
export interface ShapeBook {
  /** Sequences of header names, by kind of reply: `stream` or the status. */
  readonly headers: ReadonlyMap<string, ReadonlySet<string>>
  /** Values of the headers that never change, by the same kinds and the name. */
  readonly fixed: ReadonlyMap<string, ReadonlySet<string>>
  /** Shapes that objects were seen to have, by where they stand (`node_finished llm`, `blocking`, `refusal`): keys in order. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>
  /** Types that a field was seen with, by the same place and the key. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>
}

interface Event {
  readonly event: string
  readonly task_id?: string
  readonly workflow_run_id?: string
  readonly data?: Readonly<Record<string, unknown>>
}

const TERMINAL = new Set(['workflow_finished', 'workflow_paused', 'error'])
const CHANGING = new Set(['Date', 'Content-Length'])
const PING = 'event: ping\n\n'

/** Learns from replies that are right by definition. */
export function learnShapes(replies: readonly SeenReply[]): ShapeBook {
  const book = { headers: new Map(), fixed: new Map(), keys: new Map(), types: new Map() } satisfies ShapeBook
  const add = (map: Map<string, Set<string>>, place: string, value: string) => map.set(place, (map.get(place) ?? new Set()).add(value))
  for (const reply of replies) {
    const kind = kindOf(reply)
    add(book.headers, kind, namesOf(reply))
    for (const [name, value] of reply.headers) if (!CHANGING.has(name)) add(book.fixed, `${kind} ${name}`, value)
    for (const { place, object } of objectsOf(reply)) {
      add(book.keys, place, keysOf(object))
      for (const [key, value] of Object.entries(object)) add(book.types, `${place}.${key}`, typeOf(value))
    }
  }
  return book
}

/** What of a reply a real server would not send, one line each; none where nothing. */
export function shapeFaults(reply: SeenReply, book: ShapeBook): readonly string[] {
  return [
    ...headFaults(reply, book),
    ...(kindOf(reply) === 'stream' ? streamFaults(reply) : jsonFaults(reply)),
    ...fieldFaults(reply, book),
  ]
}

function headFaults(reply: SeenReply, book: ShapeBook): readonly string[] {
  const kind = kindOf(reply)
  const known = book.headers.get(kind)
  if (!known) return [`a reply of kind ${kind} was never seen`]
  const faults = known.has(namesOf(reply)) ? [] : [`headers of ${kind}: ${namesOf(reply)}`]
  for (const [name, value] of reply.headers) {
    const values = book.fixed.get(`${kind} ${name}`)
    if (values && !values.has(value)) faults.push(`header ${name}: ${value}`)
  }
  return faults
}

function streamFaults({ chunks }: SeenReply): readonly string[] {
  const texts = chunks.map((chunk) => chunk.toString())
  const faults = texts.flatMap((text) => {
    if (text === PING) return []
    if (!/^data: \{[^\n]*\}\n\n$/.test(text)) return [`a chunk that is not one event: ${text.slice(0, 60)}`]
    const spaced = /[,:]\s/.test(withoutStrings(text.slice('data: '.length, -2)))
    return [...(spaced ? [`spaced JSON in a stream: ${text.slice(0, 60)}`] : []), ...(escapes(text) ? ['\\u escapes in a stream'] : [])]
  })
  if (texts.length > 0 && texts[0] !== PING) faults.push('the first chunk is no ping')
  return faults.length > 0 ? faults : orderFaults(eventsOf(chunks))
}

/** In which order events may come. */
function orderFaults(events: readonly Event[]): readonly string[] {
  const faults: string[] = []
  const begun = new Map<string, 'open' | 'over'>()
  const [first] = events
  if (first && first.event !== 'workflow_started' && first.event !== 'error') faults.push(`starts with ${first.event}`)
  for (const [index, { event, data, ...ids }] of events.entries()) {
    if (TERMINAL.has(event) && index < events.length - 1) faults.push(`${event} is not the last event`)
    if (event === 'workflow_started' && index > 0) faults.push('workflow_started twice')
    if (event === 'error') continue
    if (ids.task_id !== first?.task_id || ids.workflow_run_id !== first?.workflow_run_id) faults.push(`${event} has other ids`)
    if (event === 'workflow_started' || event === 'workflow_finished')
      if (data?.['id'] !== ids.workflow_run_id) faults.push(`${event}: data.id is not the run's`)
    const id = String(data?.['id'])
    const around = data?.['iteration_id'] ?? data?.['loop_id']
    if (/^(node|iteration|loop)_started$/.test(event)) {
      if (begun.has(id)) faults.push(`${id} started twice`)
      if (typeof around === 'string' && begun.get(around) !== 'open') faults.push(`${id} started outside ${around}`)
      begun.set(id, 'open')
    } else if (/^(node_finished|node_retry|iteration_next|iteration_completed|loop_next|loop_completed)$/.test(event)) {
      if (begun.get(id) !== 'open') faults.push(`${event} of ${id}, which is not under way`)
      if (/_(finished|completed)$/.test(event)) begun.set(id, 'over')
    }
    if (event === 'workflow_finished' && data?.['status'] === 'succeeded')
      for (const [node, state] of begun) if (state === 'open') faults.push(`succeeded while ${node} is under way`)
  }
  return faults
}

function jsonFaults(reply: SeenReply): readonly string[] {
  const body = Buffer.concat(reply.chunks)
  const text = body.toString()
  const faults: string[] = []
  const length = reply.headers.find(([name]) => name === 'Content-Length')?.[1]
  if (Number(length) !== body.length) faults.push(`Content-Length ${length} of ${body.length} bytes`)
  // Refusals are written by another library where the server has it installed: compact then, with the same content.
  if (reply.status < 300 && /[,:]\S/.test(withoutStrings(text))) faults.push('compact JSON where it is spaced')
  if (body.some((byte) => byte > 0x7f)) faults.push('raw UTF-8 where it is escaped')
  const parsed = parse(text)
  if (!parsed) return [...faults, 'no JSON object']
  if (reply.status >= 300 && parsed['status'] !== reply.status) faults.push(`status ${parsed['status']} in the body of a ${reply.status}`)
  if (text.endsWith('\n') !== reply.status >= 300) faults.push('a line end after a run, or none after a refusal')
  return faults
}

function fieldFaults(reply: SeenReply, book: ShapeBook): readonly string[] {
  return objectsOf(reply).flatMap(({ place, object }) => {
    const known = book.keys.get(place)
    if (!known) return [`${place} was never seen`]
    if (!known.has(keysOf(object))) return [`keys of ${place}: ${keysOf(object)}`]
    return Object.entries(object).flatMap(([key, value]) =>
      book.types.get(`${place}.${key}`)?.has(typeOf(value)) ? [] : [`${place}.${key} is ${typeOf(value)}`],
    )
  })
}

/** The objects of fixed keys in a reply, with where they stand. What a workflow's author names (inputs, outputs) is not among them. */
function objectsOf(reply: SeenReply): readonly { readonly place: string; readonly object: Readonly<Record<string, unknown>> }[] {
  if (kindOf(reply) === 'stream')
    return eventsOf(reply.chunks).flatMap((event) => [
      { place: event.event, object: event as unknown as Record<string, unknown> },
      ...(event.data ? [{ place: placeOf(event.event, event.data), object: event.data }] : []),
    ])
  const body = parse(Buffer.concat(reply.chunks).toString())
  if (!body) return []
  if (reply.status >= 300) return [{ place: 'refusal', object: body }]
  const data = body['data'] as Record<string, unknown> | undefined
  return [{ place: 'blocking', object: body }, ...(data ? [{ place: `blocking ${data['status']}`, object: data }] : [])]
}

/** A paused run has other fields, and a container other ones than a node. */
const placeOf = (event: string, data: Readonly<Record<string, unknown>>): string =>
  ['data of', event, ...(event === 'workflow_finished' ? [] : [data['status'] === 'retry' ? 'retry' : ''])].join(' ').trim()

const kindOf = ({ status, headers }: SeenReply): string =>
  headers.some(([name, value]) => name === 'Content-Type' && value.startsWith('text/event-stream')) ? 'stream' : `${status}`
const namesOf = ({ headers }: SeenReply): string => headers.map(([name]) => name).join(', ')
const keysOf = (object: Readonly<Record<string, unknown>>): string => Object.keys(object).join(', ')
const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
const withoutStrings = (json: string): string => json.replace(/"(?:[^"\\]|\\.)*"/g, '""').trimEnd()
/** An escape of a character that need not be escaped. */
const escapes = (text: string): boolean => /(?:^|[^\\])(?:\\\\)*\\u(?!00[01][0-9a-f]|007f|d[89a-f])/i.test(text)

const eventsOf = (chunks: readonly Buffer[]): readonly Event[] =>
  chunks.flatMap((chunk) => {
    const event = parse(chunk.toString().replace(/^data: /, ''))
    return event ? [event as unknown as Event] : []
  })

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
