import { EXIT, unreachable } from '../../core/errors.ts'
import type { ObjectiveResult, RunSummary } from '../../core/summary.ts'
import { plain } from '../plain.ts'
import { judge } from '../verdict.ts'

/** A line that a CI system shows beside a job. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly text: string
}

/** More are not read, and GitHub shows no more than ten of a step. */
export const MOST_ANNOTATIONS = 5

/**
 * Workflow commands of GitHub Actions, a line each, five at the most: where there are more, the last one counts those that are not shown.
 * Foreign text cannot end a property, begin a line, or make a command of its own.
 */
export function githubCommands(annotations: readonly Annotation[]): string {
  const shown = annotations.length <= MOST_ANNOTATIONS ? annotations : annotations.slice(0, MOST_ANNOTATIONS - 1)
  const rest = annotations.slice(shown.length)
  const more = rest.length === 0 ? [] : [{ ...rest[0]!, title: 'flowbench', text: `${rest.length} more are told in the summary.` }]
  return [...shown, ...more].map(({ level, title, text }) => `::${level} title=${property(title)}::${data(text)}\n`).join('')
}

/** What to say of a run beside its job: that it is not to be believed, each objective that is missed or undecided, else that all is well. */
export function runAnnotations(summary: RunSummary): readonly Annotation[] {
  const { verdict, validity } = judge(summary)
  const reasons = summary.caveats.filter(({ invalidates }) => invalidates).map(({ text }) => text)
  const found: readonly Annotation[] = [
    ...(summary.valid
      ? []
      : [{ level: 'error' as const, title: `Invalid: ${summary.name}`, text: [validity.sentence, ...reasons].join(' ') }]),
    ...(summary.status === 'incomplete' ? [] : [...summary.objectives].sort(worstFirst).flatMap((one) => ofObjective(one, summary))),
  ]
  if (found.length > 0) return found
  if (summary.exitCode !== 0) return [{ level: 'error', title: `flowbench: ${summary.name}`, text: summary.exitReason }]
  const level = verdict.tone === 'unsure' ? 'warning' : 'notice'
  return [{ level, title: `${verdict.word}: ${summary.name}`, text: verdict.sentence }]
}

/** What is undecided is an error where the run ends in that. */
function ofObjective({ text, verdict, explanation }: ObjectiveResult, { name, exitCode }: RunSummary): readonly Annotation[] {
  switch (verdict) {
    case 'missed':
      return [{ level: 'error', title: `Missed: ${text} (${name})`, text: explanation }]
    case 'undecided':
      return [{ level: exitCode === EXIT.inconclusive ? 'error' : 'warning', title: `Undecided: ${text} (${name})`, text: explanation }]
    case 'held':
    case 'held-not-proven':
      return []
    default:
      return unreachable(verdict)
  }
}

const worstFirst = (one: ObjectiveResult, other: ObjectiveResult): number =>
  Number(other.verdict === 'missed') - Number(one.verdict === 'missed')

/** Colons are parted and the brackets of the older form too, so that no reader of logs takes any of it for a command, however a line is cut. */
const neutral = (text: string, longest: number): string =>
  plain(text, longest)
    .replace(/:(?=:)/g, ': ')

    .replace(/##(?=\[)/g, '## ')
    .replace(/%/g, '%25')
const data = (text: string): string => neutral(text, 600)
const property = (text: string): string => neutral(text, 160).replace(/:/g, '%3A').replace(/,/g, '%2C')
