/**
 * How many independent numbers tell as much as these, by the sum of all autocorrelations: n / (1 + 2 Σ ρₖ), with the sum cut off by Geyer's
 * initial monotone sequence (1992, Statist. Sci. 7). What `effectiveCount` would be if it looked further than the neighbour.
 */
export function summedCount(values: ArrayLike<number>): number {
  const n = values.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += values[i]! / n
  const covariance = (lag: number) => {
    let sum = 0
    for (let i = 0; i + lag < n; i++) sum += (values[i]! - mean) * (values[i + lag]! - mean)
    return sum
  }
  const variance = covariance(0)
  if (!(variance > 0)) return n
  let [sum, previous] = [0, Number.POSITIVE_INFINITY]
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const pair = Math.min(previous, covariance(lag) + covariance(lag + 1))
    if (pair <= 0) break
    sum += pair
    previous = pair
  }
  return Math.max(1, n / Math.max(1, (2 * sum - variance) / variance))
}
