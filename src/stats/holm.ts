/**
 * Holm's step-down (1979, Scand. J. Statist. 6) for several p-values at a joint level `alpha`: the level at which each stands, in the order
 * given; undefined for those that do not stand. In order of size the i-th (from 1) of m is held against alpha / (m − i + 1), until one fails;
 * that one and all larger ones do not stand.
 */
export function holmLevels(ps: readonly number[], alpha: number): readonly (number | undefined)[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p)
  const levels: (number | undefined)[] = ps.map(() => undefined)
  for (const [step, { p, index }] of order.entries()) {
    const level = alpha / (ps.length - step)
    if (p > level) break
    levels[index] = level
  }
  return levels
}
