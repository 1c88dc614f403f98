/** How the API's `user` differs from exchange to exchange. Each new one makes a row on the server, so these are different loads. */
export type UserSpread = 'constant' | 'run' | 'slot' | 'row' | 'draw' | 'exchange'

const SPREADS: Readonly<Record<string, UserSpread>> = {
  run: 'run',
  slot: 'slot',
  row: 'row',
  int: 'draw',
  pick: 'draw',
  n: 'exchange',
  uuid: 'exchange',
  nonce: 'exchange',
}
/** From the fewest users to the most; of several templates the one that makes the most decides. */
const ORDER: readonly UserSpread[] = ['constant', 'run', 'slot', 'row', 'draw', 'exchange']

/** The spread of a `user` template. */
export function userSpread(template: string): UserSpread {
  const spreads = [...template.matchAll(/\{\{\s*([a-z]+)/g)].map(([, name = '']) => SPREADS[name] ?? 'constant')
  return ORDER.findLast((spread) => spreads.includes(spread)) ?? 'constant'
}

/** Whether a run of flowbench names more than one user, as far as its template tells. */
export const namesManyUsers = (template: string): boolean => !['constant', 'run'].includes(userSpread(template))

const WORDS: Readonly<Record<UserSpread, string>> = {
  constant: 'one user, the same in every run of flowbench',
  run: 'one user, a new one with each run of flowbench',
  slot: 'a user for each slot',
  row: 'a user for each row of the inputs',
  draw: 'users drawn from a few',
  exchange: 'a new user with each exchange',
}

/** What a `user` template means for the server, in words. */
export const usersInWords = (template: string): string => WORDS[userSpread(template)]
