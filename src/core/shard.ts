/** One of several machines that carry a plan together: which one, from 1, and of how many. */
export interface Shard {
  readonly index: number
  readonly of: number
}

/** The only machine there is. */
export const WHOLE: Shard = { index: 1, of: 1 }

/** Whether number `n`, from 0, falls to the shard: they are dealt out like cards, the first to the first. */
export const isOwn = (n: number, { index, of }: Shard): boolean => n % of === index - 1

/** How many of `total` fall to the shard. The shares of all shards add up to the whole. */
export const portion = (total: number, { index, of }: Shard): number => Math.max(0, Math.ceil((total - (index - 1)) / of))

/** The number in the whole of a shard's own number `n`, from 0: the two are dealt out as `isOwn` says. */
export const numberInWhole = (n: number, { index, of }: Shard): number => n * of + index - 1

/** Such as `shard 2 of 8`. */
export const shardInWords = ({ index, of }: Shard): string => `shard ${index} of ${of}`
