import { keyed, wholeBetween } from '../../core/random.ts'

/**
 * In which order the arms run in each of `rounds` rounds. Two arms come in blocks of two rounds, AB BA or BA AB by a seeded coin, so that a
 * steady drift falls on both alike. More arms come in Williams squares (1949, Austral. J. Sci. Res. A2), one after another, with seeded names
 * and a seeded order of rows: in a whole square every arm stands in every place equally often, and follows every other equally often.
 */
export function runOrders(arms: readonly string[], rounds: number, seed: number): readonly (readonly string[])[] {
  const orders: (readonly string[])[] = []
  for (let block = 0; orders.length < rounds; block++) {
    const named = shuffled(arms, [seed, 'arms', block])
    orders.push(...shuffled(williams(arms.length), [seed, 'rows', block]).map((row) => row.map((place) => named[place]!)))
  }
  return orders.slice(0, rounds)
}

/** Rows of arm numbers: 0 1 n−1 2 n−2 … and each row one further; with an odd number of arms the same rows backwards too. */
function williams(arms: number): readonly (readonly number[])[] {
  const first = Array.from({ length: arms }, (_, place) => (place % 2 === 1 ? (place + 1) / 2 : (arms - place / 2) % arms))
  const rows = Array.from({ length: arms }, (_, shift) => first.map((arm) => (arm + shift) % arms))
  return arms % 2 === 0 ? rows : [...rows, ...rows.map((row) => row.toReversed())]
}

/** By the method of Fisher and Yates, drawn by `key` alone. */
function shuffled<T>(things: readonly T[], [seed, ...key]: readonly [number, ...(string | number)[]]): readonly T[] {
  const random = keyed(seed, ...key)
  const order = [...things]
  for (let last = order.length - 1; last > 0; last--) {
    const other = wholeBetween(random, 0, last)
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}
