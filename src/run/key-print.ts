import { scryptSync } from 'node:crypto'

/** So short that it tells less of a key than three of its letters do, and overlooks one other key in 65,536. */
const BYTES = 2

/**
 * By what a key is known again within one experiment, never to be read out of it: two bytes of a slow hash, salted with the experiment's id. Undefined
 * where there is no key.
 */
export const keyPrint = (apiKey: string | undefined, experiment: string): string | undefined =>
  apiKey === undefined ? undefined : scryptSync(apiKey, experiment, BYTES).toString('hex')
