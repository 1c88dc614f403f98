export const OVERLOAD_KINDS = [
  'connections',
  'workers',
  'worker-cpu',
  'api-connections',
  'api-cpu',
  'database-pool',
  'limit',
  'unclear',
] as const
export type OverloadKind = (typeof OVERLOAD_KINDS)[number]

/** Which overload a phase shows, read off what grew over a lighter one. */
export interface Overload {
  /** `none` where nothing grew, or where there is nothing to hold it against. */
  readonly kind: OverloadKind | 'none'
  /** The settings to check; absent where there is no overload or no knob is known for it. */
  readonly knob?: string
  /** What was seen and what follows, in whole sentences. */
  readonly because: string
  /** Where it is unclear: the kinds that come into question. */
  readonly suspects?: readonly OverloadKind[]
  /** The numbers it rests on, largest growth first. */
  readonly evidence: readonly OverloadEvidence[]
  /** Load of the lighter phase that it was held against, in words. */
  readonly against?: string
  /** Where runs themselves got slower: the node that grew most, by the median of the server's own time for it, in µs. */
  readonly node?: { readonly nodeId: string; readonly title: string; readonly lighter: number; readonly loaded: number }
}

/** What one part of a run's time was, in µs. */
export interface OverloadEvidence {
  readonly part: 'firstByte' | 'admission' | 'engine' | 'delivery' | 'outside' | 'textGap' | 'internalError'
  readonly statistic: 'p50' | 'p90'
  /** Absent where the number is telling by itself. */
  readonly lighter?: number
  readonly loaded: number
}

/** How the events of a phase's streams reached us. */
export interface Delivery {
  /** Something on the way holds them back until it has many: a proxy, or an API process that comes to them late. */
  readonly buffered: boolean
  /** The target named a proxy in front of it before the load. */
  readonly proxied: boolean
  /** Mean share of a run's events that came in one read with an earlier one. */
  readonly coalesced: number
  readonly bytesPerEvent: number
  /** Median time from one ping to the next while runs went on; absent where none lasted long enough for one. */
  readonly pingEvery?: number
  /** The same in whole sentences. */
  readonly text: string
}

/** What the numbers of one measured phase say of the target. */
export interface Diagnosis {
  readonly overload: Overload
  /** Only for streams. */
  readonly delivery?: Delivery
}
