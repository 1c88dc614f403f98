import { UsageError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import type { Shard } from '../core/shard.ts'
import { unshareable } from '../load/share.ts'
import type { LoadedScenario } from './load-scenario.ts'

/** More machines than this nobody starts at one moment by hand. */
const MOST = 1000

/** The plan with the share that `--shard` asks for; as it is where nobody does. Throws a UsageError where that is none, or the plan cannot be shared so. */
export function sharedPlan({ plan, saysSeed }: Pick<LoadedScenario, 'plan' | 'saysSeed'>, text: string | undefined): Plan {
  if (text === undefined) return plan
  const shared = { ...plan, shard: parseShard(text) }
  if (!saysSeed)
    throw new UsageError(
      'Machines that share a plan need one seed, and none is named: each would draw another.',
      'Write `seed` into the scenario, or give --seed with the same number to each.',
    )
  const why = unshareable(shared)
  if (why.length === 0) return shared
  throw new UsageError(
    `The plan cannot be shared among ${shared.shard.of} machines. ${why.join(' ')}`,
    'Share it among fewer, or raise what is too little.',
  )
}

function parseShard(text: string): Shard {
  const [, index, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number)
  if (index !== undefined && of !== undefined && index >= 1 && index <= of && of >= 2 && of <= MOST) return { index, of }
  throw new UsageError(
    `--shard ${text} is no share of a plan.`,
    `Write which machine this is and of how many, such as --shard 2/8: the first is 1/8, the last 8/8. From 2 to ${MOST} machines can share a plan.`,
  )
}
