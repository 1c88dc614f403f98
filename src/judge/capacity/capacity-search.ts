/**
 * The search for the highest load at which the objectives hold: a geometric climb, then bisection in log space, each level by the majority of up
 * to five trials; then both ends of the bracket are proven by a long trial each, and one that disagrees sends its level back. A pure function of the trials so far: what to do next never depends on anything else,
 * so that a search goes on from its stored trials and can be tested against any server.
 */

/** What a trial is for: a vote on its level, or the long proof of an end of the bracket. */
export type Purpose = 'level' | 'verify'

/**
 * What came of a trial. `spoiled`: the generator's own fault, so it is no vote and is repeated. `throttled`: the target refused by a limit, which
 * is no capacity. `stuck`: the target did not come back to rest afterwards.
 */
export type TrialFinding = 'held' | 'missed' | 'spoiled' | 'throttled' | 'stuck'

/** A trial that was made. Loads in runs per second or in slots, by the axis. */
export interface Trial {
  readonly load: number
  readonly purpose: Purpose
  readonly finding: TrialFinding
  /** No vote, and the search went on after it by `--resume`: it is tried again, and ends nothing. */
  readonly again?: true
}

export interface SearchSettings {
  /** Slots are whole numbers, rates are not. */
  readonly axis: 'rate' | 'concurrency'
  /** The first load tried, above 0. */
  readonly from: number
  /** The highest load tried, at least `from`. */
  readonly top: number
  /** How far apart the ends of the bracket may lie, as a share of the lower one; above 0. */
  readonly width: number
  /** The search ends rather than go past it. What trials cost in time, tokens and runs is held to a budget by whoever makes them. */
  readonly budget: { readonly trials: number }
}

/** Why a search is over. `generator`: too many trials in a row were spoiled by this machine. */
export type SearchEnd = 'found' | 'lowest-missed' | 'top-held' | 'budget' | 'throttled' | 'stuck' | 'generator'

export type SearchStep =
  | { readonly kind: 'trial'; readonly load: number; readonly purpose: Purpose }
  | {
      readonly kind: 'over'
      readonly end: SearchEnd
      /** The highest level that held by majority, and the lowest that was missed above it; absent where none did. */
      readonly lower?: number
      readonly upper?: number
      /** `lower`, once a verifying trial held there. */
      readonly verified?: number
    }

/** What is known of one load. */
export interface Level {
  readonly load: number
  /** Votes. */
  readonly held: number
  readonly missed: number
  /** By the majority of the votes, or by proofs that spoke twice against it; absent while neither has decided. */
  readonly verdict?: Verdict
  /** A verifying trial agreed with the verdict. */
  readonly proven: boolean
  /** Verifying trials that disagreed: each took the votes back. */
  readonly disagreed: number
}

type Verdict = 'held' | 'missed'

/** More votes than half of the most trials at a level. */
const MAJORITY = 3
/** By this factor the climb goes up; bisection undoes it. */
export const GROWTH = 2
/** From so many proofs on that disagree with the votes the proofs are believed: they are the longer trials. */
const PROOFS_DECIDE = 2
/** Spoiled trials in a row after which this machine is not able to tell. */
const MOST_SPOILED = 4
/** Below it the ends of a bracket of slots are neighbours. */
const SLOTS_ONE_BY_ONE = 20

/** What to do after `trials`, in the order in which they were made. */
export function nextStep(trials: readonly Trial[], settings: SearchSettings): SearchStep {
  const levels = levelsOf(trials)
  const { lower, upper } = bracketOf(levels)
  const over = (end: SearchEnd, verified?: number): SearchStep => ({
    kind: 'over',
    end,
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    ...(verified !== undefined && { verified }),
  })
  const since = trials.filter(({ again }) => !again)
  const last = trials.at(-1)?.again ? undefined : trials.at(-1)
  const lowerProven = levels.some(({ load, proven }) => proven && load === lower)
  const sure = lowerProven ? lower : undefined
  if (last?.finding === 'throttled' || last?.finding === 'stuck') return over(last.finding, sure)
  if (since.slice(-MOST_SPOILED).filter(({ finding }) => finding === 'spoiled').length === MOST_SPOILED) return over('generator', sure)
  const next = wanted(levels, settings)
  if (next === 'nothing') return over(lower === undefined ? 'lowest-missed' : upper === undefined ? 'top-held' : 'found', lower)
  return trials.length < settings.budget.trials ? { kind: 'trial', ...next } : over('budget', sure)
}

type Wanted = { readonly load: number; readonly purpose: Purpose }

/** The trial that tells most; `nothing` once both ends of the bracket are proven, or the lowest load is proven to be too much. */
function wanted(levels: readonly Level[], settings: SearchSettings): Wanted | 'nothing' {
  const open = levels.find(({ verdict }) => verdict === undefined)
  if (open) return { load: open.load, purpose: 'level' }
  const { lower, upper } = bracketOf(levels)
  if (lower === undefined && upper === undefined) return { load: settings.from, purpose: 'level' }
  if (lower !== undefined && upper === undefined && lower < settings.top)
    return { load: Math.min(settings.top, roundLoad(lower * GROWTH, settings)), purpose: 'level' }
  const between = lower !== undefined && upper !== undefined ? middle(lower, upper, settings) : undefined
  if (between !== undefined) return { load: between, purpose: 'level' }
  const unproven = [lower, upper].find((end) => end !== undefined && !levels.some(({ load, proven }) => proven && load === end))
  return unproven === undefined ? 'nothing' : { load: unproven, purpose: 'verify' }
}

/** Every load that was tried, ascending, with what is known of it. */
export function levelsOf(trials: readonly Trial[]): readonly Level[] {
  const levels = new Map<number, Level>()
  for (const { load, purpose, finding } of trials) {
    const level = levels.get(load) ?? { load, held: 0, missed: 0, proven: false, disagreed: 0 }
    if (finding !== 'held' && finding !== 'missed') levels.set(load, level)
    else levels.set(load, purpose === 'level' ? voted(level, finding) : proved(level, finding))
  }
  return [...levels.values()].sort((a, b) => a.load - b.load)
}

function voted(level: Level, finding: Verdict): Level {
  const votes = level[finding] + 1
  return { ...level, [finding]: votes, ...(votes >= MAJORITY && { verdict: finding }) }
}

function proved({ load, disagreed, ...level }: Level, finding: Verdict): Level {
  if (finding === level.verdict) return { load, disagreed, ...level, proven: true }
  const against = { load, held: 0, missed: 0, disagreed: disagreed + 1 }
  return against.disagreed >= PROOFS_DECIDE ? { ...against, verdict: finding, proven: true } : { ...against, proven: false }
}

/** The lowest level missed, and the highest held below it. */
export function bracketOf(levels: readonly Level[]): { readonly lower?: number; readonly upper?: number } {
  const upper = levels.find(({ verdict }) => verdict === 'missed')?.load
  const lower = levels.findLast(({ verdict, load }) => verdict === 'held' && (upper === undefined || load < upper))?.load
  return { ...(lower !== undefined && { lower }), ...(upper !== undefined && { upper }) }
}

/** The load halfway in log space; undefined where the bracket is narrow enough. */
function middle(lower: number, upper: number, settings: SearchSettings): number | undefined {
  const { axis, width } = settings
  if (axis === 'concurrency' && lower < SLOTS_ONE_BY_ONE) {
    if (upper - lower <= 1) return undefined
  } else if (upper / lower <= 1 + width) return undefined
  const between = roundLoad(Math.sqrt(lower * upper), settings)
  return between > lower && between < upper ? between : undefined
}

/** A load that a person can read: whole slots, rates to four digits. */
const roundLoad = (load: number, { axis }: SearchSettings): number =>
  axis === 'concurrency' ? Math.round(load) : Number(load.toPrecision(4))

/** A verifying trial is so many times as long as one that votes. */
export const VERIFY_LENGTH = 5

/**
 * The most trials that a search without spoiled ones and proofs that disagree can take: every level of the climb and of the bisection with all its
 * five votes, and two proofs.
 */
export function mostTrials({ axis, from, top, width }: Omit<SearchSettings, 'budget'>): number {
  const climb = 1 + Math.ceil(Math.log(top / from) / Math.log(GROWTH) - 1e-9)
  const slots = axis === 'concurrency' ? Math.min(top - from, SLOTS_ONE_BY_ONE) : 1
  const brackets = Math.log(Math.min(GROWTH, top / from)) / Math.log(1 + width)
  const bisections = Math.ceil(Math.log2(Math.max(1, slots, brackets)))
  return (2 * MAJORITY - 1) * (climb + bisections) + 2
}
