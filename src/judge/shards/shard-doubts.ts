import type { Caveat, CaveatKind } from '../../core/caveat.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { ShardRecord } from '../../core/record.ts'
import type { Doubt } from '../../measure/doubts.ts'
import { largest, smallest } from '../../stats/extremes.ts'

/** What only the machine itself can find: in the whole the machines lie one over another. */
const OF_THE_MACHINE: ReadonlySet<CaveatKind> = new Set(['suspended', 'clock', 'loop-stalled', 'generator-busy'])
/** And what concerns one share alone, whatever the whole looks like. */
const OF_THE_SHARE: ReadonlySet<CaveatKind> = new Set(['generator-late', 'books', 'generator-fault'])

/** A share of a phase by which shards may begin apart before it is worth a word, and beyond which they are no one load. */
const NOTABLE_APART = 0.01
export const MOST_APART = 0.1

/** Whether the whole can find the doubt by itself. */
export const isOfTheWhole = ({ kind }: Doubt): boolean => !OF_THE_MACHINE.has(kind)

/** Those of a shard's own caveats that go on counting in the whole. */
export const keptCaveats = (caveats: readonly Caveat[]): readonly Caveat[] =>
  caveats.filter(({ kind }) => OF_THE_MACHINE.has(kind) || OF_THE_SHARE.has(kind))

/** The caveats of the shards under their names. */
export const namedCaveats = (shards: readonly ShardRecord[]): readonly Caveat[] =>
  shards.flatMap(({ shard, caveats }) => caveats.map((caveat) => ({ ...caveat, text: `Shard ${shard}: ${caveat.text}` })))

export interface Apart {
  readonly phase: string
  /** In µs, and as a share of the phase. */
  readonly apart: number
  readonly share: number
}

/** How far apart the shards began each measured phase. */
export function beganApart(
  phases: Readonly<Record<string, Pick<PhaseSummary, 'measured' | 'beganUs' | 'endedUs'>>>,
  shards: readonly Pick<ShardRecord, 'began'>[],
): readonly Apart[] {
  return Object.entries(phases).flatMap(([phase, { measured, beganUs, endedUs }]): Apart[] => {
    const began = shards.flatMap((shard) => shard.began[phase] ?? [])
    if (!measured || began.length < 2) return []
    const apart = largest(began) - smallest(began)
    return [{ phase, apart, share: apart / Math.max(1, endedUs - beganUs) }]
  })
}

/** A doubt for each phase in which it is worth a word. */
export const apartDoubts = (phases: Parameters<typeof beganApart>[0], shards: readonly ShardRecord[]): readonly Doubt[] =>
  beganApart(phases, shards)
    .filter(({ share }) => share > NOTABLE_APART)
    .map((apart) => ({ kind: 'shards-apart', shards: shards.length, ...apart }))
