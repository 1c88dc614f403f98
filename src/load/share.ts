import type { Limits, Plan } from '../core/plan.ts'
import { portion, WHOLE } from '../core/shard.ts'

/** The limits of this machine: what bounds the whole (in flight, runs, tokens) is shared out, what bounds one exchange is as it is. */
export function limitsOf({ limits, shard = WHOLE }: Pick<Plan, 'limits' | 'shard'>): Limits {
  const { inFlight, runs, tokens, ...others } = limits
  return {
    ...others,
    inFlight: portion(inFlight, shard),
    ...(runs !== undefined && { runs: portion(runs, shard) }),
    ...(tokens !== undefined && { tokens: portion(tokens, shard) }),
  }
}

/** Why a plan cannot be shared among so many machines: a sentence for each reason; empty where it can. */
export function unshareable({ limits, phases, shard = WHOLE }: Pick<Plan, 'limits' | 'phases' | 'shard'>): readonly string[] {
  const { of } = shard
  const idle = ({ name, slots }: { readonly name: string; readonly slots: number }) =>
    `Phase ${name} has ${slots} ${slots === 1 ? 'slot' : 'slots'}, fewer than the ${of} shards: some would have none.`
  const bounds = [
    ['limits.inFlight', limits.inFlight],
    ['limits.runs', limits.runs],
    ['limits.tokens', limits.tokens],
  ] as const
  return [
    ...phases.flatMap((phase) => {
      const slots = phase.kind === 'closed' ? Math.max(phase.from, phase.to) : of
      return slots < of ? [idle({ name: phase.name, slots })] : []
    }),
    ...bounds.flatMap(([name, bound]) =>
      bound !== undefined && bound < of ? [`${name} is ${bound}, less than one for each of ${of} shards.`] : [],
    ),
  ]
}
