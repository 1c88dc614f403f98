import type { InputSet, Plan } from '../core/plan.ts'
import { keyed, type Random, wholeBetween } from '../core/random.ts'
import { type Compiled, compileTemplates, type Filling } from './template.ts'

/** What one run is sent. */
interface Drawn {
  /** Name of the input set. */
  readonly inputSet: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly user: string
}

/**
 * Inputs and user of run `n` (from 0) of a phase; `slot` in closed phases. Undefined where the input set that it draws has no row left
 * and says `whenExhausted: stop`.
 */
export type Draw = (phase: string, n: number, place: { readonly slot?: number }) => Drawn | undefined

/**
 * Draws for a plan. What run n of a phase gets is a function of (seed, phase, n) alone, whatever was drawn before, in whatever order, but
 * for nonces (and slot and run id where templates name them). Each phase begins at the first row.
 */
export function createDraw(plan: Pick<Plan, 'seed' | 'inputs' | 'user'>, { run }: { readonly run: string }): Draw {
  const { seed, inputs: sets } = plan
  const pools = sets.map((set) => createPool(set, seed))
  const user = compileTemplates(plan.user)
  const places = new Map<string, (n: number) => Place>()
  const placeIn = (phase: string) => {
    const known = places.get(phase) ?? createPlaces(sets, (n) => keyed(seed, 'input-set', phase, n)())
    places.set(phase, known)
    return known
  }
  return (phase, n, { slot }) => {
    const { set, nth } = placeIn(phase)(n)
    const pool = pools[set]!
    const row = pool.row(phase, n, nth)
    if (row === 'exhausted') return undefined
    const filling: Omit<Filling, 'random'> = { n, run, ...(row && { row }), ...(slot !== undefined && { slot }) }
    return {
      inputSet: pool.name,
      inputs: pool.fill({ ...filling, random: lazily(() => keyed(seed, 'inputs', phase, n)) }) as Drawn['inputs'],
      user: String(user({ ...filling, random: lazily(() => keyed(seed, 'user', phase, n)) })),
    }
  }
}

/** A stream of numbers that is set up when the first is asked for: most bodies need none. */
function lazily(create: () => Random): Random {
  let random: Random | undefined
  return () => {
    random ??= create()
    return random()
  }
}

/** Which input set a run draws, and how many runs before it in the phase drew the same. */
interface Place {
  readonly set: number
  readonly nth: number
}

/** Places by n. Each is worked out once, in order of n, so that asking in any order costs little and gives the same. */
function createPlaces(sets: readonly InputSet[], random: (n: number) => number): (n: number) => Place {
  if (sets.length === 1) return (n) => ({ set: 0, nth: n })
  const total = sets.reduce((sum, { weight }) => sum + weight, 0)
  const known: Place[] = []
  const counts = sets.map(() => 0)
  return (n) => {
    while (known.length <= n) {
      let left = random(known.length) * total
      const found = sets.findIndex(({ weight }) => {
        left -= weight
        return left < 0
      })
      const set = found < 0 ? sets.length - 1 : found
      known.push({ set, nth: counts[set]!++ })
    }
    return known[n]!
  }
}

type Row = Readonly<Record<string, unknown>>

interface Pool {
  readonly name: string
  /** The row of run n, which is the nth of its phase to draw from here; undefined where there are no rows. */
  readonly row: (phase: string, n: number, nth: number) => Row | undefined | 'exhausted'
  readonly fill: Compiled
}

function createPool({ name, values, rows, order, whenExhausted }: InputSet, seed: number): Pool {
  // Rows are data: braces in them are no templates.
  const fill: Compiled = values === undefined ? ({ row }) => ({ ...row }) : compileTemplates(values)
  if (rows === undefined) return { name, fill, row: () => undefined }
  const count = rows.length
  const permutation = createPermutations(count, (phase, pass) => keyed(seed, 'order', name, phase, pass))
  return {
    name,
    fill,
    row(phase, n, nth) {
      if (order === 'random') return rows[wholeBetween(keyed(seed, 'row', name, phase, n), 0, count - 1)]
      if (whenExhausted === 'stop' && nth >= count) return 'exhausted'
      return rows[order === 'sequential' ? nth % count : permutation(phase, Math.floor(nth / count))[nth % count]!]
    },
  }
}

/** Two passes can be under way at their border, and a phase may begin while draws of the last are repeated. */
const KEPT_PERMUTATIONS = 4

/** Seeded permutations of 0 … count − 1, one for each phase and pass; the last few are kept. */
function createPermutations(count: number, random: (phase: string, pass: number) => Random): (phase: string, pass: number) => Uint32Array {
  const kept = new Map<string, Uint32Array>()
  return (phase, pass) => {
    const key = `${pass} ${phase}`
    const known = kept.get(key) ?? shuffled(count, random(phase, pass))
    kept.set(key, known)
    if (kept.size > KEPT_PERMUTATIONS) kept.delete(kept.keys().next().value!)
    return known
  }
}

/** The shuffle of Fisher and Yates in the form of Durstenfeld (1964). */
function shuffled(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = wholeBetween(random, 0, last)
    const moved = order[last]!
    order[last] = order[other]!
    order[other] = moved
  }
  return order
}
