import { incompleteBeta, logGamma } from './gamma.ts'

/** The chance of exactly k successes in n trials of chance p, 0 < p < 1. Sound up to n = 1e6 (relative error about 1e-8 there). */
export function binomialMass(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0
  const ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
  return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p))
}

/** Halvings of [0, 1] after which a double cannot be halved further. */
const HALVINGS = 60

/** The x in [0, 1] at which the increasing function `rise` reaches `level`. */
function solve(rise: (x: number) => number, level: number): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (rise(middle) < level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * The exact interval of Clopper and Pearson (1934) for a share of which k in n trials were seen; n ≥ 1.
 * Covers the true share with at least `confidence`, often more.
 */
export function clopperPearson(k: number, n: number, confidence = 0.95): { readonly low: number; readonly high: number } {
  const tail = (1 - confidence) / 2
  return {
    low: k === 0 ? 0 : solve((p) => incompleteBeta(p, k, n - k + 1), tail),
    high: k === n ? 1 : solve((p) => incompleteBeta(p, k + 1, n - k), 1 - tail),
  }
}

/**
 * The fewest trials after which not a single failure shows, at 95 %, that their share is below `share` (0 < share < 1): ln 0.05 / ln(1 − share).
 * For 1 % it is 299. 0 where the share is 1 or more: there is nothing to show.
 */
export function fewestForShare(share: number): number {
  if (share >= 1) return 0
  return Math.ceil(Math.log(0.05) / Math.log1p(-share))
}
