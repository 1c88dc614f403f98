import type { CapacitySummary } from '../../../core/capacity-summary.ts'
import { countAxis } from '../../charts/count-axis.ts'
import type { Figure } from '../../charts/figure.ts'
import { drawn } from '../../charts/frame.ts'
import { dots, line, ribbon } from '../../charts/marks.ts'
import { digits, rate } from '../../format.ts'
import { html } from '../../markup.ts'

/** The scalability law with its band; what lies beyond the data is shaded. */
export function scalingFigure(summary: CapacitySummary): Figure {
  const { scaling, mode } = summary
  const { points = [], band = [], peak } = scaling ?? {}
  const last = Math.max(1, ...points.map(({ inFlight }) => inFlight))
  const end = Math.max(last, ...band.map(({ inFlight }) => inFlight))
  const x = countAxis('runs in flight', end)
  const y = countAxis(
    'completed per second',
    Math.max(1, ...points.map(({ throughput }) => throughput), ...band.map(({ fit }) => fit)) * 1.1,
  )
  const axes = { x, y }
  return {
    id: `${summary.mode}-scaling-law`,
    title: 'Throughput against runs in flight',
    note: 'Dots are trials, the line is the Universal Scalability Law fitted to them, the band 95 % of what the data leave open if that is the law. The shaded stretch lies beyond the data: nothing was measured there.',
    key: [
      { look: 'estimate-dot', kind: 'dot', label: 'trials' },
      { look: mode, kind: 'line', label: 'fitted law' },
    ],
    drawing: drawn(
      {
        id: `${summary.mode}-scaling-plot`,
        title: 'Throughput against runs in flight',
        description: peak
          ? `The peak lies at ${digits(peak.inFlight)} runs in flight.`
          : `The data reach ${digits(last)} runs in flight, and throughput was not seen to fall.`,
        x,
        y,
        bands: [{ from: last, to: x.ticks.at(-1)!.at, name: 'beyond the data', shade: 'unmeasured' }],
      },
      html`${ribbon(
        band.map(({ inFlight, low, high }) => ({ x: inFlight, low, high })),
        axes,
        mode,
      )}${line(
        band.map(({ inFlight, fit }) => ({ x: inFlight, y: fit })),
        axes,
        mode,
      )}${dots(
        points.map(({ inFlight, throughput }) => ({ x: inFlight, y: throughput })),
        axes,
        'estimate-dot',
      )}`,
    ),
    table: {
      head: ['In flight', 'completed per second'],
      rows: points.map(({ inFlight, throughput }) => [digits(inFlight), rate(throughput)]),
    },
  }
}
