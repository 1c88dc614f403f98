import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { ObjectiveResult, RunSummary } from '../../core/summary.ts'
import { SECOND } from '../../core/units.ts'
import { mannKendallOfCorrelated, type Point, theilSen } from '../../stats/trend.ts'
import type { TrialFinding } from './capacity-search.ts'

/** What a trial says of its load, with the reason as a sentence. */
export interface TrialJudgement {
  readonly finding: Exclude<TrialFinding, 'stuck'>
  readonly because: string
  /** Of a trial that was missed: the objective that was, as written, or in a word what else was wrong. */
  readonly limitedBy?: string
}

/** Runs that end inside a trial that holds, as a share of what was intended in it. */
const COMPLETED = 0.98
/** In flight grows over the trial by more than this share of its median, and by chance less often than this. */
const GROWTH = 0.1
const GROWTH_P = 0.01

/**
 * Whether the load of `phase`, the measured one of a trial, holds: every objective does, the target kept up, and nothing piled up. What this
 * machine did wrong is no vote, and a limit of the target is no capacity.
 */
export function judgeTrial({ caveats, objectives, valid, failures }: RunSummary, phase: PhaseSummary): TrialJudgement {
  const ours = caveats.filter(({ invalidates }) => invalidates)
  if (!valid) return { finding: 'spoiled', because: ours.map(({ text }) => text).join(' ') }
  const throttled = phase.outcomes.throttled ?? 0
  if (throttled > 0)
    return {
      finding: 'throttled',
      because: `The target refused ${throttled} of ${phase.intended} runs by a limit${inItsWords(failures)}.`,
    }
  const failed = objectives.filter(({ verdict }) => verdict === 'missed' || verdict === 'undecided')
  if (failed.length > 0) return missed(failed[0]!.text, failed.map(told).join(' '))
  if (phase.dropped > 0)
    return missed('in flight', `${phase.dropped} of ${phase.intended} runs could not be sent, since too many were in flight already.`)
  const behind = fallsBehind(phase)
  if (behind > 0)
    return missed('completions', `The target fell ${behind} runs behind: ${phase.endedInside} of ${phase.intended} ended in time.`)
  if (pilesUp(inFlightBySecond(phase))) return missed('in flight', 'Runs in flight rose from the beginning of the trial to its end.')
  return { finding: 'held', because: objectives.map(told).join(' ') || 'The target kept up.' }
}

/** What the target said most often as it refused, in brackets; nothing where it said nothing. */
export function inItsWords(failures: RunSummary['failures']): string {
  const said = failures.find(({ outcome, detail }) => outcome === 'throttled' && detail !== undefined)?.detail
  return said === undefined ? '' : ` (it said: ${said.replace(/\.$/, '')})`
}

const missed = (limitedBy: string, because: string): TrialJudgement => ({ finding: 'missed', because, limitedBy })
const told = ({ explanation }: ObjectiveResult): string => explanation

/**
 * Runs that a trial is short of; a failed one ended as well, and how many may fail is for an objective to say. At its edges a server that keeps up
 * owes some and is owed some: as many as are under way, give or take the spread of two Poisson numbers. What is missing within that is no
 * shortfall, or one late run of thirty would be one.
 */
export function fallsBehind({ intended, endedInside, inFlight }: Pick<PhaseSummary, 'intended' | 'endedInside' | 'inFlight'>): number {
  const edge = 2 * Math.sqrt(2 * Math.max(1, inFlight.mean))
  const short = intended - endedInside
  return short > (1 - COMPLETED) * intended && short > edge ? short : 0
}

/** Whether runs in flight, second by second, rise beyond what a queue in its steady state does by chance. */
export function pilesUp(seconds: readonly Point[]): boolean {
  const values = seconds.map(([, value]) => value).sort((a, b) => a - b)
  const median = values[values.length >> 1] ?? 0
  const rise = (theilSen(seconds) ?? 0) * seconds.length
  return rise > GROWTH * Math.max(1, median) && (mannKendallOfCorrelated(seconds)?.p ?? 1) < GROWTH_P
}

/** Whole seconds of the phase only: the parts at its edges have no full share of the area. */
const inFlightBySecond = ({ series, beganUs, endedUs }: PhaseSummary): readonly Point[] =>
  series.seconds
    .filter(({ second }) => second * SECOND >= beganUs && (second + 1) * SECOND <= endedUs)
    .map(({ second, inFlight }) => [second, inFlight] as const)
