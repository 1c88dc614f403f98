import type { Axis } from './frame.ts'
import { clockText, clockUnit, linear, timeTicks } from './scale.ts'

/** An axis of time from 0 to `end` seconds since `what`. */
export const sinceAxis = (what: string, end: number): Axis => ({
  label: `time since ${what}, ${clockUnit(end)}`,
  scale: linear(0, end),
  ticks: timeTicks(end).map((at) => ({ at, label: at === 0 ? '0' : clockText(at, end) })),
})
