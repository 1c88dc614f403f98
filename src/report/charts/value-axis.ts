import type { Unit } from '../../measure/metrics.ts'
import { durationUnit, quantity } from '../format.ts'
import type { Axis } from './frame.ts'
import { linear, ticks, tickText } from './scale.ts'

/** An axis around what there is to show, not from 0: for reading differences, not sizes. From 0 to 1 where there is nothing. */
export function axisAround(label: string, values: readonly number[], unit: Unit): Axis {
  const [low, high] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)]
  const [unitName, size] = unit === 'µs' ? durationUnit(high) : ['', 1]
  const room = (high - low || high || 1) * 0.08
  const [from, to] = [Math.max(0, low - room) / size, (high + room) / size]
  const step = ticks(to - from)[1] ?? 1
  const first = Math.ceil(from / step - 1e-9)
  const round = Array.from({ length: Math.max(0, Math.floor(to / step + 1e-9) - first + 1) }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  )
  return {
    label,
    scale: linear(from * size, to * size),
    ticks: round.map((at) => ({ at: at * size, label: unit === 'µs' ? `${tickText(at)} ${unitName}` : quantity(at, unit) })),
  }
}
