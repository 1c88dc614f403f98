import { padded, wrapped } from '../width.ts'
import type { NodesView, NodeViews } from './view.ts'

const PHASES = 3
const ROWS = 6
/** Columns of the table that a terminal has room for, by their heads; repeated heads stand in this order in the table. */
const HEADS = ['elapsed p50', 'p95', 'wait p50', 'share', 'on the critical path'] as const
const SHORT: Readonly<Record<string, string>> = { 'elapsed p50': 'p50', 'wait p50': 'wait p50', 'on the critical path': 'critical' }
const CELL = 11

/** A few lines for each phase: its largest nodes, where its slowest runs lost their time, what the mix of paths did. */
export const nodeLines = ({ phases }: NodeViews, columns: number): readonly string[] =>
  phases.slice(0, PHASES).flatMap((view) => ofPhase(view, columns))

function ofPhase({ phase, about, table, few, blame, trouble, mix }: NodesView, columns: number): readonly string[] {
  const places = HEADS.map((head) => table.head.indexOf(head))
  const name = columns - 2 - HEADS.length * CELL
  const line = (first: string, cells: readonly string[]) =>
    `  ${padded(first, name, 'left')}${cells.map((cell) => padded(cell, CELL, 'right')).join('')}`
  const more = table.rows.length - ROWS
  const sentences = [blame ?? about, trouble, ...mix, blame === undefined ? undefined : few].filter((sentence) => sentence !== undefined)
  const told = sentences.flatMap((sentence) => wrapped(sentence, columns - 4).map((text) => `    ${text}`))
  // The table has times only.
  if (blame === undefined) return [`  ${phase}`, ...told]
  return [
    line(
      phase,
      HEADS.map((head) => SHORT[head] ?? head),
    ),
    ...table.rows.slice(0, ROWS).map((cells) =>
      line(
        `  ${cells[0]}`,
        places.map((place) => cells[place] ?? ''),
      ),
    ),
    ...(more > 0 ? [`    and ${more} more, in the report`] : []),
    ...told,
  ]
}
