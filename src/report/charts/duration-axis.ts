import { durationUnit } from '../format.ts'
import type { Tick } from './frame.ts'
import { logTicks, ticks, tickText } from './scale.ts'

/** Ticks of an axis of times in µs from 0, with its upper end: round numbers in the unit that suits the longest. */
export function durationTicks(highest: number): { readonly top: number; readonly ticks: readonly Tick[] } {
  const [unit, size] = durationUnit(highest)
  const round = ticks(highest / size)
  return { top: round.at(-1)! * size, ticks: round.map((at) => ({ at: at * size, label: at === 0 ? '0' : `${tickText(at)} ${unit}` })) }
}

/** The same by powers of ten, from the first at or below `lowest`; both above 0. */
export function logDurationTicks(
  lowest: number,
  highest: number,
): { readonly bottom: number; readonly top: number; readonly ticks: readonly Tick[] } {
  const round = logTicks(lowest, highest)
  return {
    bottom: round[0]!,
    top: round.at(-1)!,
    ticks: round.map((at) => {
      const [unit, size] = durationUnit(at)
      return { at, label: `${at / size} ${unit}` }
    }),
  }
}
