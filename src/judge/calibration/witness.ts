import type { Seen, Witness } from '../../core/calibration.ts'
import { quantile } from '../../stats/order.ts'

type Met = Exclude<Witness, { readonly absent: string }>

/** What two clients saw in turn, each by its medians, and how far they are apart. At least one turn. */
export function witnessOf(about: Pick<Met, 'client' | 'concurrency' | 'takes'>, ours: readonly Seen[], theirs: readonly Seen[]): Witness {
  const [flowbench, other] = [typical(ours), typical(theirs)]
  return {
    ...about,
    flowbench,
    other,
    apart: { mean: flowbench.mean / other.mean - 1, perSecond: flowbench.perSecond / other.perSecond - 1 },
  }
}

const typical = (seen: readonly Seen[]): Seen => ({
  mean: median(seen.map(({ mean }) => mean)),
  perSecond: median(seen.map(({ perSecond }) => perSecond)),
})

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )!
