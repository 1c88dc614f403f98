import { type Random, wholeBetween } from '../core/random.ts'
import { type Micros, micros } from '../core/units.ts'
import { chance, drawsOf } from './draws.ts'
import { type Drawing, type Happening, type NodeRun, roundKey, type Within } from './happenings.ts'
import type { Law } from './law.ts'
import type { ProfileNode } from './profile-nodes.ts'
import { fileAsText } from './run-files.ts'
import { usageOf } from './usage.ts'
import { textOfSize, word } from './words.ts'

interface Place {
  readonly started: Micros
  readonly within: Within | undefined
}

/** Draws one node that begins at `started`, tries and all, and gives its end. */
export function drawNode(drawing: Drawing, node: ProfileNode, { started, within }: Place): Micros {
  const { draws, happenings, nodes } = drawing
  const random = drawsOf(draws.seed, 'node', draws.n, node.id, ...roundKey(within))
  const failing = node.fails && chance(draws, 'fails', node.id) < node.fails.share ? node.fails : undefined
  const takes = timeOf(drawing, node, within)
  const retried = failing?.retries ?? 0
  // What a try takes that fails: what the node takes, or a model before its first word.
  const tries = Array.from({ length: retried }, () => micros(draws.takeFrom(random, takes) + failing!.every))
  const lastTry = micros(tries.reduce((sum, one) => sum + one, started as number))

  const broken = failing && failing.ends !== 'succeeded' ? failing : undefined
  const context = { random, takes, from: lastTry, started }
  const worked = broken ? undefined : work(drawing, node, context)
  const cutOff =
    broken && node.text && broken.after > 0 ? brokenOff(write(drawing, node.id, { ...context, text: node.text }), broken.after) : undefined
  const finished = (worked ?? cutOff)?.finished ?? micros(lastTry + draws.takeFrom(random, takes))
  const run: NodeRun = {
    node,
    started,
    finished,
    fields: worked?.fields ?? (broken?.ends === 'exception' ? defaultsOf(node) : {}),
    ...(worked?.usage && { usage: worked.usage }),
    tokens: worked?.usage?.total_tokens ?? 0,
    retries: retried,
    ...(within && { within }),
    ...(broken && {
      failure:
        broken.ends === 'failed'
          ? { status: 'failed', error: broken.error }
          : { status: 'exception', error: 'Unknown error', cause: broken.error },
    }),
  }
  const begins: Happening = { at: started, kind: 'node-started', node: run }
  const pieces = (worked ?? cutOff)?.pieces ?? (broken?.ends === 'exception' ? fieldsAsText(run, finished) : [])
  // What comes in with the request is streamed before the start node begins, as seen on a real server.
  happenings.push(...(node.type === 'start' ? [...pieces, begins] : [begins, ...retriesOf(run, tries, failing?.error), ...pieces]))
  happenings.push({ at: finished, kind: 'node-finished', node: run })
  if (!within) nodes.push(run)
  return finished
}

function timeOf({ draws }: Drawing, { id, slow, text, takes }: ProfileNode, within: Within | undefined): Law {
  if (slow && chance(draws, 'slow', id, ...roundKey(within)) < slow.share) return slow.takes
  return text ? text.first : takes!
}

function retriesOf(node: NodeRun, tries: readonly Micros[], error = ''): readonly Happening[] {
  let at = node.started
  return tries.map((took, index): Happening => {
    at = micros(at + took)
    return { at, kind: 'node-retry', node, retry: index + 1, error }
  })
}

/** What a node gives in place of its work where its failure is handled. */
const defaultsOf = (node: ProfileNode): NodeRun['fields'] =>
  node.text ? { text: '' } : { ...node.output, ...(node.outputSize !== undefined && { output: '' }) }

interface Work extends Pick<NodeRun, 'finished' | 'fields' | 'usage'> {
  readonly pieces: readonly Happening[]
}

interface Try {
  readonly random: Random
  readonly takes: Law
  /** When the try that works begins. */
  readonly from: Micros
  readonly started: Micros
}

function work(drawing: Drawing, node: ProfileNode, context: Try): Work {
  return node.text ? write(drawing, node.id, { ...context, text: node.text }) : workInSilence(drawing, node, context)
}

function write(
  { profile, draws }: Drawing,
  id: string,
  { random, takes, from, text }: Try & { readonly text: NonNullable<ProfileNode['text']> },
): Work {
  // The number of pieces is drawn first, so that it does not hang on how a slow start is drawn.
  const count = wholeBetween(random, text.chunks[0], text.chunks[1])
  let at = micros(from + draws.takeFrom(random, takes))
  const spoke = at
  const pieces: Happening[] = []
  const words: string[] = []
  for (let index = 0; index < count; index++) {
    if (index > 0) at = micros(at + draws.takeFrom(random, text.gap))
    words.push(word(profile.characters, random))
    pieces.push({ at, kind: 'text', selector: `${id}.text`, text: words[index]!, last: false })
  }
  pieces.push({ at, kind: 'text', selector: `${id}.text`, text: '', last: true })
  const usage = usageOf(text.promptTokens, count, { first: micros(spoke - from), all: micros(at - from) })
  pieces.push({ at, kind: 'text', selector: `${id}.usage`, text: valueAsText(usage), last: true })
  return { finished: at, fields: { text: words.join(''), usage }, usage, pieces }
}

/** What a model had said that broke off after so many pieces. */
function brokenOff({ pieces, finished }: Work, after: number): Pick<Work, 'pieces' | 'finished'> {
  const said = pieces.filter((piece) => piece.kind === 'text' && !piece.last)
  return { pieces: said.slice(0, after), finished: said[after]?.at ?? finished }
}

function workInSilence({ profile, draws }: Drawing, node: ProfileNode, { random, takes, from, started }: Try): Work {
  const finished = micros(from + draws.takeFrom(random, takes))
  const made = node.outputSize === undefined ? {} : { output: textOfSize(node.outputSize, profile.characters, random) }
  const fields = { ...(node.type === 'start' ? draws.inputs : {}), ...node.output, ...made }
  return { finished, fields, pieces: fieldsAsText({ node, fields }, node.type === 'start' ? started : finished) }
}

/** What a silent node gives, whole and at once, as it is streamed where it feeds an output. */
export const fieldsAsText = ({ node, fields }: Pick<NodeRun, 'node' | 'fields'>, at: Micros): readonly Happening[] =>
  Object.entries(fields).map(([field, value]) => ({
    at,
    kind: 'text',
    selector: `${node.id}.${field}`,
    text: valueAsText(value),
    last: true,
  }))

/** A value as Dify streams it: texts as a list with dashes, other things as JSON. */
export function valueAsText(value: unknown): string {
  if (value === null) return ''
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.map((one) => `- ${one}`).join('\n')
  return fileAsText(value) ?? JSON.stringify(value, null, 2)
}
