import { normal, type Random } from '../src/core/random.ts'

/** How the logarithm of a response time comes about; all in logarithms, so that 0.04 is about 4 %. */
export interface Law {
  /** Standard deviation of what changes slowly: a first-order autoregression, from one exchange to the next. */
  readonly slow: number
  /** Correlation of the slow part with itself one exchange earlier. */
  readonly rho: number
  /** Standard deviation of what each exchange has of its own. */
  readonly fast: number
  /** Standard deviation of what each run has of its own. */
  readonly runEffect: number
  /** How much slower each run is than the one before. */
  readonly drift: number
  readonly exchanges: number
}

/** The law of the requirement. */
export const REQUIRED_LAW: Law = { slow: 0.15, rho: 0.95, fast: 0.3, runEffect: 0.04, drift: 0, exchanges: 600 }

/** A target that is run again and again: gives the logarithms of a run's response times, `change` added to each. The slow part goes on from run to run. */
export function target(law: Law, random: Random): (change: number) => Float64Array {
  const { slow, rho, fast, runEffect, drift, exchanges } = law
  const step = slow * Math.sqrt(1 - rho * rho)
  let level = slow * normal(random)
  let runs = 0
  return (change) => {
    const base = change + runEffect * normal(random) + drift * runs++
    const times = new Float64Array(exchanges)
    for (let i = 0; i < exchanges; i++) {
      level = rho * level + step * normal(random)
      times[i] = base + level + fast * normal(random)
    }
    return times
  }
}
