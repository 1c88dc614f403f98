import { z } from 'zod'
import { type Micros, micros, parseDuration } from '../core/units.ts'
import { FILE_KINDS } from './file-kinds.ts'
import { fixed, type Law } from './law.ts'

const duration = z.string().transform((text, context): Micros => {
  const time = parseDuration(text)
  if (time === undefined) context.addIssue({ code: 'custom', message: `"${text}" is no duration; write one such as 300ms or 1.5s` })
  return time ?? micros(0)
})

const range = z.string().transform((text, context): readonly [Micros, Micros] => {
  const [from, to, more] = text.split('..').map((end) => parseDuration(end.trim()))
  if (from !== undefined && to !== undefined && more === undefined && from <= to) return [from, to]
  context.addIssue({ code: 'custom', message: `"${text}" is no range of durations; write one such as 100ms..300ms` })
  return [micros(0), micros(0)]
})

const law = z.union(
  [
    duration.transform((value): Law => fixed(value)),
    z.strictObject({ fixed: duration }).transform(({ fixed: value }): Law => fixed(value)),
    z.strictObject({ exponential: duration }).transform(({ exponential: mean }): Law => ({ kind: 'exponential', mean })),
    z
      .strictObject({ lognormal: z.strictObject({ median: duration, sigma: z.number().min(0).max(5) }) })
      .transform(({ lognormal }): Law => ({ kind: 'lognormal', ...lognormal })),
    z.strictObject({ uniform: range }).transform(({ uniform: [from, to] }): Law => ({ kind: 'uniform', from, to })),
  ],
  {
    error:
      'write a duration such as 300ms, or {exponential: 300ms}, {lognormal: {median: 300ms, sigma: 0.5}}, {uniform: 100ms..500ms}; every duration needs its unit',
  },
)

const wholeRange = z.union(
  [
    z
      .int()
      .min(1)
      .transform((n) => [n, n] as const),
    z.string(),
  ],
  {
    error: 'write a whole number from 1, or a range such as 10..40',
  },
)
const count = wholeRange.transform((written, context): readonly [number, number] => {
  if (typeof written !== 'string') return written
  const match = /^(\d+)\.\.(\d+)$/.exec(written)
  const [from, to] = [Number(match?.[1]), Number(match?.[2])]
  if (match && from >= 1 && from <= to) return [from, to]
  context.addIssue({ code: 'custom', message: `"${written}" is no range of whole numbers; write one such as 10..40` })
  return [1, 1]
})

const BYTES = { B: 1, kB: 1_000, MB: 1_000_000 } as const
const size = z.string().transform((text, context): number => {
  const match = /^(\d+(?:\.\d+)?)(B|kB|MB)$/.exec(text)
  const bytes = match ? Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]) : Number.NaN
  if (bytes <= 10_000_000) return bytes
  context.addIssue({ code: 'custom', message: `"${text}" is no size up to 10MB; write one such as 20kB` })
  return 0
})

const share = z.string().transform((text, context): number => {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text)
  const value = match ? Number(match[1]) / 100 : Number.NaN
  if (value <= 1) return value
  context.addIssue({ code: 'custom', message: `"${text}" is no share; write one such as 5%` })
  return 0
})

const nodeId = z.string().regex(/^[A-Za-z][\w-]*$/, 'an id is letters, digits, _ and -, a letter first')

const node = z
  .strictObject({
    id: nodeId,
    title: z.string().optional(),
    type: z.string(),
    /** A node that works in silence. */
    takes: law.optional(),
    /** What it gives besides its text: fields that outputs can name. */
    output: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    /** Bytes of a text that it gives as its field `output`. */
    outputSize: size.optional(),
    /** A node of type llm: the first chunk comes after `first`, `chunks` of them, `gap` apart. */
    text: z.strictObject({ first: law, chunks: count, gap: law, promptTokens: z.int().min(0).default(7) }).optional(),
  })
  .superRefine((value, context) => {
    if (value.text === undefined && value.takes === undefined)
      context.addIssue({ code: 'custom', message: 'a node needs a time: takes: 50ms, or for a model text: {first, chunks, gap}' })
    if (value.text !== undefined && (value.takes !== undefined || value.outputSize !== undefined || value.output !== undefined))
      context.addIssue({
        code: 'custom',
        message: 'a node with text: has its time and output from there; leave takes:, output: and outputSize: away',
      })
    if (value.text !== undefined && value.type !== 'llm')
      context.addIssue({ code: 'custom', path: ['type'], message: 'a node with text: is of type llm' })
  })

const parallel = z.strictObject({ parallel: z.array(z.union([z.array(node).min(1), node.transform((one) => [one])])).min(2) })

/** Told apart by its key first, so that an error inside a node names that node's field. */
const step = z.unknown().transform((value, context) => {
  const isParallel = typeof value === 'object' && value !== null && 'parallel' in value
  const result = isParallel ? parallel.safeParse(value) : node.safeParse(value)
  if (result.success) return result.data
  for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path: [...path], message })
  return z.NEVER
})

const variable = z.strictObject({
  variable: z.string(),
  type: z.enum(['text-input', 'paragraph', 'number', 'select', 'checkbox', 'file', 'file-list']),
  required: z.boolean().default(false),
  max_length: z.int().positive().optional(),
  options: z.array(z.string()).default([]),
  allowed_file_types: z.array(z.enum(FILE_KINDS)).default(['image', 'document']),
  allowed_file_extensions: z.array(z.string().regex(/^\.\w+$/, 'an extension is written with its dot, such as .log')).default([]),
  allowed_file_upload_methods: z.array(z.enum(['local_file', 'remote_url'])).default(['local_file', 'remote_url']),
  /** False: listed by GET /parameters, and anything is taken. */
  checked: z.boolean().default(true),
})

/** What a run can be made to be; the rest of the shares is `succeeded`. */
export const PLAYS = [
  'partial',
  'workflow-failed',
  'stopped',
  'paused',
  'rejected',
  'throttled',
  'stream-broken',
  'no-result',
  'bad-reply',
  'disconnected',
  'hang',
] as const
export type Play = 'succeeded' | (typeof PLAYS)[number]

const slots = z.int().min(1).max(1_000_000)

export const profileSchema = z
  .strictObject({
    description: z.string(),
    /** Any key is taken where this is absent. */
    apiKey: z.string().min(1).optional(),
    inputs: z.array(variable).default([]),
    /** Ids of published versions that can be run besides the current one. */
    versions: z.array(z.uuid({ error: 'an id of a version is a UUID' }).transform((id) => id.toLowerCase())).default([]),
    slots: z.strictObject({ connections: slots.default(1000), workers: slots.default(1000), api: slots.default(1000) }).prefault({}),
    /** Runs that a process's one core carries at full speed; past that all in it go slower. Absent: any number. */
    cpu: z.strictObject({ worker: z.number().positive().optional(), api: z.number().positive().optional() }).default({}),
    /** Connections of the API's pool to its database: every request holds one, then takes a second for a moment. */
    database: z.strictObject({ connections: slots, takes: law.prefault('10ms'), timeout: duration.prefault('30s') }).optional(),
    /** Blocking runs of the app at once; more are answered with 400 `Too many requests`. */
    appLimit: slots.optional(),
    /** An nginx in front. With `buffer` it holds a stream back until it has so much of it, or its end; with `every` no longer than that. */
    proxy: z.strictObject({ buffer: size.optional(), every: duration.optional() }).optional(),
    times: z
      .strictObject({
        admission: law.prefault('5ms'),
        start: law.prefault('20ms'),
        between: law.prefault('2ms'),
        stop: law.prefault('50ms'),
        ping: duration.prefault('10s'),
        queue: duration.prefault('300s'),
        hang: duration.prefault('20m'),
      })
      .prefault({}),
    close: z
      .strictObject({
        afterFinished: duration.prefault('1s'),
        afterError: duration.prefault('300s'),
        afterSilence: duration.prefault('300s'),
      })
      .prefault({}),
    nodes: z.array(step).min(1),
    /** Output name → `node.field`; `start.NAME` is an input. */
    outputs: z.record(z.string(), z.string().regex(/^[\w-]+\.[\w-]+$/, 'an output is node.field, such as llm.text')),
    characters: z.enum(['ascii', 'unicode']).default('ascii'),
    outcomes: z.partialRecord(z.enum(PLAYS), share).default({}),
    stop: z.enum(['aborted', 'stopped']).default('aborted'),
    freeze: z.strictObject({ first: duration, every: duration, for: duration }).optional(),
    cut: z.int().min(1).max(65_536).optional(),
  })
  .superRefine((profile, context) => {
    const nodes = nodesOf(profile.nodes)
    const ids = nodes.map(({ id }) => id)
    for (const [index, id] of ids.entries())
      if (ids.indexOf(id) !== index) context.addIssue({ code: 'custom', path: ['nodes'], message: `the id ${id} is given twice` })
    for (const [name, selector] of Object.entries(profile.outputs)) {
      const [id, field] = selector.split('.') as [string, string]
      const source = nodes.find((one) => one.id === id)
      const fields = source ? fieldsOf(source, profile.inputs) : []
      if (!source)
        context.addIssue({ code: 'custom', path: ['outputs', name], message: `no node has the id ${id}; there are ${ids.join(', ')}` })
      else if (!fields.includes(field))
        context.addIssue({
          code: 'custom',
          path: ['outputs', name],
          message: `node ${id} gives no field ${field}; it gives ${fields.join(', ') || 'none'}`,
        })
    }
    const sum = Object.values(profile.outcomes).reduce((total, value) => total + value, 0)
    if (sum > 1 + 1e-9) context.addIssue({ code: 'custom', path: ['outcomes'], message: `the shares add up to ${Math.round(sum * 100)} %` })
    if (profile.proxy?.every === 0)
      context.addIssue({ code: 'custom', path: ['proxy', 'every'], message: 'the time between two bursts must be above 0' })
    if (profile.freeze && profile.freeze.for >= profile.freeze.every)
      context.addIssue({
        code: 'custom',
        path: ['freeze', 'for'],
        message: 'a freeze must be shorter than every:, or nothing is ever done',
      })
  })

export type ProfileNode = z.output<typeof node>
type ProfileStep = ProfileNode | { readonly parallel: readonly (readonly ProfileNode[])[] }
export type InputVariable = z.output<typeof variable>

/** A workflow app of known speed: what the YAML file says, with every default filled in and all times in µs. */
export type Profile = z.output<typeof profileSchema> & { readonly name: string }

/** All nodes of a workflow in the order of the file. */
const nodesOf = (steps: readonly ProfileStep[]): readonly ProfileNode[] =>
  steps.flatMap((one) => ('parallel' in one ? one.parallel.flat() : [one]))

/** The names of what a node gives. */
function fieldsOf(one: ProfileNode, inputs: readonly InputVariable[]): readonly string[] {
  if (one.text) return ['text', 'usage']
  const own = [...Object.keys(one.output ?? {}), ...(one.outputSize === undefined ? [] : ['output'])]
  return one.type === 'start' ? [...inputs.map(({ variable: name }) => name), ...own] : own
}
