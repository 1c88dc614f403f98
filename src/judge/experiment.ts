import type { ArmJudgement, ArmReading, ComparisonSettings, Round } from '../core/comparison.ts'
import { keyed, wholeBetween } from '../core/random.ts'
import type { CaveatKind } from '../core/summary.ts'
import { judgeArm } from './judge-arm.ts'
import { runOrders } from './run-order.ts'

/** At each of two looks, so that both together err as seldom as one at 5 % would (Pocock 1977, Biometrika 64, table 1). */
export const LOOK_ALPHA = 0.0294
/** Rounds that our own machine spoiled and that are run again, in one experiment. */
export const MOST_REPEATS = 2

/** What is to be found out: every arm against the first. */
export interface Design {
  /** At least two names. */
  readonly arms: readonly string[]
  readonly settings: ComparisonSettings
}

/** A run to be done. */
export interface RunOrder {
  readonly arm: string
  /** From 0. */
  readonly round: number
  /** Position in its round, from 0. */
  readonly place: number
  /** How often the round was begun before. */
  readonly attempt: number
  /** For arrivals and bodies: the same for all arms of the round, another for each attempt. */
  readonly seed: number
}

/** What happened, in order: the whole state of an experiment, so that stored readings played again lead back to where it was. */
export type ExperimentEvent =
  | { readonly order: Pick<RunOrder, 'arm' | 'round' | 'attempt'>; readonly reading: ArmReading }
  /** It was interrupted and goes on now; a round that was under way begins again. */
  | { readonly resumed: true }

/** All rounds so far judged, at the first or second look. */
export interface Look {
  readonly rounds: number
  readonly alpha: number
  /** Every arm but the first. */
  readonly judgements: readonly ArmJudgement[]
}

export interface Progress {
  /** Whole rounds with sound runs only. */
  readonly rounds: readonly Round[]
  readonly looks: readonly Look[]
  /** Rounds run again since our own machine had spoiled them. */
  readonly repeated: number
  /** Rounds begun again since a run was cut short. */
  readonly restarted: number
  readonly next:
    | { readonly kind: 'run'; readonly order: RunOrder }
    | { readonly kind: 'decided' }
    /** Still inconclusive after the second look. */
    | { readonly kind: 'undecided' }
    /** Our own machine spoiled more rounds than may be repeated. */
    | { readonly kind: 'invalid'; readonly reasons: readonly CaveatKind[] }
}

/**
 * Where an experiment stands after these events, and what comes next. Whether a round is repeated depends on the instrument alone, never on
 * what was measured. Throws where an event is not of the run that was due: the readings are of another experiment.
 */
export function follow({ arms, settings }: Design, events: Iterable<ExperimentEvent>): Progress {
  const most = 2 * settings.pairs
  const orders = runOrders(arms, most, settings.seed)
  const rounds: Round[] = []
  const looks: Look[] = []
  let [current, attempt, repeated, restarted]: [Record<string, ArmReading>, number, number, number] = [{}, 0, 0, 0]
  let invalid: readonly CaveatKind[] | undefined

  const due = (): RunOrder | undefined => {
    const place = Object.keys(current).length
    const arm = orders[rounds.length]?.[place]
    if (arm === undefined || invalid || decided(looks)) return undefined
    return { arm, round: rounds.length, place, attempt, seed: seedOf(settings.seed, rounds.length, attempt) }
  }
  const again = () => {
    current = {}
    attempt++
  }
  const complete = () => {
    rounds.push(current)
    ;[current, attempt] = [{}, 0]
    if (rounds.length === settings.pairs || rounds.length === most) looks.push(look(rounds, { arms, settings }))
  }
  for (const event of events) {
    if ('resumed' in event) {
      if (Object.keys(current).length === 0) continue
      again()
      restarted++
      continue
    }
    const order = due()
    const { arm, round, attempt: nth } = event.order
    if (!order || order.arm !== arm || order.round !== round || order.attempt !== nth)
      throw new Error(`a reading of ${arm}, round ${round}, attempt ${nth} does not belong here`)
    const { fitness } = event.reading
    if (fitness.kind === 'sound') {
      current = { ...current, [arm]: event.reading }
      if (Object.keys(current).length === arms.length) complete()
    } else if (fitness.kind === 'cut-short') {
      again()
      restarted++
    } else if (repeated < MOST_REPEATS) {
      again()
      repeated++
    } else invalid = fitness.reasons
  }
  const order = due()
  return {
    rounds,
    looks,
    repeated,
    restarted,
    next: order
      ? { kind: 'run', order }
      : invalid
        ? { kind: 'invalid', reasons: invalid }
        : { kind: decided(looks) ? 'decided' : 'undecided' },
  }
}

/** Every arm has a verdict: nothing more is to be learnt. */
const decided = (looks: readonly Look[]): boolean => looks.at(-1)?.judgements.every(({ verdict }) => verdict !== 'inconclusive') ?? false

function look(rounds: readonly Round[], { arms: [baseline, ...others], settings }: Design): Look {
  const judge = (candidate: string) => judgeArm(rounds, { baseline: baseline!, candidate }, { ...settings, alpha: LOOK_ALPHA })
  return { rounds: rounds.length, alpha: LOOK_ALPHA, judgements: others.map(judge) }
}

const LARGEST_SEED = 2 ** 31 - 1

const seedOf = (seed: number, round: number, attempt: number): number => wholeBetween(keyed(seed, 'round', round, attempt), 1, LARGEST_SEED)
