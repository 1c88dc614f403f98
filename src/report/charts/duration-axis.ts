import { durationUnit } from '../format.ts'
import type { Axis, Tick } from './frame.ts'
import { linear, logarithmic, logTicks, ticks, tickText } from './scale.ts'

/** Ticks of an axis of times in µs from 0, with its upper end: round numbers in the unit that suits the longest. */
export function durationTicks(highest: number): { readonly top: number; readonly ticks: readonly Tick[] } {
  const [unit, size] = durationUnit(highest)
  const round = ticks(highest / size)
  return { top: round.at(-1)! * size, ticks: round.map((at) => ({ at: at * size, label: at === 0 ? '0' : `${tickText(at)} ${unit}` })) }
}

/** Past this ratio of longest to typical a linear axis would press the typical flat. */
const LOG_FROM = 25

/** An axis of latencies in µs: from 0, or logarithmic from `lowest` where the highest is far from the typical. Nothing to show gives an axis all the same. */
export function latencyAxis(
  label: string,
  typical: number,
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
): Axis & { readonly logarithmic: boolean } {
  if (typical > 0 && lowest > 0 && Number.isFinite(typical) && highest / typical > LOG_FROM) {
    const { bottom, top, ticks } = logDurationTicks(lowest, highest)
    return { label, scale: logarithmic(bottom, top), ticks, logarithmic: true }
  }
  const { top, ticks } = durationTicks(highest)
  return { label, scale: linear(0, top), ticks, logarithmic: false }
}

/** The same by powers of ten, from the first at or below `lowest`; both above 0. */
function logDurationTicks(
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
