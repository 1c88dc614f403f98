import type { CapacityBudget } from '../../core/capacity.ts'
import { micros } from '../../core/units.ts'
import type { CapacityProgress } from './capacity-progress.ts'
import type { Spent } from './search-budget.ts'

/** What a search has cost. */
export interface Cost extends Spent {
  readonly trials: number
}

export const costOf = ({ trials, spent }: Pick<CapacityProgress, 'trials' | 'spent'>): Cost => ({ ...spent, trials: trials.length })

interface Others {
  /** What the other modes have cost. */
  readonly spent: readonly Cost[]
  /** How many of them have yet to be searched, or to be gone on with. */
  readonly toDo: number
}

/**
 * What one mode may cost, of a budget for all: what the others have left, and no more than an even share while some have yet to come or to go on, so
 * that it cannot leave them with nothing. Together they never pass the whole.
 */
export function modeBudget(whole: CapacityBudget, { spent, toDo }: Others): CapacityBudget {
  const share = (total: number, of: (one: Cost) => number) =>
    Math.min(total / (1 + toDo), Math.max(0, total - spent.reduce((sum, one) => sum + of(one), 0)))
  return {
    ...whole,
    ...(whole.trials !== undefined && { trials: Math.floor(share(whole.trials, ({ trials }) => trials)) }),
    ...(whole.time !== undefined && { time: micros(Math.floor(share(whole.time, ({ time }) => time))) }),
    ...(whole.runs !== undefined && { runs: Math.floor(share(whole.runs, ({ runs }) => runs)) }),
    ...(whole.tokens !== undefined && { tokens: Math.floor(share(whole.tokens, ({ tokens }) => tokens)) }),
  }
}
