import { randomBytes } from 'node:crypto'
import { type Random, wholeBetween } from '../core/random.ts'
import { type FieldPath, nearest } from './problem.ts'

/** What templates are filled from. Seeded but for nonce. */
export interface Filling {
  readonly row?: Readonly<Record<string, unknown>>
  readonly n: number
  /** Closed phases only. */
  readonly slot?: number
  /** The run's id. */
  readonly run: string
  readonly random: Random
}

/** What a template may use where it stands. */
export interface Surroundings {
  /** Columns that every row has; absent where there are no rows. */
  readonly columns?: ReadonlySet<string>
  /** False where the value may be sent in an open phase, which has no slots. */
  readonly hasSlots: boolean
}

type TemplateName = 'row' | 'n' | 'slot' | 'run' | 'uuid' | 'nonce' | 'int' | 'pick'

interface Template {
  readonly name: TemplateName
  /** The column of `row`, the bounds of `int`, the words of `pick`. */
  readonly words: readonly string[]
}

type Piece = string | Template

/** A value made ready for filling: texts without a template, and everything that is no text, are kept as they are. */
export type Compiled = (filling: Filling) => unknown

/** What is wrong with a template, in two sentences. */
export interface TemplateProblem {
  readonly path: FieldPath
  readonly wrong: string
  readonly right: string
}

const FORMS = ['{{row.column}}', '{{n}}', '{{slot}}', '{{run}}', '{{uuid}}', '{{nonce}}', '{{int 1 100}}', '{{pick a b c}}']
const NAMES = ['row', 'n', 'slot', 'run', 'uuid', 'nonce', 'int', 'pick'] as const

/** Names of the templates in a text. */
export const templateNamesIn = (text: string): ReadonlySet<string> =>
  new Set(split(text).flatMap((piece) => (typeof piece === 'string' ? [] : [read(piece.inside).name])))

/** Everything wrong with the templates in a value, however deep, with the path of the text it stands in. */
export function checkTemplates(value: unknown, surroundings: Surroundings): readonly TemplateProblem[] {
  return texts(value, []).flatMap(({ text, path }) =>
    split(text).flatMap((piece) => {
      const problem = typeof piece === 'string' ? undefined : problemOf(piece, surroundings)
      return problem ? [{ path, ...problem }] : []
    }),
  )
}

/** Makes a checked value ready for filling. A template that is the whole text gives its own type; among other text it becomes text. */
export function compileTemplates(value: unknown): Compiled {
  if (typeof value === 'string') {
    const pieces = split(value).map((piece): Piece => (typeof piece === 'string' ? piece : read(piece.inside)))
    const [only] = pieces
    if (pieces.every((piece) => typeof piece === 'string')) return () => value
    if (pieces.length === 1 && only !== undefined) return (filling) => fill(only, filling)
    return (filling) => pieces.map((piece) => asText(fill(piece, filling))).join('')
  }
  if (Array.isArray(value)) {
    const elements = value.map(compileTemplates)
    return (filling) => elements.map((element) => element(filling))
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => [key, compileTemplates(inner)] as const)
    return (filling) => Object.fromEntries(entries.map(([key, inner]) => [key, inner(filling)]))
  }
  return () => value
}

function texts(value: unknown, path: FieldPath): readonly { readonly text: string; readonly path: FieldPath }[] {
  if (typeof value === 'string') return [{ text: value, path }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, [...path, Array.isArray(value) ? Number(key) : key]))
}

interface Braces {
  /** What stands between the braces; undefined where they are never closed. */
  readonly inside: string | undefined
}

function split(text: string): readonly (string | Braces)[] {
  const pieces: (string | Braces)[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('{{', at)
    if (open < 0) break
    if (open > at) pieces.push(text.slice(at, open))
    const close = text.indexOf('}}', open)
    if (close < 0) return [...pieces, { inside: undefined }]
    pieces.push({ inside: text.slice(open + 2, close) })
    at = close + 2
  }
  return at < text.length ? [...pieces, text.slice(at)] : pieces
}

function read(inside: string | undefined): Template {
  const [first = '', ...words] = (inside ?? '').trim().split(/\s+/)
  if (first.startsWith('row.')) return { name: 'row', words: [(inside ?? '').trim().slice('row.'.length)] }
  return { name: first as TemplateName, words }
}

function problemOf({ inside }: Braces, { columns, hasSlots }: Surroundings): Omit<TemplateProblem, 'path'> | undefined {
  if (inside === undefined)
    return {
      wrong: '"{{" opens a template that is never closed',
      right: `Close it, as in ${FORMS[0]}; text with such braces can come from a row.`,
    }
  const written = `{{${inside}}}`
  const { name, words } = read(inside)
  const plain = (): Omit<TemplateProblem, 'path'> | undefined =>
    words.length === 0 ? undefined : { wrong: `${written} takes no words after its name`, right: `Write {{${name}}}.` }
  switch (name) {
    case 'row': {
      const column = words[0]
      if (!inside.trim().startsWith('row.') || column === undefined || column === '')
        return { wrong: `${written} names no column`, right: 'Write {{row.column}}.' }
      if (!columns) return { wrong: `${written} needs rows, and this input set has none`, right: 'Give it a file with from:' }
      if (columns.has(column)) return undefined
      const near = nearest(column, [...columns])
      return {
        wrong: `${written} names a column that is not in every row`,
        right: near ? `Did you mean {{row.${near}}}?` : `Columns of every row: ${[...columns].slice(0, 12).join(', ') || 'none'}.`,
      }
    }
    case 'slot':
      return hasSlots
        ? plain()
        : {
            wrong: `${written} exists in closed phases only, and this can be sent in an open one`,
            right: 'Use {{n}}, or concurrency: in every phase.',
          }
    case 'int': {
      const [low, high] = words.map(Number)
      const whole =
        words.length === 2 && words.every((word) => /^-?\d+$/.test(word)) && Number.isSafeInteger(low) && Number.isSafeInteger(high)
      return whole && low! <= high! && high! - low! < 2 ** 32
        ? undefined
        : { wrong: `${written} needs two whole numbers, the lower first, less than 2^32 apart`, right: 'Write {{int 1 100}}.' }
    }
    case 'pick':
      return words.length > 0 ? undefined : { wrong: `${written} has nothing to pick from`, right: 'Write {{pick a b c}}.' }
    case 'n':
    case 'run':
    case 'uuid':
    case 'nonce':
      return plain()
    default: {
      const near = nearest(String(name), NAMES)
      return {
        wrong: `${written} is no template`,
        right: near
          ? `Did you mean {{${near === 'row' ? 'row.column' : near}}}?`
          : `Templates are ${FORMS.join(' ')}; text with such braces can come from a row.`,
      }
    }
  }
}

function fill(piece: Piece, { row, n, slot, run, random }: Filling): unknown {
  if (typeof piece === 'string') return piece
  const { name, words } = piece
  switch (name) {
    case 'row':
      return row?.[words[0]!]
    case 'n':
      return n
    case 'slot':
      return slot
    case 'run':
      return run
    case 'uuid':
      return uuid(random)
    case 'nonce':
      return randomBytes(8).toString('hex')
    case 'int':
      return wholeBetween(random, Number(words[0]), Number(words[1]))
    case 'pick':
      return words[wholeBetween(random, 0, words.length - 1)]
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** A version 4 UUID (RFC 9562) of seeded digits. */
function uuid(random: Random): string {
  const digits = Array.from({ length: 30 }, () => wholeBetween(random, 0, 15).toString(16)).join('')
  const variant = '89ab'[wholeBetween(random, 0, 3)]
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-${variant}${digits.slice(15, 18)}-${digits.slice(18, 30)}`
}
