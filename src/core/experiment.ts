/** First line of `experiment.jsonl`, the log of several runs in one folder that answer one question. */
export interface ExperimentHeader<Kind extends string, Settings> {
  readonly schema: 'flowbench-experiment'
  readonly version: 1
  readonly kind: Kind
  /** The experiment's id, without the kind that its folder's name begins with. */
  readonly experiment: string
  /** The scenario's name. */
  readonly name: string
  readonly description?: string
  /** Wall-clock time, ISO 8601 in UTC. */
  readonly start: string
  readonly arms: readonly ExperimentArm[]
  readonly settings: Settings
}

/** How every file of answers begins: of what experiment it is, and how that ended. */
export interface Concluded extends Pick<ExperimentHeader<string, unknown>, 'experiment' | 'name' | 'description' | 'start'> {
  /** `unfinished`: runs are missing, and `--resume` goes on. */
  readonly status: 'whole' | 'unfinished'
  readonly exitCode: number
  readonly exitReason: string
}

/** What a file of answers says of its experiment. */
export const identityOf = ({
  experiment,
  name,
  description,
  start,
}: ExperimentHeader<string, unknown>): Pick<Concluded, 'experiment' | 'name' | 'description' | 'start'> => ({
  experiment,
  name,
  ...(description !== undefined && { description }),
  start,
})

export interface ExperimentArm {
  readonly name: string
  /** Hash of its plan: an experiment goes on with the same plans or not at all. */
  readonly planHash: string
  /** By what its key is known again in this experiment; absent where it has none. */
  readonly keyPrint?: string
}

/** Any further line, told apart by its first key. `at` is wall-clock time, ISO 8601 in UTC; `Order` says which run of the experiment it is. */
export type ExperimentLine<Order> =
  /** The folder of a run was made. Where no `ended` follows, the experiment was killed with it under way. */
  | { readonly began: string; readonly at: string; readonly order: Order }
  | { readonly ended: string; readonly at: string; readonly order: Order }
  /** The experiment was interrupted or killed before, and goes on; `changed` are settings, `keyPrints` those of arms, that take the place of the header's. */
  | {
      readonly resumed: true
      readonly at: string
      readonly changed?: Readonly<Record<string, unknown>>
      readonly keyPrints?: Readonly<Record<string, string>>
    }
  /** Something a reader should know, in a sentence. */
  | { readonly note: string; readonly at: string }
