import { createHash } from 'node:crypto'

/** Gives numbers evenly spread over [0, 1). */
export type Random = () => number

/**
 * The xoshiro128** generator of Blackman and Vigna (2018), https://prng.di.unimi.it/xoshiro128starstar.c: gives unsigned 32-bit numbers.
 * The state may not be all zeros.
 */
export function xoshiro128(state: Uint32Array): () => number {
  const s = Uint32Array.from(state)
  return () => {
    const product = Math.imul(s[1]!, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = s[1]! << 9
    s[2]! ^= s[0]!
    s[3]! ^= s[1]!
    s[1]! ^= s[2]!
    s[0]! ^= s[3]!
    s[2]! ^= shifted
    s[3] = (s[3]! << 11) | (s[3]! >>> 21)
    return result
  }
}

/**
 * A stream of its own for each (seed, key…): what is drawn for one thing never depends on how many draws another made, or in which order.
 * The generator's state is the first 16 bytes of the SHA-256 of seed and keys.
 */
export function keyed(seed: number, ...keys: readonly (string | number)[]): Random {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...keys]))
    .digest()
  const next = xoshiro128(Uint32Array.from([0, 4, 8, 12], (offset) => digest.readUInt32LE(offset)))
  return () => next() / 2 ** 32
}

/** A draw from the exponential law with mean 1. */
export const exponential = (random: Random): number => -Math.log1p(-random())

/** A whole number from `low` to `high`, both included. */
export const wholeBetween = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1))

/** A draw from the standard normal law, by the method of Box and Muller (1958). */
export const normal = (random: Random): number => Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random())
