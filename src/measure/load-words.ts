import type { Phase } from '../core/plan.ts'
import { writeDuration } from '../core/units.ts'

const range = (from: number, to: number, unit = ''): string => (from === to ? `${from}${unit}` : `${from}${unit}..${to}${unit}`)

/** A phase's load in words: `10/s poisson`, `10/s..40/s constant`, `concurrency 1..32, think 500ms`. */
export function loadInWords(phase: Phase): string {
  if (phase.kind === 'open') return `${range(phase.from, phase.to, '/s')} ${phase.arrivals}`
  const parts = [`concurrency ${range(phase.from, phase.to)}`]
  if (phase.runs !== undefined) parts.push(`${phase.runs} runs`)
  if (phase.think > 0) parts.push(`think ${writeDuration(phase.think)}`)
  return parts.join(', ')
}
