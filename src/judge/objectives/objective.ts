import type { MetricSummary } from '../../core/metric-summary.ts'
import { QUANTILES } from '../../core/metric-summary.ts'
import type { InputSetSummary, PhaseSummary } from '../../core/phase-summary.ts'
import { OUT_OF_STATISTICS, OUTCOMES } from '../../core/sample.ts'
import type { ObjectiveResult, ObjectiveVerdict } from '../../core/summary.ts'
import { type MetricName, metric } from '../../measure/metrics.ts'
import type { FromSent } from '../../measure/phase-record.ts'
import { clopperPearson, fewestForShare } from '../../stats/binomial.ts'
import { fewestForQuantile, quantileRank } from '../../stats/order.ts'
import { explainObjective } from './explain-objective.ts'
import type { Finding } from './finding.ts'
import type { Comparison, Objective } from './objective-grammar.ts'

/** What a run gives to judge by. */
export interface Evidence {
  readonly phases: Readonly<Record<string, PhaseSummary>>
  readonly fromSent: Readonly<Record<string, FromSent>>
}

export interface JudgingRules {
  /** By the interval's bound, where the statistic has an interval. */
  readonly strict: boolean
  /** The objective is the one on failures that holds where none was given: by the point, without a floor, never undecided. */
  readonly isDefault: boolean
}

export interface Judged extends ObjectiveResult {
  readonly finding?: Finding
}

/**
 * Decides an objective by the worst of the phases it speaks of: missed before undecided before held, not proven, before held; among equals the value
 * furthest on the wrong side. Without any such phase it is undecided, and the default one held.
 */
export function judgeObjective(objective: Objective, evidence: Evidence, rules: JudgingRules): Judged {
  const findings = phasesOf(objective, evidence).map((name) => findingIn(name, objective, evidence, rules))
  const worst = findings.sort((a, b) => compareFindings(a, b, objective.comparison))[0]
  const { text, limit } = objective
  if (!worst)
    return {
      text,
      limit,
      verdict: rules.isDefault ? 'held' : 'undecided',
      explanation: rules.isDefault ? 'No measured phase ran, so nothing failed.' : 'Undecided: no measured phase that it speaks of ran.',
    }
  const { verdict, value, low, high } = worst
  return {
    text,
    verdict,
    limit,
    ...(value !== undefined && { value }),
    ...(low !== undefined && { low }),
    ...(high !== undefined && { high }),
    explanation: explainObjective(objective, worst, findings.length),
    ...(objective.phase === undefined && { phase: worst.phase }),
    ...(verdict === 'missed' && { missedFromSent: findings.some((one) => missedFromSent(objective, one, evidence, rules)) }),
    finding: worst,
  }
}

const GRAVITY: readonly ObjectiveVerdict[] = ['missed', 'undecided', 'held-not-proven', 'held']

function compareFindings(a: Finding, b: Finding, comparison: Comparison): number {
  const gravity = GRAVITY.indexOf(a.verdict) - GRAVITY.indexOf(b.verdict)
  if (gravity !== 0) return gravity
  const badness = ({ value, atLeast }: Finding) => {
    const size = atLeast ? Number.POSITIVE_INFINITY : (value ?? 0)
    return isUpper(comparison) ? size : -size
  }
  const [first, second] = [badness(a), badness(b)]
  return first === second ? 0 : second - first
}

const isUpper = (comparison: Comparison): boolean => comparison === '<' || comparison === '<='

/** Measured phases that the objective names, or in which its metric can be. */
function phasesOf({ phase, subject }: Objective, { phases }: Evidence): string[] {
  return Object.entries(phases)
    .filter(([name, { measured, mode }]) => {
      if (!measured || (phase !== undefined && name !== phase)) return false
      return subject.kind === 'failures' || subject.kind === 'throughput' || metric(subject.metric).modes.includes(mode)
    })
    .map(([name]) => name)
}

/** A phase, or one input set in it. Where the plan has but one set, the phase stands for it. */
type Scope = InputSetSummary & Pick<PhaseSummary, 'outcomes' | 'unfinished'>

function scopeOf(phase: PhaseSummary, inputSet: string | undefined): Scope | undefined {
  if (inputSet === undefined || Object.keys(phase.inputSets).length === 0) return phase
  const set = phase.inputSets[inputSet]
  return set && { outcomes: {}, unfinished: 0, ...set }
}

function findingIn(name: string, objective: Objective, { phases }: Evidence, rules: JudgingRules): Finding {
  const { subject, comparison, limit } = objective
  const phase = phases[name]!
  const scope = scopeOf(phase, objective.inputSet)
  if (!scope) return { phase: name, verdict: 'undecided', count: 0 }
  switch (subject.kind) {
    case 'throughput':
      return {
        phase: name,
        value: phase.throughput,
        count: phase.completedInside,
        verdict: holds(phase.throughput, comparison, limit) ? 'held' : 'missed',
      }
    case 'failures':
      return { phase: name, ...judgeFailures(scope, comparison, limit, rules) }
    case 'metric':
      return { phase: name, ...judgeMetric(scope.metrics[subject.metric], subject.statistic, objective, rules) }
    case 'of-all':
      return { phase: name, ...judgeOfAll(scope, scope.metrics[subject.metric], objective, rules) }
  }
}

function holds(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
  }
}

type Decision = Omit<Finding, 'phase'>

/** Exchanges that count: all but those in no statistic. */
const countedOf = ({ outcomes }: Scope): number =>
  OUTCOMES.reduce((sum, kind) => (OUT_OF_STATISTICS.has(kind) ? sum : sum + (outcomes[kind] ?? 0)), 0)

function judgeFailures(scope: Scope, comparison: Comparison, limit: number, { strict, isDefault }: JudgingRules): Decision {
  const count = countedOf(scope)
  const { failures, failureShare: value } = scope
  if (value === undefined) return { verdict: isDefault ? 'held' : 'undecided', count }
  const { low, high } = clopperPearson(failures, count)
  const decision = { value, low, high, count }
  const held = holds(value, comparison, limit)
  if (isDefault) return { ...decision, verdict: held ? 'held' : 'missed' }
  const needed = isUpper(comparison) && limit > 0 ? fewestForShare(limit) : 0
  if (count < needed) return { ...decision, verdict: 'undecided', shortage: { have: count, needed } }
  return { ...decision, verdict: byInterval(held, holds(isUpper(comparison) ? high : low, comparison, limit), strict) }
}

function byInterval(held: boolean, proven: boolean, strict: boolean): ObjectiveVerdict {
  if (!held) return 'missed'
  if (proven) return 'held'
  return strict ? 'missed' : 'held-not-proven'
}

function judgeMetric(
  summary: MetricSummary | undefined,
  statistic: Extract<Objective['subject'], { kind: 'metric' }>['statistic'],
  { comparison, limit }: Objective,
  { strict }: JudgingRules,
): Decision {
  if (!summary) return { verdict: 'undecided', count: 0 }
  const { count } = summary
  const value = summary[statistic]
  const held = holds(value, comparison, limit)
  // Mean and maximum have neither interval nor floor: the point decides, strict or not.
  if (statistic === 'mean' || statistic === 'max') return { value, count, verdict: held ? 'held' : 'missed' }
  const interval = summary.intervals[statistic]
  const decision = { value, count, ...interval }
  const needed = fewestForQuantile(QUANTILES[statistic])
  if (count < needed) return { ...decision, verdict: 'undecided', shortage: { have: count, needed } }
  if (!interval) return { ...decision, ...withoutInterval(held, strict) }
  return { ...decision, verdict: byInterval(held, holds(isUpper(comparison) ? interval.high : interval.low, comparison, limit), strict) }
}

/** There are samples enough, but they tell no more than too few independent ones would, or are pooled. */
const withoutInterval = (held: boolean, strict: boolean): Pick<Decision, 'verdict' | 'unbounded'> => ({
  verdict: !held ? 'missed' : strict ? 'undecided' : 'held-not-proven',
  unbounded: true,
})

/**
 * An answered-within quantile among exchanges without an answer is endless: it misses any upper limit, however long the wait that was seen.
 * Only where exchanges were cut off by the end of the drain while still within the limit, and enough of them to change the answer, is it undecided.
 */
function judgeOfAll(scope: Scope, summary: MetricSummary | undefined, objective: Objective, { strict }: JudgingRules): Decision {
  const { comparison, limit, subject } = objective
  if (subject.kind !== 'of-all') throw new TypeError('not an objective of all')
  const p = QUANTILES[subject.statistic]
  const count = countedOf(scope)
  if (count === 0) return { verdict: 'undecided', count }
  const { value, atLeast, interval } = summary?.ofAll?.[subject.statistic] ?? {
    value: scope.longestObservedUs ?? 0,
    atLeast: true,
    interval: undefined,
  }
  const decision = { value, atLeast, count, ...interval }
  const needed = fewestForQuantile(p)
  if (count < needed) return { ...decision, verdict: 'undecided', shortage: { have: count, needed } }
  if (atLeast) {
    if (!isUpper(comparison)) return { ...decision, verdict: 'held' }
    const couldHaveAnswered = quantileRank(count, p) <= (summary?.count ?? 0) + scope.unfinished
    return { ...decision, verdict: couldHaveAnswered && holds(value, comparison, limit) ? 'undecided' : 'missed' }
  }
  const held = holds(value, comparison, limit)
  if (!interval) return { ...decision, ...withoutInterval(held, strict) }
  const bound = isUpper(comparison) ? (interval.high ?? Number.POSITIVE_INFINITY) : (interval.low ?? Number.POSITIVE_INFINITY)
  return { ...decision, verdict: byInterval(held, holds(bound, comparison, limit), strict) }
}

/** Metrics that tell of the generator, or of what lies before `sent`: no miss of theirs is the target's in an invalid run. */
const BEFORE_SENT: ReadonlySet<MetricName> = new Set(['schedule_lag', 'connection_wait'])

/** Whether a phase misses the objective counted from `sent` too, or misses one on failures. */
function missedFromSent(objective: Objective, { phase: name, verdict }: Finding, evidence: Evidence, rules: JudgingRules): boolean {
  const { subject, inputSet } = objective
  if (verdict !== 'missed' || subject.kind === 'throughput') return false
  if (subject.kind === 'failures') return true
  if (BEFORE_SENT.has(subject.metric)) return false
  if (metric(subject.metric).from !== 'intended') return true
  const phase = evidence.phases[name]!
  const twins = evidence.fromSent[name]
  const several = inputSet !== undefined && Object.keys(phase.inputSets).length > 0
  const twin = (several ? twins?.inputSets[inputSet] : twins?.metrics)?.[subject.metric]
  const scope = scopeOf(phase, inputSet)
  if (!scope) return false
  const decision =
    subject.kind === 'metric' ? judgeMetric(twin, subject.statistic, objective, rules) : judgeOfAll(scope, twin, objective, rules)
  return decision.verdict === 'missed'
}
