import type { NodeError } from './sample.ts'

/** Times in µs. Of one node over the runs of a phase; a node that runs several times in a run is counted each time. */
export interface NodeSummary {
  readonly nodeId: string
  readonly title: string
  readonly type: string
  /** The iteration or loop it runs in. */
  readonly parent?: string
  /** Runs that executed it, and how often in all. */
  readonly runs: number
  readonly executions: number
  /** The server's own elapsed time of its executions. */
  readonly elapsed?: Spread
  /** From the end of the node before it until it began. */
  readonly wait?: Spread
  /** Of the elapsed_time of all runs, how much it was running; containers without the nodes in them. Branches side by side add up to more than all. */
  readonly share: number
  /** Runs in which it lay on the critical path, and its part of the elapsed_time of all runs there: these parts and the gaps make up the whole. */
  readonly critical: { readonly runs: number; readonly share: number; readonly waitShare: number }
  readonly tokens: number
  readonly promptTokens: number
  readonly completionTokens: number
  /** What the model said of its own time and its first token. */
  readonly modelTime?: Spread
  readonly firstToken?: Spread
  /** Executions by how they ended, over all exchanges: failed; failed and handled; never ended. */
  readonly failed: number
  readonly handled: number
  readonly cutOff: number
  /** Attempts that failed and were tried again. */
  readonly retries: number
  /** Kinds of error, of failures and of attempts. */
  readonly errors: Readonly<Partial<Record<NodeError, number>>>
}

export interface Spread {
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p95: number
  readonly max: number
}

/** What a run's time can be divided into: before it, its nodes and the waits for them on the critical path, after the last node, on its way back. */
export type TailPartKind = 'before-sent' | 'queue' | 'node' | 'wait' | 'end' | 'delivery'

export interface TailPart {
  readonly kind: TailPartKind
  /** Of `node` and `wait`. */
  readonly nodeId?: string
  readonly title?: string
  /** Its mean in the median runs and in the slowest. */
  readonly medianUs: number
  readonly tailUs: number
  /** Of the excess; below 0 where it was shorter in the tail. */
  readonly share: number
}

/** Where the slowest runs lost their time. */
export interface TailBlame {
  /** The slowest 5 %. */
  readonly runs: number
  /** Response times: of the fastest of them; means of the median runs (between the 45th and the 55th percentile) and of the slowest. */
  readonly fromUs: number
  readonly medianUs: number
  readonly tailUs: number
  /** Largest share first; what is left of smaller ones is not named. Shares of all parts sum to 1. */
  readonly parts: readonly TailPart[]
  readonly rest: number
}

/** Runs that executed the same nodes in the same numbers of rounds. */
export interface PathSummary {
  /** Ids of the nodes, each with its rounds where it is a container; empty for the runs of rarer paths taken together. */
  readonly nodes: readonly { readonly nodeId: string; readonly rounds?: number }[]
  readonly count: number
  readonly share: number
  readonly p50: number
  readonly p95: number
  /** All response times, ascending, or a hundred evenly spaced quantiles of them: what a comparison with another run weighs anew. */
  readonly values: readonly number[]
}

/** The path whose share of the runs changed most from the first to the second half of a phase. */
export interface MixShift {
  readonly name: string
  readonly first: number
  readonly second: number
  /** The difference in standard errors of it. */
  readonly z: number
}

/** Two quantiles of response time, of the first and the second half of a phase in order of intention: as they were, and with one mix of paths. */
export interface MixComparison {
  readonly of: 'p50' | 'p95'
  readonly first: number
  readonly second: number
  /** With each path weighed as in both halves together. Absent where no path was taken in both. */
  readonly adjusted?: { readonly first: number; readonly second: number }
  /** Share of the runs whose path was taken in both halves. */
  readonly covered: number
}

/** A run drawn node by node. Times in µs from its intended moment. */
export interface RunExample {
  readonly seq: number
  readonly workflowRunId?: string
  readonly responseUs: number
  /** When the server began and ended it. */
  readonly beganUs: number
  readonly endedUs: number
  readonly spans: readonly ExampleSpan[]
  /** Spans that found no room. */
  readonly left: number
}

export interface ExampleSpan {
  readonly nodeId: string
  readonly title: string
  readonly type: string
  readonly status?: string
  readonly parent?: string
  readonly round?: number
  readonly startUs: number
  readonly finishUs: number
  readonly critical: boolean
}

/** What the streams of a phase told of the nodes of its workflow. Times and shares are of accepted runs whose elapsed_time is known. */
export interface NodesSummary {
  readonly runs: number
  /** Largest share first. */
  readonly nodes: readonly NodeSummary[]
  /** Of the elapsed_time of all runs: what no node took. */
  readonly overheadShare: number
  /** Of the elapsed_time of all runs: from the last node of the critical path to the end. */
  readonly endShare: number
  /** Absent with too few runs. */
  readonly tail?: TailBlame
  /** Most frequent first. */
  readonly paths: readonly PathSummary[]
  /** Both absent where one half has too few runs, or all took one path. */
  readonly halves?: readonly MixComparison[]
  readonly shift?: MixShift
  readonly examples: { readonly median?: RunExample; readonly tail?: RunExample }
}
