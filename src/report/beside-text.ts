import type { Pen } from './pen.ts'
import type { DataTable } from './table.ts'
import { padded, width, wrapped } from './width.ts'

const GAP = 2
/** Labels may take this share of the width. */
const LABELS = 0.3

/** A table of words whose cells are wrapped to an even share of the width, for a few things side by side. Nothing without rows. */
export function besideText({ head, rows }: DataTable, columns: number, pen: Pen): readonly string[] {
  if (rows.length === 0) return []
  const others = head.length - 1
  const label = Math.min(Math.floor(columns * LABELS), Math.max(...rows.map(([first = '']) => width(first))))
  const each = Math.floor((columns - label - others * GAP) / others)
  const lines = (cells: readonly string[]) => {
    const parts = cells.map((cell, at) => wrapped(cell.replaceAll('`', ''), at === 0 ? label : each))
    const height = Math.max(...parts.map((part) => part.length))
    return Array.from({ length: height }, (_, line) =>
      parts
        .map((part, at) => padded(part[line] ?? '', at === 0 ? label : each, 'left'))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
  }
  return ['', ...lines(head).map((line) => pen('bold', line)), ...rows.flatMap(lines)]
}
