import type { Trend } from '../../core/history.ts'
import { padded, width } from '../width.ts'
import { amount } from './figures.ts'

const ROWS = 7
const MARK = '•'
const LEVEL = '─'
const CHANGE = '│'

interface Plot {
  /** Columns that it may take, labels and all. */
  readonly columns: number
  /** Of the first and last run, ISO 8601. */
  readonly dates: readonly [string, string]
}

/** Runs from left to right, their level through them, an upright line where it changes. Runs that share a column are told by their median. Empty without a number. */
export function plot({ figure, values, levels }: Trend, { columns, dates: [from, to] }: Plot): readonly string[] {
  const numbers = values.map((value) => (typeof value?.value === 'number' ? value.value : undefined))
  const known = [...numbers.filter((value) => value !== undefined), ...levels.map(({ level }) => level)]
  if (known.length === 0) return []
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const labels = [high, low].map((value) => amount(value, figure))
  const margin = Math.max(...labels.map(width)) + 1
  const room = columns - margin - 1
  // A column for each run, two where there is room, several runs in one where there is none.
  const step = values.length * 2 <= room ? 2 : Math.min(1, room / values.length)
  const used = Math.max(1, Math.ceil(values.length * step))
  const columnOf = (run: number) => Math.min(used - 1, Math.floor(run * step))
  const rowOf = (value: number) => (high === low ? Math.floor(ROWS / 2) : Math.round(((high - value) / (high - low)) * (ROWS - 1)))
  const grid = Array.from({ length: ROWS }, () => new Array<string>(used).fill(' '))
  for (const { from: first, to: end, level } of levels)
    for (let column = columnOf(first); column <= columnOf(Math.max(first, end - 1)); column++) grid[rowOf(level)]![column] = LEVEL
  for (const level of levels.slice(1)) for (const row of grid) row[columnOf(level.from)] = CHANGE
  const byColumn = Map.groupBy([...numbers.entries()], ([run]) => columnOf(run))
  for (const [column, runs] of byColumn) {
    const here = runs.flatMap(([, value]) => value ?? []).sort((a, b) => a - b)
    if (here.length > 0) grid[rowOf(here[here.length >> 1]!)]![column] = MARK
  }
  const lines = grid.map(
    (row, at) => `${padded(at === 0 ? labels[0]! : at === ROWS - 1 ? labels[1]! : '', margin - 1, 'right')} ${row.join('')}`,
  )
  const [begin, end] = [from.slice(0, 10), to.slice(0, 10)]
  const dates = used >= begin.length + end.length + 1 ? begin + ' '.repeat(used - begin.length - end.length) + end : end
  return [...lines, ' '.repeat(margin) + dates]
}
