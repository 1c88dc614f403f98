import { keyed, type Random } from '../core/random.ts'

/** The stream of (seed, key…), made only when the first number is drawn: most draws are of fixed laws, and hashing is most of a run's cost. */
export function drawsOf(seed: number, ...keys: readonly (string | number)[]): Random {
  let random: Random | undefined
  return () => {
    random ??= keyed(seed, ...keys)
    return random()
  }
}
