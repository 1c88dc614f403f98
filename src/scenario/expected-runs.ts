import type { Phase } from '../core/plan.ts'
import { expectedArrivals } from '../load/arrivals.ts'

/** How many runs a phase will send, as far as its load model knows: open phases nearly exactly, closed ones at most, or not at all. */
export type ExpectedRuns =
  | { readonly kind: 'about'; readonly count: number }
  | { readonly kind: 'exactly'; readonly count: number }
  | { readonly kind: 'at-most'; readonly count: number }
  | { readonly kind: 'unknown' }

/** The runs that a phase's load model promises. */
export function expectedRuns(phase: Phase): ExpectedRuns {
  if (phase.kind === 'open') {
    const area = expectedArrivals(phase)
    // Arrivals come at 0, 1, 2, … of the area, so a fraction left over is one more.
    return phase.arrivals === 'constant' ? { kind: 'exactly', count: Math.ceil(area - 1e-9) } : { kind: 'about', count: Math.round(area) }
  }
  if (phase.runs === undefined) return { kind: 'unknown' }
  return { kind: phase.length === undefined ? 'exactly' : 'at-most', count: phase.runs }
}
