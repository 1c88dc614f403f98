import type { Plan } from '../../core/plan.ts'
import type { Environment } from '../../core/record.ts'
import type { RunSummary } from '../../core/summary.ts'

/** A run as it is laid over others. */
export interface OverlaidRun {
  readonly summary: RunSummary
  readonly plan: Plan
  readonly environment: Environment
}
