import type { Statement, Tone } from '../verdict.ts'
import type { CaveatView } from '../view.ts'

/** What a job summary takes is 1 MiB for a whole job, and what is read at a glance is far less. */
export const MOST_SUMMARY_BYTES = 60_000
export const MOST_ROWS = 12

export const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', unsure: '?', plain: '·' }

/** A finding as a paragraph, its word in bold. */
export const statement = ({ tone, word, sentence }: Statement): string => `**${SIGNS[tone]} ${text(word)}.** ${text(sentence)}`

export const caveatLine = ({ tone, where, text: said }: CaveatView): string =>
  `- ${SIGNS[tone]} ${where === undefined ? '' : `**${text(where)}**: `}${text(said)}`

/** A Markdown table; cells are escaped here. */
export function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

/** A list or a table that opens on a click; none where it is empty. */
export function folded(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? []
    : [`<details><summary>${title}${lines.length > 1 ? ` (${lines.length})` : ''}</summary>\n\n${lines.join('\n')}\n\n</details>`]
}

/** What begins something in Markdown or HTML: markup, a mention, an emoji, a bare address that would become a link. */
const BEGINS = /[&<>\\`*_[\]|~#!@]|:(?=[:/])|(?<=www)\./gi

/** Written as entities, which begin nothing wherever they stand. */
export const text = (foreign: string): string => foreign.replace(BEGINS, (character) => `&#${character.charCodeAt(0)};`)

/** Whole parts, as many as fit, and a word where some did not. */
export function within(most: number, parts: readonly string[]): string {
  const kept: string[] = []
  let size = 0
  for (const part of parts) {
    size += Buffer.byteLength(part) + 2
    if (size > most - 100) {
      kept.push('The rest is in the report.')
      break
    }
    kept.push(part)
  }
  return `${kept.join('\n\n')}\n`
}
