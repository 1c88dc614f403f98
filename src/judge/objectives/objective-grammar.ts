import { JUDGED_QUANTILES, type JudgedQuantile, QUANTILES, type QuantileName } from '../../core/metric-summary.ts'
import type { Plan } from '../../core/plan.ts'
import { parseDuration, parseRate } from '../../core/units.ts'
import { isMetricName, METRIC_NAMES, type MetricName, metric, type Unit } from '../../measure/metrics.ts'
import { nearest } from './nearest.ts'

export const STATISTICS = [...(Object.keys(QUANTILES) as QuantileName[]), 'mean', 'max'] as const
type Statistic = QuantileName | 'mean' | 'max'

export const COMPARISONS = ['<', '<=', '>', '>='] as const
export type Comparison = (typeof COMPARISONS)[number]

/** What an objective bounds. */
export type Subject =
  | { readonly kind: 'metric'; readonly metric: MetricName; readonly statistic: Statistic }
  /** Answered-within: over all intended exchanges, those without an answer counted as endless. */
  | { readonly kind: 'of-all'; readonly metric: MetricName; readonly statistic: JudgedQuantile }
  | { readonly kind: 'failures' }
  | { readonly kind: 'throughput' }

/** A bound on a statistic of a metric. */
export interface Objective {
  /** As the user wrote it. */
  readonly text: string
  readonly subject: Subject
  readonly comparison: Comparison
  /** In the subject's unit: µs, share, per second, count. */
  readonly limit: number
  /** Absent: every measured phase in which the metric exists. */
  readonly phase?: string
  /** Absent: all input sets together. */
  readonly inputSet?: string
}

/** What is wrong with an objective, and what would be right; both without the field's name, which the caller knows. */
export interface ObjectiveProblem {
  readonly problem: string
  readonly hint: string
}

export type ParsedObjective = { readonly objective: Objective } | ObjectiveProblem

const FORM = '<metric> <statistic> [of all] < <limit> [in <phase>] [for <input set>]'
const EXAMPLE =
  'Write it like `response_time p95 < 800ms`, `response_time p99 of all < 5s in steady`, `failures < 1%` or `throughput > 9/s`.'

/**
 * Reads `<metric> <statistic> [of all]`, `failures` or `throughput`, then `<`, `<=`, `>` or `>=` and a limit in the metric's unit, then
 * `[in <phase>]` and `[for <input set>]`. Whether phase and input set exist is `checkObjective`'s question.
 */
export function parseObjective(text: string): ParsedObjective {
  const match = /^\s*([^<>=]*?)\s*(<=|>=|<|>)\s*([^\s<>=]+)(?:\s+in\s+(.+?))?(?:\s+for\s+(.+?))?\s*$/.exec(text)
  if (!match) return malformed(text)
  const [, left = '', comparison, right = '', phase, inputSet] = match
  const parsed = parseSubject(left)
  if ('problem' in parsed) return parsed
  const limit = parseLimit(right, unitOf(parsed.subject), parsed.subject)
  if (typeof limit !== 'number') return limit
  return {
    objective: {
      text,
      subject: parsed.subject,
      comparison: comparison as Comparison,
      limit,
      ...(phase !== undefined && { phase }),
      ...(inputSet !== undefined && { inputSet }),
    },
  }
}

function malformed(text: string): ObjectiveProblem {
  const problem = /[<>]/.test(text)
    ? `\`${text}\` is not of the form ${FORM}`
    : `\`${text}\` has no comparison; one of ${COMPARISONS.join(' ')} and a limit is needed`
  return { problem, hint: EXAMPLE }
}

/** Reads what stands left of the comparison. */
export function parseSubject(left: string): { readonly subject: Subject } | ObjectiveProblem {
  const [name = '', statistic, ...rest] = left.split(/\s+/).filter(Boolean)
  if (name === 'failures' || name === 'throughput') {
    if (statistic !== undefined)
      return { problem: `${name} is one number and takes no statistic, but \`${statistic}\` follows`, hint: EXAMPLE }
    return { subject: { kind: name } }
  }
  if (!isMetricName(name)) {
    const like = nearest(name, [...METRIC_NAMES, 'failures', 'throughput'])
    return {
      problem: name === '' ? 'an objective begins with a metric' : `there is no metric \`${name}\``,
      hint: like ? `Did you mean \`${like}\`?` : `Metrics are ${METRIC_NAMES.join(', ')}; besides them failures and throughput.`,
    }
  }
  if (statistic === undefined || !isStatistic(statistic))
    return {
      problem: statistic === undefined ? `${name} needs a statistic` : `there is no statistic \`${statistic}\``,
      hint: `Statistics are ${STATISTICS.join(', ')}: \`${name} p95 < …\`.`,
    }
  if (rest.length === 0) return { subject: { kind: 'metric', metric: name, statistic } }
  if (rest.join(' ') !== 'of all')
    return { problem: `\`${rest.join(' ')}\` is not understood after ${name} ${statistic}`, hint: 'Only `of all` may stand there.' }
  if (!metric(name).latency) {
    const latencies = METRIC_NAMES.filter((other) => metric(other).latency)
    return {
      problem: `${name} is not known \`of all\`: it is no time until an answer`,
      hint: `\`of all\` is known for ${latencies.join(', ')}; leave it out for ${name}.`,
    }
  }
  if (!isJudged(statistic))
    return { problem: `${statistic} is not known \`of all\``, hint: `\`of all\` is known for ${JUDGED_QUANTILES.join(', ')}.` }
  return { subject: { kind: 'of-all', metric: name, statistic } }
}

/** A subject as `parseSubject` reads it. */
export function subjectText(subject: Subject): string {
  if (subject.kind === 'failures' || subject.kind === 'throughput') return subject.kind
  return `${subject.metric} ${subject.statistic}${subject.kind === 'of-all' ? ' of all' : ''}`
}

const isStatistic = (word: string): word is Statistic => (STATISTICS as readonly string[]).includes(word)
const isJudged = (word: string): word is JudgedQuantile => (JUDGED_QUANTILES as readonly string[]).includes(word)

/** The unit in which a subject's value and limit are. */
export function unitOf(subject: Subject): Unit {
  if (subject.kind === 'failures') return 'ratio'
  if (subject.kind === 'throughput') return 'per second'
  return metric(subject.metric).unit
}

const NUMBER = /^-?\d+(?:\.\d+)?$/

const EXPECTED: Readonly<Record<Unit, string>> = {
  µs: 'a duration such as `250us`, `800ms`, `1.5s` or `2m`',
  ratio: 'a percentage such as `1%`',
  'per second': 'a rate such as `9/s` or `90/m`',
  bytes: 'a number of bytes such as `65536`',
  count: 'a plain number such as `300`',
}

function parseLimit(text: string, unit: Unit, subject: Subject): number | ObjectiveProblem {
  const value = readLimit(text, unit)
  const name = subject.kind === 'failures' || subject.kind === 'throughput' ? subject.kind : subject.metric
  if (value === undefined) return { problem: `\`${text}\` is no limit for ${name}`, hint: `${name} takes ${EXPECTED[unit]}.` }
  const signed = (subject.kind === 'metric' || subject.kind === 'of-all') && metric(subject.metric).signed
  if (value < 0 && !signed)
    return { problem: `${name} is never below zero, but the limit is \`${text}\``, hint: `${name} takes ${EXPECTED[unit]}.` }
  if (unit === 'ratio' && value > 1)
    return { problem: `${name} is never above 100%, but the limit is \`${text}\``, hint: `${name} takes ${EXPECTED[unit]}.` }
  return value
}

function readLimit(text: string, unit: Unit): number | undefined {
  switch (unit) {
    case 'µs': {
      const negative = text.startsWith('-')
      const length = parseDuration(negative ? text.slice(1) : text)
      return length === undefined ? undefined : negative ? -length : length
    }
    case 'ratio':
      if (text.endsWith('%') && NUMBER.test(text.slice(0, -1))) return Number(text.slice(0, -1)) / 100
      return NUMBER.test(text) ? Number(text) : undefined
    case 'per second':
      return parseRate(text)
    case 'bytes':
    case 'count':
      return NUMBER.test(text) ? Number(text) : undefined
  }
}

/** Why an objective, or a figure, can never be told by this plan: no such phase or input set, or a metric that the mode does not have. Undefined where it can. */
export function checkObjective(
  { subject, phase, inputSet }: Pick<Objective, 'subject' | 'phase' | 'inputSet'>,
  plan: Pick<Plan, 'phases' | 'inputs'>,
): ObjectiveProblem | undefined {
  const named = plan.phases.filter(({ name }) => phase === undefined || name === phase)
  const phaseNames = plan.phases.filter(({ measured }) => measured).map(({ name }) => name)
  if (named.length === 0) return { problem: `there is no phase \`${phase}\``, hint: suggestion(phase!, phaseNames, 'Measured phases are') }
  const measured = named.filter((one) => one.measured)
  if (measured.length === 0 && phase !== undefined)
    return { problem: `phase \`${phase}\` is not measured`, hint: suggestion('', phaseNames, 'Measured phases are') }
  const setNames = plan.inputs.map(({ name }) => name)
  if (inputSet !== undefined && !setNames.includes(inputSet))
    return { problem: `there is no input set \`${inputSet}\``, hint: suggestion(inputSet, setNames, 'Input sets are') }
  if (inputSet !== undefined && subject.kind === 'throughput')
    return { problem: 'throughput is not known by input set', hint: 'Leave `for …` out.' }
  if (subject.kind === 'failures' || subject.kind === 'throughput') return undefined
  const { modes } = metric(subject.metric)
  if (measured.some(({ mode }) => modes.includes(mode))) return undefined
  return {
    problem: `${subject.metric} is known in ${modes.join(' and ')} mode only, and ${phase === undefined ? 'no measured phase' : `phase \`${phase}\` does not`} run${phase === undefined ? 's' : ''} in it`,
    hint: 'Choose a metric that the mode has, such as response_time or first_output, or set `target.mode`.',
  }
}

function suggestion(word: string, names: readonly string[], list: string): string {
  const like = nearest(word, names)
  return like ? `Did you mean \`${like}\`?` : `${list} ${names.join(', ') || 'none'}.`
}
