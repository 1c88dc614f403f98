import type { CapacityBudget } from '../core/capacity.ts'
import { UsageError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import { resolveHost } from './guard.ts'

/** Throws a UsageError where a search on another machine has neither a budget nor the word that none is wanted. */
export async function refuseWithoutBudget(plan: Plan, { waived, ...bounds }: CapacityBudget): Promise<void> {
  if (waived || Object.values(bounds).some((bound) => bound !== undefined) || plan.target.url === undefined) return
  const { name, loopback } = await resolveHost(new URL(plan.target.url))
  if (loopback) return
  throw new UsageError(
    `A search loads its target for hours, and ${name} is not this machine: it needs a budget.`,
    'Write capacity.budget, such as { time: 2h, tokens: 2000000 }, or budget: none where cost is of no concern.',
  )
}
