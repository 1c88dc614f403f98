import { exponential, normal, type Random } from '../core/random.ts'
import { type Micros, micros } from '../core/units.ts'

/** How long something takes: always the same, or drawn from a distribution. */
export type Law =
  | { readonly kind: 'fixed'; readonly value: Micros }
  | { readonly kind: 'exponential'; readonly mean: Micros }
  /** The logarithm is normal with standard deviation `sigma` around that of the median; the mean is median · exp(sigma²/2). */
  | { readonly kind: 'lognormal'; readonly median: Micros; readonly sigma: number }
  | { readonly kind: 'uniform'; readonly from: Micros; readonly to: Micros }

export const fixed = (value: Micros): Law => ({ kind: 'fixed', value })

/** One time drawn from the law, never below 0. */
export function draw(law: Law, random: Random): Micros {
  switch (law.kind) {
    case 'fixed':
      return law.value
    case 'exponential':
      return micros(law.mean * exponential(random))
    case 'lognormal':
      return micros(law.median * Math.exp(law.sigma * normal(random)))
    case 'uniform':
      return micros(law.from + (law.to - law.from) * random())
  }
}
