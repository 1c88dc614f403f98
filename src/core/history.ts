import type { CaveatKind } from './caveat.ts'
import type { Figure, WorkReading } from './comparison.ts'

/** A figure of one run, in its metric's unit, with its interval within the run where there is one. */
export interface HistoryFigure {
  readonly value: Figure
  readonly low?: number
  readonly high?: number
}

/** One line of a history: what a trend needs of a run, so that the run's folder may go. */
export interface HistoryEntry {
  readonly schema: 'flowbench-history'
  readonly version: 1
  readonly run: string
  /** The scenario's name. */
  readonly name: string
  readonly arm?: string
  /** Wall-clock time, ISO 8601 in UTC. */
  readonly start: string
  readonly commit?: string
  readonly branch?: string
  readonly planHash: string
  /** The generator's machine: equal prints, equal machines. */
  readonly machine: { readonly print: string; readonly words: string }
  readonly versions: { readonly flowbench: string; readonly node: string }
  readonly ci?: string
  readonly valid: boolean
  readonly caveats: readonly CaveatKind[]
  readonly exitCode: number
  /** By `<metric> <statistic>`, `throughput`, each with ` in <phase>` where there are several; the first one is the one to look at. */
  readonly figures: Readonly<Record<string, HistoryFigure>>
  readonly failures: { readonly count: number; readonly of: number }
  readonly work: Pick<WorkReading, 'tokens' | 'steps' | 'chunks' | 'bytes'>
  /** Sums over the whole run, warm-up too. */
  readonly exchanges: number
  readonly tokens: number
  readonly seconds: number
}

/** A stretch of a series at one level, in runs from `from` up to `to`, which is not in it. */
export interface Level {
  readonly from: number
  readonly to: number
  /** Geometric mean; of shares the mean. */
  readonly level: number
}

/** Where a series changed. */
export interface Change {
  /** Its first run. */
  readonly run: string
  readonly start: string
  readonly commit?: string
  readonly before: number
  readonly after: number
  /** Relative; of failures the difference of the shares. */
  readonly change: number
  readonly toward: 'worse' | 'better'
  /** Of the permutation test. */
  readonly p: number
  /** Where a reply holds more than a tenth more or less from there on. */
  readonly work?: { readonly of: 'tokens' | 'chunks'; readonly change: number }
}

export interface Trend {
  /** As in the entries, or `failures`. */
  readonly figure: string
  /** In order of the series' runs; absent where the run has no such number. */
  readonly values: readonly (HistoryFigure | null)[]
  readonly levels: readonly Level[]
  readonly changes: readonly Change[]
}

export interface SeriesRun extends Pick<HistoryEntry, 'run' | 'start' | 'commit' | 'branch' | 'valid' | 'versions'> {}

/** Runs that can be held against each other: of one scenario and arm, one plan, one machine. In order of time. */
export interface Series {
  readonly name: string
  readonly arm?: string
  readonly planHash: string
  readonly machine: HistoryEntry['machine']
  /** Runs before those that are shown. */
  readonly earlier: number
  readonly runs: readonly SeriesRun[]
  readonly trends: readonly Trend[]
  /** Whole sentences: where the series was cut and why, what is left out. */
  readonly notes: readonly string[]
}

/** What is concluded of a history. */
export interface HistorySummary {
  readonly schema: 1
  readonly kind: 'history'
  readonly runs: number
  /** The one with the latest run first. */
  readonly series: readonly Series[]
}
