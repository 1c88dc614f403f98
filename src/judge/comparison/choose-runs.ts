import type { Sides } from '../../core/comparison.ts'
import type { RunUse } from '../../core/comparison-summary.ts'
import { UsageError } from '../../core/errors.ts'
import type { Plan } from '../../core/plan.ts'
import type { Environment } from '../../core/record.ts'
import { shardInWords } from '../../core/shard.ts'
import type { RunSummary } from '../../core/summary.ts'
import { fitnessOf } from '../arm-reading.ts'
import { allPlanDifferences, type PlanDifference } from './plan-differences.ts'

/** A run folder as a comparison of stored runs sees it; without a summary it was killed. */
export interface StoredSideRun {
  readonly run: string
  readonly start: string
  readonly plan: Plan
  readonly environment: Environment
  readonly summary?: RunSummary
}

export interface ChosenRun extends StoredSideRun {
  readonly use: RunUse
  readonly reasons: readonly string[]
}

export interface ChosenRuns {
  /** In order of time; runs that are left out with why. */
  readonly runs: Sides<readonly ChosenRun[]>
  /** The plan of the newest sound run of the candidate. */
  readonly plan: Plan
  /** Where the baseline's judged runs differ from it, with consent. */
  readonly differences: readonly PlanDifference[]
}

/** Which fields of the plans may differ: names such as `target.url`, each with all below it, or all of them. */
export type MayDiffer = readonly string[] | 'anything'

/**
 * Which stored runs can stand in a comparison: whole ones that are believed, of the plan of the newest sound run of the candidate but for what may
 * differ. A run on both sides counts as the candidate's, one that lies twice on a side counts once. Throws a UsageError where a side has none, and says why.
 */
export function chooseRuns({ baseline, candidate }: Sides<readonly StoredSideRun[]>, mayDiffer: MayDiffer): ChosenRuns {
  const ofCandidate = new Set(candidate.map(({ run }) => run))
  const sides = { baseline: inOrder(baseline.filter(({ run }) => !ofCandidate.has(run))), candidate: inOrder(candidate) }
  const plan = sides.candidate.findLast((run) => fitted(run).use === 'counted')?.plan
  if (!plan) throw noneSound('candidate', sides.candidate.map(fitted))
  const choose = (runs: readonly StoredSideRun[]) => runs.map((run) => ofPlan(fitted(run), plan, mayDiffer))
  const runs = { baseline: choose(sides.baseline), candidate: choose(sides.candidate) }
  const newest = runs.baseline.findLast(({ use }) => use === 'counted')
  if (!newest) throw ofOtherPlan(runs.baseline, plan, mayDiffer) ?? noneSound('baseline', runs.baseline)
  return { runs, plan, differences: allPlanDifferences(newest.plan, plan) }
}

const inOrder = (runs: readonly StoredSideRun[]): readonly StoredSideRun[] =>
  [...new Map(runs.map((each) => [each.run, each])).values()].toSorted((a, b) => (a.start < b.start ? -1 : 1))

/** A shard is a share of a load, never a run of its own. */
function fitted(run: StoredSideRun): ChosenRun {
  const { shard } = run.plan
  if (shard) return { ...run, use: 'spoiled', reasons: [`${shardInWords(shard)}, to be merged first`] }
  const fitness = run.summary ? fitnessOf(run.summary) : ({ kind: 'cut-short' } as const)
  if (fitness.kind === 'sound') return { ...run, use: 'counted', reasons: [] }
  return fitness.kind === 'cut-short' ? { ...run, use: 'cut-short', reasons: [] } : { ...run, use: 'spoiled', reasons: fitness.reasons }
}

function ofPlan(run: ChosenRun, plan: Plan, mayDiffer: MayDiffer): ChosenRun {
  if (run.use !== 'counted' || run.plan.hash === plan.hash) return run
  const fields = forbidden(run.plan, plan, mayDiffer).map(({ field }) => field)
  return fields.length === 0 ? run : { ...run, use: 'other-plan', reasons: fields }
}

const forbidden = (before: Plan, after: Plan, mayDiffer: MayDiffer): readonly PlanDifference[] =>
  mayDiffer === 'anything'
    ? []
    : allPlanDifferences(before, after).filter(({ field }) => !mayDiffer.some((name) => field === name || field.startsWith(`${name}.`)))

const MOST_TOLD = 10

function ofOtherPlan(runs: readonly ChosenRun[], plan: Plan, mayDiffer: MayDiffer): UsageError | undefined {
  const other = runs.findLast(({ use }) => use === 'other-plan')
  if (!other) return undefined
  const fields = forbidden(other.plan, plan, mayDiffer)
  const told = fields.slice(0, MOST_TOLD).map(({ field, baseline, candidate }) => `\n  ${field}: ${baseline} → ${candidate}`)
  const more = fields.length > MOST_TOLD ? `\n  and ${fields.length - MOST_TOLD} more` : ''
  const tops = [...new Set(fields.map(({ field }) => field.split('.').slice(0, 2).join('.')))].slice(0, MOST_TOLD)
  return new UsageError(
    `The runs have different plans, so that a difference says nothing of the target. Baseline → candidate:${told.join('')}${more}`,
    `Compare runs of one plan, or say what may differ: --may-differ ${tops.join(',')}`,
  )
}

function noneSound(side: keyof Sides<unknown>, runs: readonly ChosenRun[]): UsageError {
  const why = runs.map(
    ({ run, use, reasons }) => `${run} ${use === 'cut-short' ? 'did not come to its end' : `is invalid (${reasons.join(', ')})`}`,
  )
  return new UsageError(
    `There is no sound run of the ${side}: ${why.length === 0 ? 'all its runs are on the other side too' : why.slice(0, MOST_TOLD).join(', ')}.`,
    'Name runs that came to their end and are valid.',
  )
}
