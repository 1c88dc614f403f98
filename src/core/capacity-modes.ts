import type { CapacityAxis } from './capacity.ts'
import type { CapacitySummary } from './capacity-summary.ts'
import type { Concluded } from './experiment.ts'
import type { Mode } from './sample.ts'

/** Which of two modes takes more load, from their brackets alone. */
export interface ModesServed {
  /** The mode whose bracket lies wholly above the other's; null where the two overlap, or where an end that would part them is not known. */
  readonly serves: Mode | null
  /** Long trials agreed with both ends that part them; false where votes alone do, or none does. */
  readonly proven: boolean
  /** How much more that is, as a share of the other's load, at least and at most; null where an end of a bracket is not known. */
  readonly least: number | null
  readonly most: number | null
}

/** `capacity-modes.json`: what is concluded of a search in each mode, side by side. Loads in runs per second or slots, by the axis. */
export interface CapacityModesSummary extends Concluded, ModesServed {
  readonly schema: 1
  readonly axis: CapacityAxis
  readonly unit: 'runs per second' | 'slots'
  /** In the order in which they are searched. */
  readonly modes: readonly Mode[]
  /** Which mode serves more and by how much, and what that is worth, in whole sentences. */
  readonly sentences: readonly string[]
  /** Of all searches. */
  readonly trials: number
  readonly tokens: number
  readonly seconds: number
  /** By mode, what its `capacity.json` holds; without those that have not been begun. */
  readonly answers: Partial<Readonly<Record<Mode, CapacitySummary>>>
}
