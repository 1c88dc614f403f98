/**
 * How many independent numbers tell as much as these, by the correlation ρ of each with the next alone: n(1 − ρ)/(1 + ρ) where ρ > 0.1 (Bayley
 * and Hammersley 1946). The opponent of `effectiveCount`, which looks at all lags.
 */
export function neighbourCount(values: ArrayLike<number>): number {
  const n = values.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += values[i]! / n
  let [products, squares] = [0, 0]
  for (let i = 0; i < n; i++) {
    squares += (values[i]! - mean) ** 2
    if (i > 0) products += (values[i - 1]! - mean) * (values[i]! - mean)
  }
  const rho = squares > 0 ? products / squares : 0
  return rho <= 0.1 ? n : Math.max(1, (n * (1 - rho)) / (1 + rho))
}
