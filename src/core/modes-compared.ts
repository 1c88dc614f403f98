import type { OverloadKind } from './diagnosis.ts'
import type { Mode } from './sample.ts'

/** A mean over runs with its interval, in the unit of its number. What is absent cannot be told: no run has it, or it is endless. */
export interface OverRuns {
  readonly estimate?: number
  readonly low?: number
  readonly high?: number
}

/** One number of a phase in both modes; absent in a mode that has no such number. */
export type ModeFigure = Readonly<Partial<Record<Mode, OverRuns>>> & {
  /** Streaming less blocking, from pair to pair of runs; absent where it exists in one mode only. */
  readonly difference?: OverRuns
  /** Only of the first output and the end: whether the difference is none of chance, all of these held to one joint level. */
  readonly proven?: boolean
}

/** How often a mode gave way in a phase, and by what. */
export interface GaveWay {
  /** Of the judged runs, those in which the phase showed an overload over a lighter one, or failures beyond those of the lightest. */
  readonly runs: number
  /** What most of these showed; absent where none did. */
  readonly kind?: OverloadKind | 'failures'
  /** What was seen in one of them, in whole sentences, and the setting to look at. */
  readonly because?: string
  readonly knob?: string
}

/** A phase as both modes took it. */
export interface PhaseOfModes {
  readonly phase: string
  /** As the plan has it, such as `4/s poisson`. */
  readonly load: Readonly<Record<Mode, string>>
  /** By `<metric> <statistic>`: a mean over runs of what each run had. `connections_open` is no metric, but a number of the phase. */
  readonly figures: Readonly<Record<string, ModeFigure>>
  readonly failures: Readonly<Record<Mode, { readonly count: number; readonly of: number }>>
  readonly gaveWay: Readonly<Record<Mode, GaveWay>>
}

/** Which mode gave way at a lighter load: `neither` did, `both` in one phase, or there is no common answer of most pairs: `unclear`. */
export type GaveWayFirst = Mode | 'neither' | 'both' | 'unclear'

/** What streaming gives and costs against blocking, where each arm measured in one of the modes. */
export interface ModesCompared {
  /** The arm of each mode. */
  readonly arms: Readonly<Record<Mode, string>>
  /** Of each interval by itself. */
  readonly confidence: number
  readonly pairs: number
  /** Phases that both arms measured, the lightest first. */
  readonly phases: readonly PhaseOfModes[]
  readonly first: { readonly mode: GaveWayFirst; readonly pairs: number }
  /** What follows for who has to choose, in whole sentences. */
  readonly advice: readonly string[]
}
