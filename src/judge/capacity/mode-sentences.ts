import type { CapacityModesSummary, ModesServed } from '../../core/capacity-modes.ts'
import type { CapacitySummary } from '../../core/capacity-summary.ts'
import type { Mode } from '../../core/sample.ts'
import { percent } from '../../measure/figures.ts'
import { loadInUnits } from './capacity-words.ts'

/** In Dify the modes are done by different processes: what any comparison of them is one of. */
export const TWO_DEPLOYMENTS =
  'In Dify blocking runs are done in the API process and streaming ones in the workers: two deployments are compared, each with processes and knobs of its own, not only two forms of a reply.'

type Answers = CapacityModesSummary['answers']

/** Which mode serves more and by how much, the first sentence; then what that is worth. */
export function modeSentences(modes: readonly Mode[], answers: Answers, served: ModesServed): readonly string[] {
  const open = modes.filter((mode) => answers[mode]?.status !== 'whole')
  return [
    verdictOf(modes, answers, served),
    ...(served.serves !== null && !served.proven
      ? ['By votes alone: a long trial has not yet agreed with both of the ends that part them.']
      : []),
    ...(open.length > 0 ? [`The search in ${open.join(' and ')} mode is unfinished; flowbench capacity --resume goes on.`] : []),
    TWO_DEPLOYMENTS,
  ]
}

function verdictOf(modes: readonly Mode[], answers: Answers, { serves, least, most }: ModesServed): string {
  const [first, second] = modes.map((mode) => answers[mode])
  if (!first || !second) return 'Nothing can be said yet of which mode serves more: only one has been searched.'
  if (serves !== null) {
    const other = serves === 'blocking' ? 'streaming' : 'blocking'
    const [more, less] = [answers[serves]!, answers[other]!]
    return `${serves === 'streaming' ? 'Streaming' : 'Blocking'} serves more: ${amount(least, most)} ${more.unit} ${least !== null && least >= 1 ? 'of' : 'than'} ${other} (${bracketInWords(more)} against ${bracketInWords(less)}).`
  }
  const known = [first, second].every(({ lower, upper }) => lower !== null && upper !== null)
  const told = modes.map((mode) => `${mode} ${bracketInWords(answers[mode]!)}`).join(', ')
  return known
    ? `The brackets overlap (${told}): it cannot be said that one mode serves more than the other.`
    : `Which mode serves more cannot be said: an end of a bracket is not known (${told}).`
}

/** `between 21 % and 34 % more`, `between 2.1 and 3.4 times the`, `at least 21 % more`. */
function amount(least: number | null, most: number | null): string {
  if (least === null) return 'more'
  const [write, unit] = least >= 1 ? ([times, ' times the'] as const) : ([percent, ' more'] as const)
  if (most === null) return `at least ${write(least)}${unit}`
  return write(least) === write(most) ? `${write(least)}${unit}` : `between ${write(least)} and ${write(most)}${unit}`
}

const times = (more: number): string => String(Number((1 + more).toPrecision(3)))

/** `19.87–20.75/s`, `at least 40/s`, `less than 8/s`, `nothing`. */
export function bracketInWords({ lower, upper, axis }: Pick<CapacitySummary, 'lower' | 'upper' | 'axis'>): string {
  if (lower === null) return upper === null ? 'nothing' : `less than ${loadInUnits(upper, axis)}`
  return upper === null
    ? `at least ${loadInUnits(lower, axis)}`
    : `${loadInUnits(lower, axis).replace(/\/s$| slots?$/, '')}–${loadInUnits(upper, axis)}`
}
