import type { Change, HistoryFigure } from '../../core/history.ts'
import { signedPercent } from '../../judge/comparison/verdict-words.ts'
import { FAILURES } from '../../judge/history/history.ts'
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

/** A change of a figure. */
export interface Changed {
  readonly figure: string
  readonly change: Change
}

/** Changes at one place, for the worse or for the better, in a word and a sentence: the first figure with its levels, the others beside it. */
export function changeStatement([first, ...others]: readonly [Changed, ...Changed[]]): Statement {
  const { toward, before, after, run, start, commit, p, work } = first.change
  const at = commit === undefined ? '' : `, commit ${plain(commit, 12)}`
  const beside = others.map(({ figure, change }) => `${plain(figure, 60)} ${changeText(change, figure)}`).join(', ')
  return {
    tone: toward === 'worse' ? 'bad' : 'good',
    word: toward === 'worse' ? 'Worse' : 'Better',
    sentence: [
      `${plain(first.figure, 60)} ${changeText(first.change, first.figure)} from ${start.slice(0, 10)} on (run ${plain(run, 40)}${at}): ${amount(before, first.figure)} → ${amount(after, first.figure)}, p ${p <= 0.001 ? '≤ 0.001' : p.toFixed(3)}.`,
      ...(others.length > 0 ? [`Likewise ${beside}.`] : []),
      ...(work
        ? [
            `Replies hold ${signedPercent(work.change)} ${work.of} from there on: the work changed too, and times of unequal work do not show which is faster.`,
          ]
        : []),
    ].join(' '),
  }
}
