import { styleText } from 'node:util'
import { ascii } from './ascii.ts'
import type { DataTable } from './table.ts'
import type { Tone } from './verdict.ts'
import { padded, width, wrapped } from './width.ts'

export interface TextOptions {
  /** Colour is never the only bearer of a meaning. */
  readonly colour: 'on' | 'off'
  /** Columns of the terminal; what is wider than 100 is not used, below 60 lines may be cut short. */
  readonly width: number
  /** `ascii` where the terminal knows no other characters. */
  readonly glyphs?: 'unicode' | 'ascii'
  /** Files that were written, as the reader may open them: label and path. Paths are never cut. */
  readonly files?: readonly (readonly [label: string, path: string])[]
}

/** Wider tables are harder to read, and CI logs end there. */
const WIDEST = 100
const NARROWEST = 60
/** How many columns a text may take. */
export const columnsOf = ({ width }: Pick<TextOptions, 'width'>): number => Math.max(NARROWEST, Math.min(WIDEST, width))

export const SIGNS = { good: '✓', bad: '✗', unsure: '?', plain: '·' } as const
export const COLOURS = { good: 'green', bad: 'red', unsure: 'yellow', plain: 'cyan' } as const

/** Writes a text in a style, or plain where there are no colours. */
export type Pen = (style: Parameters<typeof styleText>[0], text: string) => string

export const penOf = ({ colour }: Pick<TextOptions, 'colour'>): Pen =>
  colour === 'on' ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text

/** A finding in a word and a sentence, wrapped. */
export function statement(
  { tone, word, sentence }: { tone: Tone; word: string; sentence: string },
  columns: number,
  pen: Pen,
): readonly string[] {
  const head = `${SIGNS[tone]} ${word}: `
  const [first = '', ...rest] = wrapped(head + sentence, columns - 2)
  const marked = first.startsWith(head) ? pen([COLOURS[tone], 'bold'], head.trimEnd()) + first.slice(head.length - 1) : first
  return [marked, ...rest.map((line) => `  ${line}`)]
}

/** Whole sentences, each wrapped and set in by two columns. */
export const paragraphs = (texts: readonly string[], columns: number): readonly string[] =>
  texts.flatMap((text) => wrapped(text, columns - 2).map((line) => `  ${line}`))

/** Lines under a title, a blank line before it; nothing where there are none. */
export const section = (title: string, lines: readonly string[], pen: Pen): readonly string[] =>
  lines.length === 0 ? [] : ['', pen('bold', title), ...lines]

/** Where the files are. */
export const filesSection = ({ files = [] }: TextOptions, pen: Pen): readonly string[] =>
  section(
    'Files',
    files.map(([label, path]) => `  ${padded(label, 10, 'left')}${path}`),
    pen,
  )

/** Lines as one text that ends with a line feed, in the characters that the terminal knows. */
export function textOf(lines: readonly string[], { glyphs }: Pick<TextOptions, 'glyphs'>): string {
  const text = `${lines.map((line) => line.trimEnd()).join('\n')}\n`
  return glyphs === 'ascii' ? ascii(text) : text
}

/** Words to the left, numbers to the right, as wide as they need to be. */
export function tableText({ head, rows, words = [] }: DataTable, columns: number, pen: Pen): readonly string[] {
  if (rows.length === 0) return []
  const widths = head.map((title, at) => Math.max(width(title), ...rows.map((row) => width(row[at] ?? ''))))
  const gap = widths.reduce((sum, each) => sum + each + 2, 0) <= columns + 2 ? 2 : 1
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => padded(cell, widths[at]!, at === 0 || words.includes(at) ? 'left' : 'right')).join(' '.repeat(gap))
  return ['', pen('bold', line(head)), ...rows.map(line)]
}
