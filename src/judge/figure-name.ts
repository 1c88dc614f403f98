import { metric } from '../measure/metrics.ts'
import { type ObjectiveProblem, parseSubject, type Subject } from './objectives/objective-grammar.ts'

/** What a comparison compares. */
export interface FigureName {
  readonly subject: Exclude<Subject, { kind: 'failures' }>
  /** Absent: all measured phases in which the metric exists. */
  readonly phase?: string
}

/** Reads `<metric> <statistic> [of all] [in <phase>]` or `throughput [in <phase>]`. Whether the phase exists is not asked. */
export function parseFigureName(text: string): FigureName | ObjectiveProblem {
  const [, left = '', phase] = /^\s*(.*?)(?:\s+in\s+(.+?))?\s*$/.exec(text) ?? []
  const parsed = parseSubject(left)
  if ('problem' in parsed) return parsed
  const { subject } = parsed
  if (subject.kind === 'failures')
    return { problem: 'failures are always compared', hint: 'Name a metric with a statistic, such as `response_time p95`.' }
  if (subject.kind === 'metric' && metric(subject.metric).signed)
    return {
      problem: `${subject.metric} can be below zero, so it has no relative change`,
      hint: 'Name a metric that cannot, such as `response_time p95`.',
    }
  return { subject, ...(phase !== undefined && { phase }) }
}

/** The same for a name that has been checked; throws on one that cannot be read. */
export function figureName(text: string): FigureName {
  const name = parseFigureName(text)
  if ('problem' in name) throw new Error(`a figure's name cannot be read: ${name.problem}`)
  return name
}

/** Which direction is the better one. */
export const betterOf = ({ subject }: FigureName): 'lower' | 'higher' =>
  subject.kind === 'throughput' ? 'higher' : metric(subject.metric).better
