import { UsageError } from '../core/errors.ts'

/** Keys and list positions from the top of a scenario to a field of it: `['load', 0, 'rate']`. */
export type FieldPath = readonly (string | number)[]

/** Where a person wrote something: in a file (line and column from 1), or in an option of the command. */
export type Place =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column?: number; readonly text?: string }
  | { readonly kind: 'option'; readonly option: string }

/** One thing that is wrong with a scenario, in two sentences. */
export interface Problem {
  readonly place: Place
  /** The field as the user wrote it, such as `load.0.rate`; empty for the file as a whole. */
  readonly field: string
  readonly wrong: string
  readonly right: string
}

/** A scenario cannot be used: `message` lists every problem with its place, ready to print. */
export class ScenarioError extends UsageError {
  readonly problems: readonly Problem[]

  /** `otherwise` is another way out than to mend the file. */
  constructor(problems: readonly Problem[], otherwise?: string) {
    const sorted = [...problems].sort((a, b) => position(a.place) - position(b.place))
    const hint =
      sorted.length === 1
        ? 'Mend this and run the command again; nothing was sent.'
        : 'Mend these and run the command again; nothing was sent.'
    super(sorted.map(printProblem).join('\n'), otherwise === undefined ? hint : `${hint} ${otherwise}`)
    this.problems = sorted
  }
}

const position = (place: Place): number => (place.kind === 'option' ? 0 : place.line + (place.column ?? 0) / 1e6)

/** `load.0.rate` for `['load', 0, 'rate']`: the form that `--set` takes. */
export const writePath = (path: FieldPath): string => path.join('.')

/** `file:line:column  field  what is wrong. what would be right`, then the source line with a caret where there is one. */
function printProblem({ place, field, wrong, right }: Problem): string {
  const where =
    place.kind === 'option' ? place.option : [place.file, place.line, ...(place.column === undefined ? [] : [place.column])].join(':')
  const head = [
    where,
    ...(field === '' || where.endsWith(` ${field}`) ? [] : [field.length > 120 ? `${field.slice(0, 120)}…` : field]),
    `${wrong}. ${right}`,
  ].join('  ')
  if (place.kind === 'option' || place.text === undefined || place.column === undefined || place.text.length > LONGEST_LINE) return head
  return `${head}\n${excerpt(place.text, place.line, place.column)}`
}

const EXCERPT_WIDTH = 100
/** A longer line is a file that no person wrote; its place is enough. */
const LONGEST_LINE = 2000

function excerpt(text: string, line: number, column: number): string {
  const masked = maskSecrets(text).replaceAll('\t', ' ')
  const from = column > EXCERPT_WIDTH - 20 ? column - EXCERPT_WIDTH / 2 : 0
  const gutter = `${line} | `
  return `    ${gutter}${masked.slice(from, from + EXCERPT_WIDTH)}\n    ${' '.repeat(gutter.length - 2)}| ${' '.repeat(column - 1 - from)}^`
}

const SECRET_NAME = /auth|cookie|credential|password|secret|signature|key|token(?!s)/i

/** Whether a field or header of this name holds what nobody should read: Authorization, cookies, keys, tokens. */
export const looksSecret = (name: string): boolean => SECRET_NAME.test(name)

const REFERENCE = String.raw`["']?\$\{[A-Za-z_]\w*(?::\?[^}]*|:-)?\}["']?`
/** A name of bearable length, a colon and a value. Anchored and bounded, so that no line makes it slow. */
const ASSIGNMENT = new RegExp(
  String.raw`(?<![\w-])([\w-]{1,60})(["']?\s{0,20}:\s{0,20})(${REFERENCE}(?=[\s,}]|$)|"[^"]*"|'[^']*'|[^\s,{}[\]]+(?: [^\s,{}[\]]+)*)`,
  'g',
)
const IS_REFERENCE = new RegExp(`^${REFERENCE}$`)

/** A source line with literal secrets replaced by as many asterisks, so that columns stay; references such as `${NAME}` remain. */
function maskSecrets(line: string): string {
  return line
    .replace(ASSIGNMENT, (whole, name: string, colon: string, value: string) =>
      looksSecret(name) && !IS_REFERENCE.test(value) ? name + colon + '*'.repeat(value.length) : whole,
    )
    .replace(/\bapp-[A-Za-z0-9]{8,}/g, (key) => '*'.repeat(key.length))
}

/** A value for a message: short, on one line, never more than 60 characters. */
export function show(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** The name nearest to `wrong` within two edits, compared without case first. */
export function nearest(wrong: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: name.toLowerCase() === wrong.toLowerCase() ? 0 : editDistance(wrong, name) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= 2 && best.distance < best.name.length ? best.name : undefined
}

/** Levenshtein's distance with neighbours exchanged counted as one edit (optimal string alignment). */
function editDistance(a: string, b: string): number {
  // A key of a megabyte is no typing error, and the table would be enormous.
  if (Math.abs(a.length - b.length) > 2 || a.length > 100) return Number.POSITIVE_INFINITY
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), swap))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/**
 * Says what is wrong with a field's meaning. `unquoted` is what to say where `wrong` quotes a piece of the value and the value came from a
 * variable, so that not even a part of a secret is told.
 */
export type Complain = (path: FieldPath, wrong: string, right: string, unquoted?: string) => void
/** The same of a file that a field names. */
export type ComplainIn = (place: Place, path: FieldPath, words: { readonly wrong: string; readonly right: string }) => void
