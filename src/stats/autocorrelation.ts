/** Below this, correlation with the neighbour is left to chance and n stays n. */
const NOTABLE_CORRELATION = 0.1

/**
 * How like each number is to the next, from −1 to 1: Σ(xᵢ − m)(xᵢ₊₁ − m) / Σ(xᵢ − m)² (Box and Jenkins 1976, §2.1.5).
 * Undefined for fewer than 3 numbers or where all are equal.
 */
export function lagOneAutocorrelation(values: ArrayLike<number>): number | undefined {
  const n = values.length
  if (n < 3) return undefined
  let sum = 0
  for (let i = 0; i < n; i++) sum += values[i]!
  const mean = sum / n
  let [products, squares] = [0, 0]
  let previous = 0
  for (let i = 0; i < n; i++) {
    const deviation = values[i]! - mean
    squares += deviation * deviation
    if (i > 0) products += previous * deviation
    previous = deviation
  }
  return squares > 0 ? products / squares : undefined
}

/** How many independent numbers tell as much: n(1 − ρ)/(1 + ρ) where ρ > 0.1, else n; at least 1 where there are any. For means of an AR(1) series (Bayley and Hammersley 1946). */
export function effectiveCount(values: ArrayLike<number>): number {
  const n = values.length
  const rho = lagOneAutocorrelation(values)
  if (rho === undefined || rho <= NOTABLE_CORRELATION) return n
  return Math.max(1, (n * (1 - rho)) / (1 + rho))
}
