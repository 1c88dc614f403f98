import type { CapacitySummary } from '../../../core/capacity-summary.ts'
import { loadInUnits } from '../../../judge/capacity/capacity-words.ts'
import { countAxis } from '../../charts/count-axis.ts'
import type { Figure } from '../../charts/figure.ts'
import { drawn } from '../../charts/frame.ts'
import { line } from '../../charts/marks.ts'
import { rate } from '../../format.ts'
import { html } from '../../markup.ts'
import { counted } from './load-axis.ts'
import { keyOf, votes } from './votes.ts'

/** Completed against offered: where the two part, the target is full. */
export function completedFigure(summary: CapacitySummary): Figure {
  const trials = counted(summary)
  const most = Math.max(1, ...trials.map(({ offered, throughput }) => Math.max(offered, throughput)))
  const x = countAxis('runs per second offered', most)
  const y = countAxis('completed per second', most)
  const axes = { x, y }
  return {
    id: `${summary.mode}-completed`,
    title: 'Completed against offered',
    note: 'On the dotted line everything that was sent in a trial was completed in it.',
    key: keyOf(trials),
    drawing: drawn(
      {
        id: `${summary.mode}-completed-plot`,
        title: 'Completed against offered',
        description: `At most ${rate(Math.max(0, ...trials.map(({ throughput }) => throughput)))} completed.`,
        x,
        y,
      },
      html`${line(
        [
          { x: 0, y: 0 },
          { x: most, y: most },
        ],
        axes,
        'thin offered',
      )}${votes(trials, axes, ({ offered, throughput }) => ({ x: offered, y: throughput }))}`,
    ),
    table: {
      head: ['Load', 'offered', 'completed', 'runs', 'failures'],
      rows: trials.map(({ load, offered, throughput, exchanges, failures }) => [
        loadInUnits(load, summary.axis),
        rate(offered),
        rate(throughput),
        String(exchanges),
        String(failures),
      ]),
    },
  }
}
