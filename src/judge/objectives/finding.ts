import type { ObjectiveVerdict } from '../../core/summary.ts'

/** Too few exchanges to decide by. */
interface Shortage {
  readonly have: number
  readonly needed: number
}

/** What one phase says of an objective. */
export interface Finding {
  readonly phase: string
  readonly verdict: ObjectiveVerdict
  /** Absent where nothing was measured. */
  readonly value?: number
  /** The value falls among exchanges without an answer: it is endless, and what is given is the longest time observed. */
  readonly atLeast?: boolean
  readonly low?: number
  readonly high?: number
  readonly shortage?: Shortage
  /** Numbers that the value rests on. */
  readonly count: number
  /** An end of the interval was asked for (strict), or would have had to be seen, and there is none. */
  readonly unbounded?: boolean
}
