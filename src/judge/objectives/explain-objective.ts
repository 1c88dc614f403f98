import { counted, figure } from '../../measure/figures.ts'
import type { Finding } from './finding.ts'
import { type Comparison, type Objective, unitOf } from './objective-grammar.ts'

const MEANS: Readonly<Record<Comparison, string>> = { '<': 'below', '<=': 'at most', '>': 'above', '>=': 'at least' }

/** Why an objective is held, missed or undecided, in a sentence with numbers and units. `phases` is how many phases it spoke of. */
export function explainObjective(objective: Objective, finding: Finding, phases: number): string {
  const { subject, comparison, limit, inputSet } = objective
  const unit = unitOf(subject)
  const name = subjectInWords(objective)
  const where = `in phase ${finding.phase}${inputSet === undefined ? '' : ` for ${inputSet}`}${phases > 1 ? ` (the worst of ${phases})` : ''}`
  const wanted = `${MEANS[comparison]} ${figure(limit, unit)}`
  const { value, low, high, atLeast, count, shortage, verdict } = finding
  if (value === undefined) return `Undecided: ${where} there is no ${name} to judge by.`
  const said = `${name} ${where} is ${atLeast ? `at least ${figure(value, unit)} (too many exchanges had no answer)` : figure(value, unit)}`
  if (shortage)
    return `Undecided: ${said}, but rests on ${counted(shortage.have, 'run')}, and ${shortage.needed} are the fewest to decide by. Run longer.`
  const upper = comparison === '<' || comparison === '<='
  const bound = upper ? high : low
  switch (verdict) {
    case 'held':
      return `${said}, ${wanted} as it should be (${runs(count)}${within(low, high, unit)}).`
    case 'held-not-proven':
      return bound === undefined
        ? `Held, not proven: ${said}, ${wanted} as it should be, but there is no ${upper ? 'upper' : 'lower'} bound to it from ${runs(count)} within this run.`
        : `Held, not proven (${upper ? 'up to' : 'down to'} ${figure(bound, unit)}): ${said}, ${wanted} as it should be, but its interval within this run crosses the limit. Run longer to narrow it.`
    case 'missed':
      return finding.unbounded || bound === undefined || !crosses(finding, upper, limit)
        ? `${said}, and should be ${wanted} (${runs(count)}${within(low, high, unit)}).`
        : `${said}, but the interval within this run reaches ${figure(bound, unit)}, and strict objectives must be ${wanted} by their bound.`
    case 'undecided':
      return atLeast
        ? `Undecided: ${said}; exchanges were cut off by the end of the drain before the limit of ${figure(limit, unit)} had passed. Lengthen \`limits.drain\`.`
        : `Undecided: ${said}, but strict objectives need a bound, and there is none from ${runs(count)}. Run longer.`
  }
}

/** Whether the point lies on the right side and only the bound does not. */
const crosses = ({ value, atLeast }: Finding, upper: boolean, limit: number): boolean =>
  value !== undefined && !atLeast && (upper ? value < limit : value > limit)

const runs = (count: number): string => counted(count, 'run')

const within = (low: number | undefined, high: number | undefined, unit: ReturnType<typeof unitOf>): string =>
  low === undefined || high === undefined ? '' : `; ${figure(low, unit)} to ${figure(high, unit)} within this run`

function subjectInWords({ subject }: Objective): string {
  switch (subject.kind) {
    case 'failures':
      return 'The share of failures'
    case 'throughput':
      return 'Throughput'
    case 'metric':
      return `${subject.metric} ${subject.statistic}`
    case 'of-all':
      return `${subject.metric} ${subject.statistic} of all`
  }
}
