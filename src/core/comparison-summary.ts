import type { CaveatKind } from './caveat.ts'
import type {
  ComparisonSettings,
  FailureJudgement,
  Figure,
  MetricJudgement,
  NodeDifference,
  StoredSettings,
  Verdict,
  WorkDifference,
} from './comparison.ts'
import type { Concluded } from './experiment.ts'
import type { ModesCompared } from './modes-compared.ts'

/** What a run of a comparison was for in the end. */
export type RunUse =
  /** It is one of a pair that is judged. */
  | 'counted'
  /** Our own machine spoiled it: its pair was run again. */
  | 'spoiled'
  /** It was sound, but the other run of its pair was not, or never came. */
  | 'left-out'
  /** It was interrupted or killed. */
  | 'cut-short'
  /** A stored run of another plan than the candidate's. */
  | 'other-plan'

/** One run of a comparison, in the order in which they began. */
export interface ComparedRun {
  /** Its id, the name of its folder. */
  readonly run: string
  readonly arm: string
  /** From 1; absent for stored runs. */
  readonly pair?: number
  /** How often the pair had been begun before. */
  readonly attempt: number
  /** Wall-clock time, ISO 8601 in UTC. */
  readonly began: string
  readonly use: RunUse
  /** What our own machine did, where it spoiled the run; the fields that differ, where its plan is another one. */
  readonly reasons: readonly string[]
  readonly figures: Readonly<Record<string, Figure>>
  readonly failures: { readonly count: number; readonly of: number }
  /** Sums over the whole run, warm-up too. */
  readonly exchanges: number
  readonly tokens: number
  readonly seconds: number
}

/** A caveat of runs that are judged, told once. */
export interface ComparedCaveat {
  readonly kind: CaveatKind
  /** As the first of them says it. */
  readonly text: string
  /** In how many of the runs that are judged it stands, by arm. */
  readonly runs: Readonly<Record<string, number>>
}

/** `comparison.json`: all that is concluded of a comparison. Relative changes are of the later arm against the first. */
export interface ComparisonSummary extends Concluded {
  readonly schema: 1
  /** `interleaved`: its runs took turns, so that drift falls on both arms alike. `historical`: stored runs, whenever they were made. */
  readonly kind: 'interleaved' | 'historical'
  /** The first one is the baseline. */
  readonly arms: readonly [string, string]
  /** Pairs that are judged, or would be. */
  readonly pairs: number
  /** How often all pairs so far were judged: never before the planned number, and twice at most. */
  readonly looks: number
  readonly primary: string
  /** Null where nothing may be said: unfinished, or spoiled by our own machine. */
  readonly verdict: Verdict | null
  /** The verdict in whole sentences. */
  readonly sentences: readonly string[]
  readonly metrics: Readonly<Record<string, MetricJudgement>>
  readonly failures: FailureJudgement | null
  readonly work: Readonly<Partial<Record<WorkDifference['of'], Omit<WorkDifference, 'of'>>>>
  /** The workflow node whose share of runs differs most between the arms; absent where an arm told of none. */
  readonly node?: NodeDifference
  /** What streaming gives and costs; only where one arm measured in streaming mode and the other in blocking mode. */
  readonly modes?: ModesCompared
  /** Pairs run again since our own machine had spoiled them. */
  readonly repeated: number
  /** Pairs begun again after an interruption. */
  readonly restarted: number
  readonly settings: StoredSettings & Partial<ComparisonSettings>
  /** Fields of the plan in which the arms differ, with what each has there. */
  readonly differences: readonly { readonly field: string; readonly baseline: string; readonly candidate: string }[]
  readonly caveats: readonly ComparedCaveat[]
  /** Sentences on the experiment as a whole. */
  readonly notes: readonly string[]
  /** Of all runs, judged or not. */
  readonly cost: { readonly runs: number; readonly exchanges: number; readonly tokens: number; readonly seconds: number }
  readonly runs: readonly ComparedRun[]
}
