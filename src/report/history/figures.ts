import type { Change, HistoryFigure, Trend } from '../../core/history.ts'
import { FAILURES } from '../../judge/history.ts'
import { signedPercent } from '../../judge/verdict-words.ts'
import type { Unit } from '../../measure/metrics.ts'
import { figureText, unitOfFigure } from '../comparison/figure-text.ts'
import { digits, NONE, percent, quantity } from '../format.ts'
import { plain } from '../plain.ts'
import type { Statement } from '../verdict.ts'

/** The unit of a figure of a history. */
export const unitOfTrend = (figure: string): Unit => (figure === FAILURES ? 'ratio' : unitOfFigure(figure))

/** A level, or a number of one run. */
export const amount = (value: number | undefined, figure: string): string =>
  value === undefined ? NONE : figure === FAILURES ? percent(value) : quantity(value, unitOfTrend(figure))

/** What one run had, with its interval where there is one. */
export function valueText(value: HistoryFigure | null, figure: string): string {
  if (value === null) return NONE
  const own = figure === FAILURES ? amount(value.value as number, figure) : figureText(value.value, figure)
  return value.low === undefined || value.high === undefined
    ? own
    : `${own} (${amount(value.low, figure)} to ${amount(value.high, figure)})`
}

/** `+10.2 %`; of shares `+1.5 points`. */
export const changeText = ({ change }: Change, figure: string): string =>
  figure === FAILURES ? `${change > 0 ? '+' : ''}${digits(100 * change)} points` : signedPercent(change)

/** A change in a word and a sentence. */
export function changeStatement(change: Change, { figure }: Trend): Statement {
  const { toward, before, after, run, start, commit, p, work } = change
  const also =
    work === undefined
      ? ''
      : ` Its replies hold ${signedPercent(work.change)} ${work.of} from there on: the work changed too, and times of unequal work do not show which is faster.`
  const at = commit === undefined ? '' : `, commit ${plain(commit, 12)}`
  return {
    tone: toward === 'worse' ? 'bad' : 'good',
    word: toward === 'worse' ? 'Worse' : 'Better',
    sentence: `${figure} ${changeText(change, figure)} from ${start.slice(0, 10)} on (run ${plain(run, 40)}${at}): ${amount(before, figure)} → ${amount(after, figure)}, p ${p <= 0.001 ? '≤ 0.001' : p.toFixed(3)}.${also}`,
  }
}
