import type { CapacitySummary } from '../../../core/capacity-summary.ts'
import { loadInUnits } from '../../../judge/capacity/capacity-words.ts'
import { countAxis } from '../../charts/count-axis.ts'
import type { Figure } from '../../charts/figure.ts'
import { drawn } from '../../charts/frame.ts'
import { dots, line, ribbon } from '../../charts/marks.ts'
import { digits } from '../../format.ts'
import { html } from '../../markup.ts'
import { counted, loadAxis } from './load-axis.ts'

/** Runs in flight and open connections against load, with the part that was inside the engine. */
export function inFlightFigure(summary: CapacitySummary): Figure {
  const { little, mode, axis } = summary
  const trials = counted(summary)
  const x = loadAxis(summary)
  const y = countAxis('at once, mean', Math.max(1, ...trials.map(({ inFlight, connectionsOpen }) => Math.max(inFlight, connectionsOpen))))
  const axes = { x, y }
  return {
    id: `${summary.mode}-in-flight`,
    title: 'In flight, and where',
    note: 'By Little’s law: the filled part is inside the engine (throughput × elapsed_time), the strong line all that is in flight. What lies between waits outside. Faint dots are connections open.',
    key: [
      { look: mode, kind: 'line', label: 'in flight' },
      { look: `thin ${mode}`, kind: 'line', label: 'inside the engine' },
      { look: 'faint', kind: 'dot', label: 'connections open' },
    ],
    drawing: drawn(
      {
        id: `${summary.mode}-in-flight-plot`,
        title: 'In flight, and where',
        description: `Up to ${digits(Math.max(0, ...little.map(({ inFlight }) => inFlight)))} in flight in the mean of a load.`,
        x,
        y,
      },
      html`${ribbon(
        little.map(({ load, inside }) => ({ x: load, low: 0, high: inside })),
        axes,
        mode,
      )}${line(
        little.map(({ load, inside }) => ({ x: load, y: inside })),
        axes,
        `thin ${mode}`,
      )}${line(
        little.map(({ load, inFlight }) => ({ x: load, y: inFlight })),
        axes,
        mode,
      )}${dots(
        trials.map(({ load, connectionsOpen }) => ({ x: load, y: connectionsOpen })),
        axes,
        'faint',
      )}`,
    ),
    table: {
      head: ['Load', 'in flight', 'inside the engine', 'outside it'],
      rows: little.map(({ load, inFlight, inside, outside }) => [
        loadInUnits(load, axis),
        digits(inFlight),
        digits(inside),
        digits(outside),
      ]),
    },
  }
}
