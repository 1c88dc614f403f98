import type { CaveatKind } from '../../core/caveat.ts'
import type { ArmJudgement, ArmReading, ComparisonSettings, Round } from '../../core/comparison.ts'
import { unreachable } from '../../core/errors.ts'
import { keyed, wholeBetween } from '../../core/random.ts'
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

/** Where an experiment stands. Plain data; never changed, only followed by the next. */
export interface Progress {
  readonly design: Design
  /** Arms in the order of each round, up to the second look. */
  readonly orders: readonly (readonly string[])[]
  /** Whole rounds with sound runs only. */
  readonly rounds: readonly Round[]
  /** What the round under way has so far, and how often it was begun before. */
  readonly current: Round
  readonly attempt: number
  readonly looks: readonly Look[]
  /** Rounds run again since our own machine had spoiled them. */
  readonly repeated: number
  /** Rounds begun again since a run was cut short. */
  readonly restarted: number
  readonly next: Next
}

export type Next =
  | { readonly kind: 'run'; readonly order: RunOrder }
  | { readonly kind: 'decided' }
  /** Still inconclusive after the second look. */
  | { readonly kind: 'undecided' }
  /** Our own machine spoiled more rounds than may be repeated. */
  | { readonly kind: 'invalid'; readonly reasons: readonly CaveatKind[] }

type Standing = Omit<Progress, 'next'>

/** An experiment of which nothing has been done. */
export function begin(design: Design): Progress {
  const { arms, settings } = design
  const orders = runOrders(arms, 2 * settings.pairs, settings.seed)
  return toRun({ design, orders, rounds: [], current: {}, attempt: 0, looks: [], repeated: 0, restarted: 0 })
}

/**
 * The experiment after one more event. Whether a round is repeated depends on the instrument alone, never on what was measured. Throws where
 * the event is not of the run that was due: the reading is of another experiment.
 */
export function advance({ next, ...standing }: Progress, event: ExperimentEvent): Progress {
  if ('resumed' in event) return next.kind === 'run' && Object.keys(standing.current).length > 0 ? restart(standing) : { ...standing, next }
  const { arm, round, attempt } = event.order
  if (next.kind !== 'run' || next.order.arm !== arm || next.order.round !== round || next.order.attempt !== attempt)
    throw new Error(`a reading of ${arm}, round ${round}, attempt ${attempt} does not belong here`)
  const { fitness } = event.reading
  switch (fitness.kind) {
    case 'sound':
      return take(standing, { ...standing.current, [arm]: event.reading })
    case 'cut-short':
      return restart(standing)
    case 'generator':
      if (standing.repeated >= MOST_REPEATS) return { ...standing, next: { kind: 'invalid', reasons: fitness.reasons } }
      return toRun({ ...again(standing), repeated: standing.repeated + 1 })
    default:
      return unreachable(fitness)
  }
}

/** The experiment after all these events: stored readings lead back to where it was. */
export function follow(design: Design, events: Iterable<ExperimentEvent>): Progress {
  let progress = begin(design)
  for (const event of events) progress = advance(progress, event)
  return progress
}

const again = (standing: Standing): Standing => ({ ...standing, current: {}, attempt: standing.attempt + 1 })

const restart = (standing: Standing): Progress => toRun({ ...again(standing), restarted: standing.restarted + 1 })

function take(standing: Standing, current: Round): Progress {
  const { design, orders } = standing
  if (Object.keys(current).length < design.arms.length) return toRun({ ...standing, current })
  const rounds = [...standing.rounds, current]
  const whole = { ...standing, rounds, current: {}, attempt: 0 }
  if (rounds.length !== design.settings.pairs && rounds.length !== orders.length) return toRun(whole)
  const looks = [...standing.looks, look(rounds, design)]
  if (decided(looks)) return { ...whole, looks, next: { kind: 'decided' } }
  return rounds.length === orders.length ? { ...whole, looks, next: { kind: 'undecided' } } : toRun({ ...whole, looks })
}

function toRun(standing: Standing): Progress {
  const { design, orders, rounds, current, attempt } = standing
  const [round, place] = [rounds.length, Object.keys(current).length]
  const arm = orders[round]![place]!
  return { ...standing, next: { kind: 'run', order: { arm, round, place, attempt, seed: seedOf(design.settings.seed, round, attempt) } } }
}

/** Every arm has a verdict: nothing more is to be learnt. */
const decided = (looks: readonly Look[]): boolean => looks.at(-1)?.judgements.every(({ verdict }) => verdict !== 'inconclusive') ?? false

function look(rounds: readonly Round[], { arms: [baseline, ...others], settings }: Design): Look {
  const judge = (candidate: string) => judgeArm(rounds, { baseline: baseline!, candidate }, { ...settings, alpha: LOOK_ALPHA })
  return { rounds: rounds.length, alpha: LOOK_ALPHA, judgements: others.map(judge) }
}

const LARGEST_SEED = 2 ** 31 - 1

const seedOf = (seed: number, round: number, attempt: number): number => wholeBetween(keyed(seed, 'round', round, attempt), 1, LARGEST_SEED)
