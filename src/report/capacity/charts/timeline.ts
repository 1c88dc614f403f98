import type { CapacitySummary, CapacityTrial } from '../../../core/capacity-summary.ts'
import { SECOND } from '../../../core/units.ts'
import { loadInUnits } from '../../../judge/capacity/capacity-words.ts'
import { counted } from '../../../measure/figures.ts'
import type { Figure } from '../../charts/figure.ts'
import { drawn } from '../../charts/frame.ts'
import { line } from '../../charts/marks.ts'
import { sinceAxis } from '../../charts/since-axis.ts'
import { span } from '../../format.ts'
import { html } from '../../markup.ts'
import { loadAxis } from './load-axis.ts'
import { keyOf } from './votes.ts'

/** The trials in time: how long each lasted, and what it cost. */
export function timelineFigure(summary: CapacitySummary): Figure {
  const { trialList, start, axis } = summary
  const at = ({ began }: CapacityTrial) => Math.max(0, (Date.parse(began) - Date.parse(start)) / 1000)
  const end = Math.max(1, ...trialList.map((trial) => at(trial) + trial.seconds))
  const x = sinceAxis('the start', end)
  const y = loadAxis(summary)
  const axes = { x, y }
  return {
    id: `${summary.mode}-timeline`,
    title: 'Over time',
    note: 'Each trial from the beginning of its ramp-in to the end of its cool-down, at its load.',
    key: keyOf(trialList).map((entry) => ({ ...entry, kind: 'line' })),
    drawing: drawn(
      {
        id: `${summary.mode}-timeline-plot`,
        title: 'Over time',
        description: `${counted(trialList.length, 'trial')} in ${span(end * SECOND)}.`,
        x,
        y,
      },
      html`${trialList.map((trial) =>
        line(
          [
            { x: at(trial), y: trial.load },
            { x: at(trial) + trial.seconds, y: trial.load },
          ],
          axes,
          `lasted ${trial.finding}`,
        ),
      )}`,
    ),
    table: {
      head: ['Began after', 'load', 'lasted', 'finding', 'runs', 'tokens'],
      words: [3],
      rows: trialList.map((trial) => [
        span(at(trial) * SECOND),
        loadInUnits(trial.load, axis),
        span(trial.seconds * SECOND),
        trial.finding,
        String(trial.exchanges),
        String(trial.tokens),
      ]),
    },
  }
}
