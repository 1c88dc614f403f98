import { keyed, type Random } from '../core/random.ts'
import { type Micros, micros } from '../core/units.ts'
import { draw, type Law } from './law.ts'

type Keys = readonly (string | number)[]

/** The stream of (seed, key…), made only when the first number is drawn: most draws are of fixed laws, and hashing is most of a run's cost. */
export function drawsOf(seed: number, ...keys: Keys): Random {
  let random: Random | undefined
  return () => {
    random ??= keyed(seed, ...keys)
    return random()
  }
}

/** What one run draws from, whatever other runs do. */
export interface Draws {
  readonly n: number
  readonly seed: number
  /** One time of the law, longer where the server has slowed down; the key tells what it is for. */
  take(law: Law, what: string, ...keys: Keys): Micros
  /** The same from a source that goes on. */
  takeFrom(random: Random, law: Law): Micros
}

/** `slowness`: how much longer than their laws say things take. */
export function runDraws(seed: number, n: number, slowness: number): Draws {
  const takeFrom = (random: Random, law: Law) => (slowness === 1 ? draw(law, random) : micros(draw(law, random) * slowness))
  return { n, seed, takeFrom, take: (law, what, ...keys) => takeFrom(drawsOf(seed, what, n, ...keys), law) }
}

/** A number from 0 to 1 that is this run's for the given key. */
export const chance = ({ seed, n }: Draws, what: string, ...keys: Keys): number => drawsOf(seed, what, n, ...keys)()
