import type { Axis } from './frame.ts'
import { linear } from './scale.ts'

/** Dates that fit beside each other on a narrow screen. */
const MOST_TICKS = 3

/** An axis on which runs stand evenly spaced in order of time; `starts` are ISO 8601. A few of them have their date. */
export function runAxis(starts: readonly string[]): Axis {
  const last = Math.max(0, starts.length - 1)
  const many = Math.min(MOST_TICKS, starts.length)
  const at = [...new Set(Array.from({ length: many }, (_, tick) => (many < 2 ? 0 : Math.round((tick * last) / (many - 1)))))]
  return {
    label: 'runs in order of time, evenly spaced',
    scale: linear(-0.5, last + 0.5),
    ticks: at.map((run) => ({ at: run, label: starts[run]!.slice(0, 10) })),
  }
}
