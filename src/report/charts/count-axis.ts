import type { Axis } from './frame.ts'
import { linear, ticks, tickText } from './scale.ts'

/** An axis of numbers from 0 to the first round one at or above `most`. */
export function countAxis(label: string, most: number): Axis {
  const round = ticks(most)
  return { label, scale: linear(0, round.at(-1)!), ticks: round.map((at) => ({ at, label: tickText(at) })) }
}
