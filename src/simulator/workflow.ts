import { wholeBetween } from '../core/random.ts'
import { type Micros, micros } from '../core/units.ts'
import { drawsOf } from './draws.ts'
import { draw } from './law.ts'
import type { Profile, ProfileNode } from './profile-schema.ts'
import { fileAsText } from './run-files.ts'
import { textOfSize, word } from './words.ts'

/** Something that happens inside a workflow, `at` µs after its start. */
export type Happening =
  | { readonly at: Micros; readonly kind: 'node-started' | 'node-finished'; readonly node: NodeRun }
  /** A piece of what a node gives; `last` where nothing of it follows. */
  | { readonly at: Micros; readonly kind: 'text'; readonly selector: string; readonly text: string; readonly last: boolean }

/** One node of one run, its draws made. */
export interface NodeRun {
  readonly node: ProfileNode
  readonly started: Micros
  readonly finished: Micros
  /** Field → value, as outputs name them. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly usage?: Usage
  /** Where it does not end well: `exception` is a failure that the workflow handles. */
  readonly failure?: { readonly status: 'failed' | 'exception'; readonly error: string }
}

/** What a model's node says of its tokens. Prices are texts, seconds floats. */
export interface Usage {
  readonly total_tokens: number
  readonly total_price: string
  readonly currency: string
  readonly [field: string]: unknown
}

/** A run that goes well: what happens in it and when, in order of time, and how long it takes. */
export interface Workflow {
  readonly happenings: readonly Happening[]
  readonly length: Micros
  readonly nodes: readonly NodeRun[]
}

/** Draws run `n` of the profile. The same (seed, n) gives the same times and texts, whatever other runs did. */
export function drawWorkflow(profile: Profile, seed: number, n: number, inputs: Readonly<Record<string, unknown>>): Workflow {
  const happenings: Happening[] = []
  const nodes: NodeRun[] = []
  const gap = (id: string) => draw(profile.times.between, drawsOf(seed, 'between', n, id))

  function run(node: ProfileNode, started: Micros): Micros {
    const { pieces, ...drawn } = drawNode(profile, node, { seed, n, started, inputs })
    nodes.push(drawn)
    const begins: Happening = { at: started, kind: 'node-started', node: drawn }
    // What comes in with the request is streamed before the start node begins, as seen on a real server.
    happenings.push(...(node.type === 'start' ? [...pieces, begins] : [begins, ...pieces]))
    happenings.push({ at: drawn.finished, kind: 'node-finished', node: drawn })
    return drawn.finished
  }
  function runAll(branch: readonly ProfileNode[], from: Micros): Micros {
    return branch.reduce((at, node, index) => run(node, index === 0 ? from : micros(at + gap(node.id))), from)
  }

  let at = micros(0)
  for (const [index, step] of profile.nodes.entries()) {
    const first = 'parallel' in step ? step.parallel[0]![0]! : step
    const from = index === 0 ? at : micros(at + gap(first.id))
    at = 'parallel' in step ? micros(Math.max(...step.parallel.map((branch) => runAll(branch, from)))) : run(step, from)
  }
  // The sort is stable: what happens at one moment stays in the order of the file.
  return { happenings: happenings.sort((a, b) => a.at - b.at), length: micros(at + gap('')), nodes }
}

interface NodeContext {
  readonly seed: number
  readonly n: number
  readonly started: Micros
  readonly inputs: Readonly<Record<string, unknown>>
}

function drawNode(profile: Profile, node: ProfileNode, context: NodeContext): NodeRun & { readonly pieces: readonly Happening[] } {
  const { seed, n, started, inputs } = context
  const random = drawsOf(seed, 'node', n, node.id)
  if (node.text) {
    const { first, chunks, gap, promptTokens } = node.text
    const count = wholeBetween(random, chunks[0], chunks[1])
    let at = micros(started + draw(first, random))
    const spoke = at
    const pieces: Happening[] = []
    for (let index = 0; index < count; index++) {
      if (index > 0) at = micros(at + draw(gap, random))
      pieces.push({ at, kind: 'text', selector: `${node.id}.text`, text: word(profile.characters, random), last: false })
    }
    pieces.push({ at, kind: 'text', selector: `${node.id}.text`, text: '', last: true })
    const text = pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')
    const usage = usageOf(promptTokens, count, { first: spoke - started, all: at - started })
    pieces.push({ at, kind: 'text', selector: `${node.id}.usage`, text: JSON.stringify(usage, null, 2), last: true })
    return { node, started, finished: at, fields: { text, usage }, usage, pieces }
  }
  const finished = micros(started + draw(node.takes!, random))
  const made = node.outputSize === undefined ? {} : { output: textOfSize(node.outputSize, profile.characters, random) }
  const fields = { ...(node.type === 'start' ? inputs : {}), ...node.output, ...made }
  const pieces = Object.entries(fields).map(
    ([field, value]): Happening => ({
      at: node.type === 'start' ? started : finished,
      kind: 'text',
      selector: `${node.id}.${field}`,
      text: asText(value),
      last: true,
    }),
  )
  return { node, started, finished, fields, pieces }
}

const asText = (value: unknown): string =>
  value === null ? '' : typeof value === 'object' ? (fileAsText(value) ?? JSON.stringify(value, null, 2)) : String(value)

const MICRO_PRICE = { prompt: 0.5, completion: 1.5 } as const

function usageOf(prompt: number, completion: number, times: { readonly first: number; readonly all: number }): Usage {
  const price = (micro: number) => String(Number((micro / 1e6).toFixed(7)))
  const seconds = (time: number) => Math.round(time / 1e3) / 1e3
  return {
    prompt_tokens: prompt,
    prompt_unit_price: '0.50',
    prompt_price_unit: '0.000001',
    prompt_price: price(prompt * MICRO_PRICE.prompt),
    completion_tokens: completion,
    completion_unit_price: '1.50',
    completion_price_unit: '0.000001',
    completion_price: price(completion * MICRO_PRICE.completion),
    total_tokens: prompt + completion,
    total_price: price(prompt * MICRO_PRICE.prompt + completion * MICRO_PRICE.completion),
    currency: 'USD',
    latency: seconds(times.all),
    time_to_first_token: seconds(times.first),
    time_to_generate: seconds(times.all - times.first),
  }
}
