import { UsageError } from '../../core/errors.ts'
import type { Plan } from '../../core/plan.ts'
import { type Shard, shardInWords } from '../../core/shard.ts'

/** A run folder as a merge sees it before it reads a log. */
export interface StoredShard {
  /** As it was named. */
  readonly path: string
  readonly run: string
  readonly plan: Plan
}

type OfShard<Stored extends StoredShard> = Stored & { readonly plan: Stored['plan'] & { readonly shard: Shard } }

/** The shards in order, where they are all shares of one plan, each once. Throws a UsageError that says which is none, of another plan, missing or named twice. */
export function mergeable<Stored extends StoredShard>(stored: readonly Stored[]): readonly OfShard<Stored>[] {
  const shards = stored.map(asShard)
  const [first] = shards
  if (!first) throw new UsageError('No shard is named.', 'Name the run folders of all shards.')
  for (const other of shards) sameAs(first, other)
  const { of } = first.plan.shard
  const byIndex = Map.groupBy(shards, ({ plan }) => plan.shard.index)
  const twice = [...byIndex.values()].find((alike) => alike.length > 1)
  if (twice)
    throw new UsageError(
      `${shardInWords(twice[0]!.plan.shard)} is named twice: ${twice.map(({ run }) => run).join(' and ')}.`.replace(/^s/, 'S'),
      'Name each shard once: two attempts at one share are no two shares.',
    )
  const missing = Array.from({ length: of }, (_, n) => n + 1).filter((index) => !byIndex.has(index))
  if (missing.length > 0)
    throw new UsageError(
      `${missing.length === 1 ? `Shard ${missing[0]} of ${of} is missing` : `Shards ${missing.join(', ')} of ${of} are missing`}.`,
      'Name the run folders of all shards: without one of them the load is not the whole.',
    )
  return shards.toSorted((a, b) => a.plan.shard.index - b.plan.shard.index)
}

function asShard<Stored extends StoredShard>(stored: Stored): OfShard<Stored> {
  if (stored.plan.shard) return stored as OfShard<Stored>
  throw new UsageError(
    `${stored.path} is a whole run, not a share of one.`,
    'Shards are made by flowbench run --shard 1/8 and so on; whole runs are laid over each other by flowbench report.',
  )
}

/** What must be one for all shards. Names and arms are told in the folder of the whole, so they count as well. */
const ONE_FOR_ALL = [
  ['plan', ({ hash }: Plan) => hash.slice(0, 12)],
  ['seed', ({ seed }: Plan) => String(seed)],
  ['number of shards', ({ shard }: Plan) => String(shard?.of)],
  ['name', ({ name }: Plan) => name],
  ['arm', ({ arm }: Plan) => arm ?? 'none'],
] as const

function sameAs(first: StoredShard, other: StoredShard): void {
  for (const [what, of] of ONE_FOR_ALL) {
    const [one, another] = [of(first.plan), of(other.plan)]
    if (one !== another)
      throw new UsageError(
        `${first.run} and ${other.run} are no shards of one plan: the ${what} is ${one} in the one and ${another} in the other.`,
        'Start every shard from the same scenario, with the same options and the same --seed.',
      )
  }
}
