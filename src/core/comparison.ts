import type { CaveatKind } from './caveat.ts'
import type { Mode } from './sample.ts'

/** How two arms are compared and when a difference counts. */
export interface ComparisonSettings {
  /** What gates: `<metric> <statistic>`, with ` of all` and ` in <phase>` where wanted, or `throughput`. */
  readonly primary: string
  /** What informs beside it, in the same form; at most 6. */
  readonly informing: readonly string[]
  /** Relative change that fails; 0.1 is 10 %. */
  readonly margin: number
  /** Relative change that is taken for noise; below the margin. */
  readonly noise: number
  /** Rounds until the first look: even, at least 8. The second look is at twice as many. */
  readonly pairs: number
  /** What a comparison that decides nothing counts as; absent: exit code 12. */
  readonly inconclusive?: 'pass' | 'fail'
  readonly seed: number
}

/** The same where the runs are stored ones: no pairs, no chance. */
export type StoredSettings = Omit<ComparisonSettings, 'pairs' | 'seed'>

/** A statistic of one run, in its metric's unit. `endless`: it falls among exchanges that nobody answered. */
export type Figure = number | 'endless'

/** What an arm did for its replies, as means over the accepted exchanges of a run. Absent where no reply told. */
export interface WorkReading {
  readonly modes: readonly Mode[]
  readonly tokens?: number
  readonly steps?: number
  readonly chunks?: number
  /** Bytes of the reply's body. */
  readonly bytes?: number
  /** Of the runs whose streams told of their nodes: the share that executed each, by node id. */
  readonly nodes?: Readonly<Record<string, { readonly title: string; readonly share: number }>>
}

/** Whether a run can stand in a comparison. Whatever the target did is sound: slowness, drops and failures are what is compared. */
export type Fitness =
  | { readonly kind: 'sound' }
  /** Our own machine failed it: the round is repeated. */
  | { readonly kind: 'generator'; readonly reasons: readonly CaveatKind[] }
  /** It was stopped or killed before its end: the round begins again. */
  | { readonly kind: 'cut-short' }

/** All that a comparison takes from one run of one arm. */
export interface ArmReading {
  /** By name as in the settings; a name is absent where the run has no such number. */
  readonly figures: Readonly<Record<string, Figure>>
  /** Over measured phases; `of` is without interrupted exchanges and generator faults. */
  readonly failures: { readonly count: number; readonly of: number }
  readonly work: WorkReading
  readonly fitness: Fitness
}

/** One run of each arm, by arm. With two arms it is a pair. */
export type Round = Readonly<Record<string, ArmReading>>

export const VERDICTS = ['regressed', 'improved', 'no regression', 'inconclusive'] as const
export type Verdict = (typeof VERDICTS)[number]

/** Something of both that are compared. */
export interface Sides<T> {
  readonly baseline: T
  readonly candidate: T
}

/** A change with its interval. Relative: 0.12 is 12 % more than the baseline. An end that is absent is unbounded. */
export interface Change {
  /** Absent where it cannot be told: no figures, or endless ones. */
  readonly estimate?: number
  readonly low?: number
  readonly high?: number
}

export interface MetricJudgement extends Change {
  /** Of the interval, 0.9706 at a look of two. */
  readonly confidence: number
  readonly verdict: Verdict
  /** The smallest relative change that this many pairs find in four cases out of five; absent below 2 finite pairs. */
  readonly mde?: number
  /** Pairs beyond these that would decide, if estimate and scatter stay; absent where decided, or where that is not in sight. */
  readonly morePairs?: number
  /** Rounds in which both arms have the figure; absent for stored runs. */
  readonly pairs?: number
  /** Of stored runs: how many on each side have it as a number. */
  readonly runs?: Sides<number>
  /** Rounds in which it was endless for the one or the other. */
  readonly endless?: Sides<number>
  /** The same divided by what each arm did for its replies, where the work differs. */
  readonly perWork?: Change & { readonly per: 'chunk' | 'token' }
}

/** Failures as shares; the difference in the same unit (0.01 is one percentage point). */
export interface FailureJudgement {
  readonly baseline: number
  readonly candidate: number
  readonly difference: number
  readonly low?: number
  readonly high?: number
  readonly confidence: number
  /** `grown` decides the verdict, `may-have-grown` withholds it. */
  readonly verdict: 'grown' | 'may-have-grown' | 'not-grown'
  /** That were to be answered in each arm, over all runs that are judged. */
  readonly exchanges: Sides<number>
  /** Exchanges of each arm that would rule growth by a point out, if the shares stay: only where too few are what withholds the verdict. */
  readonly exchangesToClear?: number
}

/** A mean per reply in both arms. */
export interface WorkDifference {
  readonly of: 'tokens' | 'steps' | 'chunks' | 'bytes'
  readonly baseline: number
  readonly candidate: number
  /** Relative; absent where the baseline has none. */
  readonly change?: number
  /** More than a tenth apart, and more than chance explains. */
  readonly differs: boolean
}

/** The share of runs that executed a node, in both arms. */
export interface NodeDifference {
  readonly nodeId: string
  readonly title: string
  readonly baseline: number
  readonly candidate: number
  /** More than ten percentage points apart, and more than chance explains. */
  readonly differs: boolean
}

/** What is concluded of one arm against the first. */
export interface ArmJudgement {
  readonly baseline: string
  readonly candidate: string
  readonly verdict: Verdict
  /** Whole sentences, the verdict first. */
  readonly sentences: readonly string[]
  readonly primary: string
  readonly metrics: Readonly<Record<string, MetricJudgement>>
  readonly failures: FailureJudgement
  readonly work: readonly WorkDifference[]
  /** The node whose share differs most; absent where an arm told of no nodes. */
  readonly node?: NodeDifference
}
