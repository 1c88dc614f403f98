import type { RunSummary } from '../core/summary.ts'

/** Leaves of an object or a list that fit a line of this length stay on one line: curves and series would take thousands. */
const LINE = 120

/** `run.json`: keys in the order in which the summary was made, two spaces of indent, no control character in any string. */
export const runJson = (summary: RunSummary): string => jsonText(summary)

/** Any plain data as JSON text with a line feed at its end. C1 controls are written as escapes, since a terminal may act on them. */
export const jsonText = (data: unknown): string => `${write(data, '')}\n`

function write(data: unknown, indent: string): string {
  if (data === null || typeof data !== 'object') return leaf(data)
  const parts = Array.isArray(data)
    ? data.map((item) => write(item, `${indent}  `))
    : Object.entries(data)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${leaf(key)}: ${write(value, `${indent}  `)}`)
  const [open, close] = Array.isArray(data) ? '[]' : '{}'
  const line = `${open}${parts.join(', ')}${close}`
  if (indent !== '' && line.length <= LINE && !parts.some((part) => part.includes('\n'))) return line
  return parts.length === 0 ? `${open}${close}` : `${open}\n${indent}  ${parts.join(`,\n${indent}  `)}\n${indent}${close}`
}

const leaf = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
