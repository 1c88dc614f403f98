import { digest } from '../core/digest.ts'
import type { Sample } from '../core/sample.ts'

/** A mean in the first and the second half of a phase, by order of intention. */
export interface Halves {
  readonly phase: string
  readonly of: 'tokens' | 'steps'
  readonly first: number
  readonly second: number
  /** The difference in standard errors of it. */
  readonly z: number
}

/** What caveats need to know and no summary shows; of measured phases, unless told otherwise. */
export interface Facts {
  /** Exchanges whose very body had been sent before in this run. */
  readonly repeatedBodies: number
  /** Exchanges that went over a connection used before. */
  readonly reused: number
  readonly halves: readonly Halves[]
  /** Exchanges that our own machine failed, warm-ups included, and what the first of them said. */
  readonly faults: number
  readonly faultDetail?: string
  /** Why the first send that was dropped was. */
  readonly dropDetail?: string
  /** Different `user` values that were sent, warm-ups included. */
  readonly users: number
  /** The longest wait that a throttled exchange was asked for, in µs; absent where none was. */
  readonly retryAfter?: number
}

/** Gathers facts while the samples pass. */
export function createFactFinder() {
  const bodies = new Set<number>()
  const users = new Set<number>()
  let [repeatedBodies, reused, faults] = [0, 0, 0]
  let [faultDetail, dropDetail]: (string | undefined)[] = []
  let retryAfter: number | undefined
  const halves: Halves[] = []
  /** Whether the body was sent before. */
  const seen = (hash: string | undefined) => {
    if (hash === undefined) return false
    const number = digest(hash)
    if (bodies.has(number)) return true
    bodies.add(number)
    return false
  }
  const take = ({ marks, user, outcome: { kind, detail } }: Sample) => {
    // Without a `user` of its own it ran as that of the run.
    if (marks.sent !== undefined) users.add(digest(user ?? ''))
    if (kind !== 'generator-fault') return
    faults++
    faultDetail ??= detail
  }
  return {
    /** An exchange of a warm-up: what it sent is known to the target afterwards. */
    warmUp(sample: Sample): void {
      take(sample)
      seen(sample.bodyHash)
    },
    measured(sample: Sample): void {
      take(sample)
      if (seen(sample.bodyHash)) repeatedBodies++
      if (sample.reused) reused++
      if (sample.outcome.kind === 'throttled' && sample.retryAfter !== undefined) retryAfter = Math.max(retryAfter ?? 0, sample.retryAfter)
      if (sample.outcome.kind === 'dropped') dropDetail ??= sample.outcome.detail
    },
    halves(phase: string, { values }: { values(name: 'tokens' | 'steps'): Float64Array }): void {
      for (const unit of ['tokens', 'steps'] as const) {
        const found = compareHalves(values(unit))
        if (found) halves.push({ phase, of: unit, ...found })
      }
    },
    read: (): Facts => ({
      repeatedBodies,
      reused,
      halves,
      users: users.size,
      faults,
      ...(retryAfter !== undefined && { retryAfter }),
      ...(faultDetail !== undefined && { faultDetail }),
      ...(dropDetail !== undefined && { dropDetail }),
    }),
  }
}

function compareHalves(values: Float64Array): Pick<Halves, 'first' | 'second' | 'z'> | undefined {
  const middle = values.length >> 1
  if (middle < 2) return undefined
  const [first, second] = [moments(values.subarray(0, middle)), moments(values.subarray(middle))]
  const error = Math.sqrt(first.variance / first.n + second.variance / second.n)
  const difference = second.mean - first.mean
  const z = difference === 0 ? 0 : error === 0 ? Math.sign(difference) * Number.MAX_VALUE : difference / error
  return { first: first.mean, second: second.mean, z }
}

function moments(values: Float64Array): { readonly n: number; readonly mean: number; readonly variance: number } {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  return { n, mean, variance }
}
