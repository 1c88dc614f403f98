import { z } from 'zod'
import type { Micros } from '../core/units.ts'
import { count, duration, law, share, size } from './profile-fields.ts'

const nodeId = z.string().regex(/^[A-Za-z][\w-]*$/, 'an id is letters, digits, _ and -, a letter first')
const output = z.record(z.string(), z.union([z.string(), z.number()]))

/** In a share of runs the node fails: it is tried again, and ends as told. */
const fails = z
  .strictObject({
    share,
    retries: z.int().min(0).max(10).default(0),
    /** Before each retry. */
    every: duration.prefault('100ms'),
    ends: z.enum(['succeeded', 'exception', 'failed']),
    /** Of a model that ends in failed: pieces of text before it does. */
    after: z.int().min(0).default(0),
    error: z.string().min(1).default('[Errno 111] Connection refused'),
  })
  .refine((value) => value.ends !== 'succeeded' || value.retries > 0, {
    path: ['ends'],
    message: 'a node that fails succeeds only by a retry: give retries: 1 or more',
  })

const node = z
  .strictObject({
    id: nodeId,
    title: z.string().optional(),
    type: z.string(),
    /** A node that works in silence. */
    takes: law.optional(),
    /** What it gives besides its text: fields that outputs can name. */
    output: output.optional(),
    /** Bytes of a text that it gives as its field `output`. */
    outputSize: size.optional(),
    /** A node of type llm: the first chunk comes after `first`, `chunks` of them, `gap` apart. */
    text: z.strictObject({ first: law, chunks: count, gap: law, promptTokens: z.int().min(0).default(7) }).optional(),
    /** In a share of runs it takes this instead; of a model that writes, its first chunk does. */
    slow: z.strictObject({ share, takes: law }).optional(),
    fails: fails.optional(),
  })
  .superRefine((value, context) => {
    if (value.text === undefined && value.takes === undefined)
      context.addIssue({ code: 'custom', message: 'a node needs a time: takes: 50ms, or for a model text: {first, chunks, gap}' })
    if (value.text !== undefined && (value.takes !== undefined || value.outputSize !== undefined || value.output !== undefined))
      context.addIssue({
        code: 'custom',
        message: 'a node with text: has its time and output from there; leave takes:, output: and outputSize: away',
      })
    if (value.fails && value.fails.after > 0 && (value.text === undefined || value.fails.ends !== 'failed'))
      context.addIssue({
        code: 'custom',
        path: ['fails', 'after'],
        message: 'only a node with text: that ends in failed fails after some of it',
      })
    if (value.text !== undefined && value.type !== 'llm')
      context.addIssue({ code: 'custom', path: ['type'], message: 'a node with text: is of type llm' })
    if ((value.type === 'iteration' || value.type === 'loop') && value.text === undefined)
      context.addIssue({ code: 'custom', path: ['type'], message: `a node of type ${value.type} has rounds: and nodes: of its own` })
  })

export type ProfileNode = z.output<typeof node>

/** A node that goes through nodes of its own again and again. */
export interface ContainerNode {
  readonly id: string
  readonly title?: string | undefined
  readonly type: 'iteration' | 'loop'
  /** At least and at most so many rounds in a run. */
  readonly rounds: readonly [number, number]
  /** Rounds of an iteration side by side. */
  readonly atOnce: number
  /** Most rounds of a loop; where it makes fewer, it broke off. Absent: as many as it makes. */
  readonly of?: number | undefined
  /** A loop's variables. */
  readonly output?: Readonly<Record<string, string | number>> | undefined
  readonly nodes: readonly Step[]
}
export type Node = ProfileNode | ContainerNode

export interface Alternative {
  readonly share: number
  readonly nodes: readonly Step[]
}

/** One of several goes on, or none where their shares leave room for it. */
export interface BranchStep {
  readonly branch: readonly Alternative[]
  /** From that run on, or so long after the first, they have these shares. */
  readonly shift?: { readonly after: { readonly runs: number } | { readonly time: Micros }; readonly shares: readonly number[] } | undefined
}

export interface ParallelStep {
  readonly parallel: readonly (readonly Step[])[]
}

export type Step = Node | ParallelStep | BranchStep

/** Told apart by its key first, so that an error inside a node names that node's field. */
export const step: z.ZodType<Step> = z.unknown().transform((value, context): Step => {
  const has = (key: string) => typeof value === 'object' && value !== null && key in value
  const schema = has('parallel') ? parallel : has('branch') ? branch : has('rounds') ? container : node
  const result = (schema as z.ZodType<Step>).safeParse(value)
  if (result.success) return result.data
  for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path: [...path], message })
  return z.NEVER
})

const steps = z.union([z.array(step).min(1), step.transform((one) => [one])])

const parallel = z.strictObject({ parallel: z.array(steps).min(2) })

const runsOrTime = z.union(
  [
    z
      .int()
      .min(1)
      .transform((runs) => ({ runs })),
    duration.transform((time) => ({ time })),
  ],
  {
    error: 'write a number of runs such as 200, or a time such as 30s',
  },
)

const branch = z
  .strictObject({
    branch: z.array(z.strictObject({ share, nodes: z.array(step).min(1) })).min(1),
    shift: z.strictObject({ after: runsOrTime, shares: z.array(share) }).optional(),
  })
  .superRefine(({ branch: alternatives, shift }, context) => {
    const tooMuch = (shares: readonly number[]) => shares.reduce((sum, one) => sum + one, 0) > 1 + 1e-9
    if (tooMuch(alternatives.map((one) => one.share)))
      context.addIssue({ code: 'custom', path: ['branch'], message: 'the shares add up to more than 100 %' })
    if (!shift) return
    if (shift.shares.length !== alternatives.length)
      context.addIssue({
        code: 'custom',
        path: ['shift', 'shares'],
        message: `there are ${alternatives.length} branches: give a share for each`,
      })
    if (tooMuch(shift.shares))
      context.addIssue({ code: 'custom', path: ['shift', 'shares'], message: 'the shares add up to more than 100 %' })
  })

const rounds = z.union([z.literal(0).transform(() => [0, 0] as const), count])
const container = z
  .strictObject({
    id: nodeId,
    title: z.string().optional(),
    type: z.enum(['iteration', 'loop'], { error: 'a node with rounds: is of type iteration or loop' }),
    rounds,
    atOnce: z.int().min(1).max(100).default(1),
    of: z.int().min(1).optional(),
    output: output.optional(),
    nodes: z.array(step).min(1),
  })
  .superRefine(({ type, rounds: [least, most], atOnce, of, output: given, nodes }, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
    if (type === 'iteration' && (of !== undefined || given !== undefined))
      wrong('type', 'of: and output: are for a loop; an iteration gives its output as a list')
    if (type === 'loop' && atOnce > 1) wrong('atOnce', 'the rounds of a loop come one after the other')
    if (type === 'loop' && least === 0) wrong('rounds', 'a loop makes one round at least')
    if (of !== undefined && of < most) wrong('of', `of: is the most rounds that the loop may make, so at least ${most}`)
    for (const inner of nodesOf(nodes, 'all')) {
      if ('rounds' in inner) wrong('nodes', `${inner.id}: Dify has no iteration or loop inside another`)
      else if (inner.fails) wrong('nodes', `${inner.id}: a node inside an iteration or loop cannot fail here`)
    }
  })

/** The nodes of a workflow in the order of the file: the outer ones, or those inside iterations and loops as well. */
export function nodesOf(all: readonly Step[], which: 'outer' | 'all'): readonly Node[] {
  return all.flatMap((one): readonly Node[] => {
    if ('parallel' in one) return one.parallel.flatMap((branchSteps) => nodesOf(branchSteps, which))
    if ('branch' in one) return one.branch.flatMap(({ nodes }) => nodesOf(nodes, which))
    return 'rounds' in one && which === 'all' ? [one, ...nodesOf(one.nodes, which)] : [one]
  })
}
