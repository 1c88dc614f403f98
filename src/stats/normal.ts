/** Below this the power series is both exact and short; above it the continued fraction is. */
const SERIES_LIMIT = 3
const MOST_TERMS = 500

/** The chance that a standard normal number exceeds z ≥ 0. */
function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < SERIES_LIMIT) {
    // Abramowitz and Stegun 26.2.11: Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/15 + …).
    let [term, sum] = [z, z]
    for (let k = 1; k < MOST_TERMS && term > sum * 1e-17; k++) {
      term *= (z * z) / (2 * k + 1)
      sum += term
    }
    return 0.5 - density * sum
  }
  // Abramowitz and Stegun 26.2.14: φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))), from the inside out.
  let fraction = z
  for (let k = 200; k >= 1; k--) fraction = z + k / fraction
  return density / fraction
}

/** The chance that a standard normal number is at most z. Absolute error below 1e-14. */
export const normalCdf = (z: number): number => (z >= 0 ? 1 - upperTail(z) : upperTail(-z))

/** The chance that a standard normal number lies further from 0 than z, on either side. Relative error below 1e-11. */
export const twoSidedP = (z: number): number => 2 * upperTail(Math.abs(z))
