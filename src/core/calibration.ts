import type { Environment } from './record.ts'
import type { Mode } from './sample.ts'

/** What `calibrate` found out about the instrument on one machine: `calibration.json`. Times in µs. */
export interface Calibration {
  readonly schema: 1
  /** Wall-clock time, ISO 8601 in UTC. */
  readonly at: string
  readonly environment: Environment
  /** `quick`: measured in shorter runs, so that its numbers scatter more. */
  readonly thoroughness: 'whole' | 'quick'
  readonly ceiling: Readonly<Record<Mode, Ceiling>>
  readonly witness: Witness
  readonly truth: readonly TruthAtLoad[]
  /** One for each scenario that was named to it, the latest by name. */
  readonly noise: readonly Noise[]
  /** Whole sentences: what is wrong with the installation, what that does to numbers, what to do. */
  readonly caveats: readonly string[]
}

/** What this machine can send to a simulator that takes no time, each slot sending as soon as it is free. */
export interface Ceiling {
  /** Runs per second at the best of the levels. */
  readonly perSecond: number
  readonly concurrency: number
  /** CPU of the generator at that level. */
  readonly cpuPerRun: number
  readonly cpuPerEvent: number
  /** Why no more slots were tried. */
  readonly endedBy: 'flat' | 'doubts' | 'most-slots'
  readonly levels: readonly CeilingLevel[]
}

export interface CeilingLevel {
  readonly concurrency: number
  readonly perSecond: number
  /** CPU of the generator as a share of one core. */
  readonly cpu: number
  /** CPU that neither the generator nor its simulator took, as a share of all cores; absent where the system does not tell. */
  readonly others?: number
  /** Event-loop delay, the worst second's p99. */
  readonly loopDelay: number
  /** Events of a run; a blocking reply counts as one. */
  readonly eventsPerRun: number
  readonly succeeded: number
  readonly failures: number
  /** How often it was measured; the better one is told. */
  readonly tries: number
  /** In words, what the generator held against its own numbers. */
  readonly doubts: readonly string[]
}

/** What two clients saw of one simulator that answers after a fixed time; `absent` says in words why there was no second one. */
export type Witness =
  | { readonly absent: string }
  | {
      readonly client: string
      readonly concurrency: number
      /** What the simulator is told to take for a run. */
      readonly takes: number
      readonly flowbench: Seen
      readonly other: Seen
      /** Relative: flowbench against the other. */
      readonly apart: Seen
    }

export interface Seen {
  readonly mean: number
  readonly perSecond: number
}

/** How far the client's marks were from what the simulator says it did, on one clock, and how late it sent. */
export interface TruthAtLoad {
  readonly mode: Mode
  /** Of the ceiling. */
  readonly share: number
  readonly perSecond: number
  readonly exchanges: number
  /** By mark. */
  readonly errors: Readonly<Record<string, Spread>>
  readonly scheduleLag: Spread & { readonly p99: number }
}

export interface Spread {
  readonly p50: number
  readonly p95: number
}

/** What two equal arms of a scenario showed: the noise that a comparison has to see through. */
export interface Noise {
  readonly scenario: string
  readonly planHash: string
  readonly at: string
  /** The folder of its runs, below that of the calibration. */
  readonly folder: string
  readonly pairs: number
  /** From the start of a pair to the start of the next. */
  readonly pairTakes: number
  readonly primary: string
  readonly metrics: Readonly<Record<string, MetricNoise>>
  /** Of all ways to call one arm of each pair the first, the share in which the primary metric would be judged a regression. */
  readonly falseAlarms: number
}

/** Of one figure. Changes are relative. */
export interface MetricNoise {
  /** Standard deviation of its logarithm from run to run, and of a pair's difference. */
  readonly runToRun: number
  readonly pairToPair: number
  /** The smallest change found in four cases out of five, by number of pairs. */
  readonly detectable: Readonly<Record<number, number>>
  /** Pairs that find this change in four cases out of five, by the change in per cent; null beyond what is worth running. */
  readonly pairsFor: Readonly<Record<number, number | null>>
}
