import type { CapacityBudget } from '../../core/capacity.ts'
import { micros } from '../../core/units.ts'
import type { CapacityProgress } from './capacity-progress.ts'

/** What trials of a search have cost. */
export interface Spent {
  readonly trials: number
  readonly time: number
  readonly tokens: number
}

export const spentOf = ({ trials }: Pick<CapacityProgress, 'trials'>): Spent => ({
  trials: trials.length,
  time: trials.reduce((sum, { spentUs }) => sum + spentUs, 0),
  tokens: trials.reduce((sum, { tokens }) => sum + tokens, 0),
})

interface Others {
  /** What the other modes have cost. */
  readonly spent: readonly Spent[]
  /** How many of them have yet to be searched, or to be gone on with. */
  readonly toDo: number
}

/**
 * What one mode may cost, of a budget for all: an even share while others have yet to come, so that the first cannot leave them with nothing; else
 * all that the others have left. Together they never pass the whole.
 */
export function modeBudget(whole: CapacityBudget, { spent, toDo }: Others): CapacityBudget {
  const share = (total: number, of: (one: Spent) => number) =>
    toDo > 0 ? total / (1 + toDo) : Math.max(0, total - spent.reduce((sum, one) => sum + of(one), 0))
  return {
    ...whole,
    ...(whole.trials !== undefined && { trials: Math.floor(share(whole.trials, ({ trials }) => trials)) }),
    ...(whole.time !== undefined && { time: micros(Math.floor(share(whole.time, ({ time }) => time))) }),
    ...(whole.tokens !== undefined && { tokens: Math.floor(share(whole.tokens, ({ tokens }) => tokens)) }),
  }
}
