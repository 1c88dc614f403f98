import { z } from 'zod'
import { FILE_KINDS } from './file-kinds.ts'
import { duration, law, share, size } from './profile-fields.ts'
import { type Node, nodesOf, step } from './profile-nodes.ts'

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

const SELECTOR = 'an output is node.field, such as llm.text, or a list of them'
const selector = z.string().regex(/^[\w-]+\.[\w-]+$/, SELECTOR)
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
        handover: law.prefault('0ms'),
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
    /** Output name → `node.field`, or a list of them of which the first whose node ran is taken; `start.NAME` is an input. */
    outputs: z.record(z.string(), z.union([selector.transform((one) => [one]), z.array(selector).min(1)], { error: SELECTOR })),
    /** How runs get slower, with each run and each minute, and how their speed wanders. */
    drift: z
      .strictObject({
        perRun: share.prefault('0%'),
        perMinute: share.prefault('0%'),
        wander: z.strictObject({ sigma: z.number().min(0).max(5), correlation: z.number().min(0).max(0.9999) }).optional(),
      })
      .optional(),
    characters: z.enum(['ascii', 'unicode']).default('ascii'),
    outcomes: z.partialRecord(z.enum(PLAYS), share).default({}),
    stop: z.enum(['aborted', 'stopped']).default('aborted'),
    freeze: z.strictObject({ first: duration, every: duration, for: duration }).optional(),
    cut: z.int().min(1).max(65_536).optional(),
  })
  .superRefine((profile, context) => {
    const nodes = nodesOf(profile.nodes, 'all')
    const ids = nodes.map(({ id }) => id)
    for (const [index, id] of ids.entries())
      if (ids.indexOf(id) !== index) context.addIssue({ code: 'custom', path: ['nodes'], message: `the id ${id} is given twice` })
    const sources = nodesOf(profile.nodes, 'outer')
    for (const [name, selectors] of Object.entries(profile.outputs))
      for (const selector of selectors) {
        const [id, field] = selector.split('.') as [string, string]
        const source = sources.find((one) => one.id === id)
        const fields = source ? fieldsOf(source, profile.inputs) : []
        const problem = !source
          ? `no node has the id ${id}; there are ${sources.map((one) => one.id).join(', ')}`
          : fields.includes(field)
            ? undefined
            : `node ${id} gives no field ${field}; it gives ${fields.join(', ') || 'none'}`
        if (problem !== undefined) context.addIssue({ code: 'custom', path: ['outputs', name], message: problem })
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

export type InputVariable = z.output<typeof variable>

/** A workflow app of known speed: what the YAML file says, with every default filled in and all times in µs. */
export type Profile = z.output<typeof profileSchema> & { readonly name: string }

/** The names of what a node gives. */
function fieldsOf(one: Node, inputs: readonly InputVariable[]): readonly string[] {
  if ('rounds' in one) return one.type === 'iteration' ? ['output'] : [...Object.keys(one.output ?? {}), 'loop_round']
  if (one.text) return ['text', 'usage']
  const own = [...Object.keys(one.output ?? {}), ...(one.outputSize === undefined ? [] : ['output'])]
  return one.type === 'start' ? [...inputs.map(({ variable: name }) => name), ...own] : own
}
