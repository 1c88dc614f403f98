export const CAVEAT_KINDS = [
  'generator-late',
  'late-beside',
  'suspended',
  'clock',
  'books',
  'generator-fault',
  'loop-stalled',
  'generator-busy',
  'sends-dropped',
  'few-samples',
  'not-steady',
  'input-repeated',
  'work-differs',
  'stale-connections',
  'connections-linger',
  'throttled',
  'new-users',
  'budget',
  'interrupted',
  'incomplete',
  'insecure',
  'outputs-recorded',
  'may-still-run',
  'shards-apart',
] as const
export type CaveatKind = (typeof CAVEAT_KINDS)[number]

/** A reason to doubt the numbers: what is wrong, what it does to them, what to do. Whole sentences. */
export interface Caveat {
  readonly kind: CaveatKind
  readonly text: string
  /** True where it makes the run invalid. */
  readonly invalidates: boolean
  /** Where it concerns one phase. */
  readonly phase?: string
}
