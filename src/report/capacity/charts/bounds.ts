import type { CapacitySummary } from '../../../core/capacity-summary.ts'
import { loadInUnits } from '../../../judge/capacity/capacity-words.ts'
import { counted } from '../../../measure/figures.ts'
import { countAxis } from '../../charts/count-axis.ts'
import type { Figure } from '../../charts/figure.ts'
import { drawn } from '../../charts/frame.ts'
import { html } from '../../markup.ts'
import { decidedIn } from '../decided.ts'
import { loadAxis } from './load-axis.ts'
import { keyOf, level, votes } from './votes.ts'

/** How the bracket closed: every trial at its load, one after another. */
export function boundsFigure(summary: CapacitySummary): Figure {
  const { trialList, axis, lower, upper } = summary
  const y = loadAxis(summary)
  const x = countAxis('trial', Math.max(1, trialList.length))
  const axes = { x, y }
  return {
    id: `${summary.mode}-bounds`,
    title: 'How the bracket closed',
    note: 'Every trial in its order at the load that it tried. Levels are decided by three votes that agree; long trials at the end prove both ends.',
    key: keyOf(trialList),
    drawing: drawn(
      {
        id: `${summary.mode}-bounds-plot`,
        title: 'How the bracket closed',
        description: `${counted(trialList.length, 'trial')}; ${lower === null ? 'nothing' : loadInUnits(lower, axis)} held and ${upper === null ? 'nothing' : loadInUnits(upper, axis)} was missed.`,
        x,
        y: { ...y, label: x.label },
      },
      html`${lower !== null && level(lower, axes, 'thin offered')}${upper !== null && level(upper, axes, 'thin offered')}${votes(
        trialList,
        axes,
        (trial) => ({ x: trialList.indexOf(trial) + 1, y: trial.load }),
      )}`,
    ),
    table: {
      head: ['Load', 'held', 'votes and proofs', 'verdict'],
      words: [3],
      rows: summary.levels.map((each) => [loadInUnits(each.load, axis), String(each.held), String(each.trials), decidedIn(each, summary)]),
    },
  }
}
