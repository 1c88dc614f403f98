/** Below it, what neighbours have in common is left to chance and n stays n: a correlation of 0.1 with the next one alone makes 1.22. */
const NOTABLE = 1.22

/** Longer series are taken as means of so many blocks: their sum says the same, and a million numbers cost no more than these. */
const MOST_BLOCKS = 20_000

/**
 * How many independent numbers tell as much about the middle of a series, in its order: n / τ with τ = 1 + 2 Σ ρₖ over all lags k, cut off by
 * Geyer's initial positive sequence (1992, Statist. Sci. 7, §3.3). n where τ is below 1.22; at least 1 where there are any.
 *
 * The neighbour alone, n(1 − ρ₁)/(1 + ρ₁), is right where each number forgets the one before at a constant rate. Exchanges of a queue do not:
 * each has a service time of its own, so neighbours are little alike, but all share a queue that lasts for a hundred of them.
 */
export function effectiveCount(values: ArrayLike<number>): number {
  const n = values.length
  const variance = covariancesOf(values)(0)
  if (n < 3 || !(variance > 0)) return n
  const blocks = blockMeans(values)
  const covariance = covariancesOf(blocks)
  const own = covariance(0)
  if (!(own > 0)) return n
  // A block's mean has less variance than a number has, by what its numbers do not have in common.
  const time = (own * summedCorrelation(covariance, blocks.length) * n) / (variance * blocks.length)
  return time < NOTABLE ? n : Math.max(1, n / time)
}

/** τ: the variance of the mean over what it would be for independent numbers. */
function summedCorrelation(covariance: (lag: number) => number, n: number): number {
  const variance = covariance(0)
  let [sum, lag] = [0, 0]
  for (; lag + 1 < n; lag += 2) {
    const pair = covariance(lag) + covariance(lag + 1)
    if (pair <= 0) break
    sum += pair
  }
  const time = (2 * sum - variance) / variance
  if (time < NOTABLE) return 1
  // The mean taken off is that of the series itself, which lowers each of the 2 · lag − 1 covariances by the variance of that mean, τ / n.
  return time / Math.max(LEAST_LEFT, 1 - (2 * lag - 1) / n)
}

/** A series too short for its memory is not corrected without bound. */
const LEAST_LEFT = 1 / 3

/** Σ (xᵢ − m)(xᵢ₊ₖ − m) / n for a lag k. */
function covariancesOf(values: ArrayLike<number>): (lag: number) => number {
  const n = values.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += values[i]! / n
  return (lag) => {
    let sum = 0
    for (let i = 0; i + lag < n; i++) sum += (values[i]! - mean) * (values[i + lag]! - mean)
    return sum / n
  }
}

/** Means of equally many neighbours; the values themselves where they are few. What is left over at the end is left out. */
function blockMeans(values: ArrayLike<number>): ArrayLike<number> {
  const size = Math.ceil(values.length / MOST_BLOCKS)
  if (size === 1) return values
  return Float64Array.from({ length: Math.floor(values.length / size) }, (_, block) => {
    let sum = 0
    for (let i = block * size; i < (block + 1) * size; i++) sum += values[i]!
    return sum / size
  })
}
