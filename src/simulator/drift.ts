import { normal } from '../core/random.ts'
import type { Micros } from '../core/units.ts'
import { drawsOf } from './draws.ts'
import type { Profile } from './profile-schema.ts'

const MINUTE = 60e6

/**
 * How much longer than its laws say the nodes of run n take; asked for each n once, in order. `age`: since the first run. It grows evenly with
 * runs and minutes, and wanders: its logarithm is an autoregressive process of order 1 over the runs, with the given deviation.
 */
export function createDrift(drift: Profile['drift'], seed: number): (n: number, age: Micros) => number {
  if (!drift) return () => 1
  const { perRun, perMinute, wander } = drift
  let log: number | undefined
  return (n, age) => {
    const even = 1 + perRun * n + (perMinute * age) / MINUTE
    if (!wander) return even
    const { sigma, correlation } = wander
    const fresh = normal(drawsOf(seed, 'wander', n))
    log = log === undefined ? sigma * fresh : correlation * log + sigma * Math.sqrt(1 - correlation ** 2) * fresh
    return even * Math.exp(log)
  }
}
