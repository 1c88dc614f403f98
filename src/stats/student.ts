import { incompleteBeta } from './gamma.ts'

/** The chance that a number of Student's law with `freedom` > 0 degrees exceeds t. By the incomplete beta function: DLMF 8.17.18 and Abramowitz and Stegun 26.7.1. */
export function studentUpperTail(t: number, freedom: number): number {
  if (t === Number.POSITIVE_INFINITY) return 0
  if (t === Number.NEGATIVE_INFINITY) return 1
  const tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
  return t >= 0 ? tail : 1 - tail
}

/** Halvings after which a double in a bracket cannot be halved further. */
const HALVINGS = 80

/** The t that a number of Student's law with `freedom` > 0 degrees stays below with chance p, 0 < p < 1. */
export function studentQuantile(p: number, freedom: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, freedom)
  if (p === 0.5) return 0
  const tail = 1 - p
  let [low, high] = [0, 1]
  while (studentUpperTail(high, freedom) > tail) [low, high] = [high, 2 * high]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (studentUpperTail(middle, freedom) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}
