import type { Plan } from '../core/plan.ts'
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
  /** An upper bound of how many different `user` values were sent. */
  readonly users: number
}

/** Gathers facts while the samples pass. */
export function createFactFinder(plan: Plan) {
  const bodies = new Set<number>()
  let [repeatedBodies, reused, sent, faults] = [0, 0, 0, 0]
  let [faultDetail, dropDetail]: (string | undefined)[] = []
  const halves: Halves[] = []
  /** Whether the body was sent before. */
  const seen = (hash: string | undefined) => {
    if (hash === undefined) return false
    const number = digest(hash)
    if (bodies.has(number)) return true
    bodies.add(number)
    return false
  }
  const take = ({ marks, outcome: { kind, detail } }: Sample) => {
    if (marks.sent !== undefined) sent++
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
      users: usersOf(plan, sent),
      faults,
      ...(faultDetail !== undefined && { faultDetail }),
      ...(dropDetail !== undefined && { dropDetail }),
    }),
  }
}

/** 53 bits of a hash written as text, in place of the text: a chance collision needs some 10⁸ bodies. */
function digest(text: string): number {
  let [a, b] = [0x811c9dc5, 0x01000193]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13)
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11)
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

/** How many users the template can have named in `sent` exchanges, at most. */
function usersOf({ user, phases, inputs }: Plan, sent: number): number {
  let users = 1
  for (const [, name = '', rest = ''] of user.matchAll(/\{\{\s*([a-z]+)([^}]*)\}\}/g)) {
    const words = rest.trim().split(/\s+/).filter(Boolean)
    if (name === 'n' || name === 'uuid' || name === 'nonce') users *= sent
    else if (name === 'slot') users *= Math.max(1, ...phases.map((phase) => (phase.kind === 'closed' ? Math.max(phase.from, phase.to) : 1)))
    else if (name === 'pick') users *= Math.max(1, words.length)
    else if (name === 'int') users *= Math.max(1, Number(words[1]) - Number(words[0]) + 1) || 1
    else if (name === 'row') users *= Math.max(1, ...inputs.map(({ rows }) => rows?.length ?? 1))
  }
  return Math.min(sent, users)
}
