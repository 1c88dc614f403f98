import { percentileText } from './histogram.ts'
import { METRIC_NAMES, metric } from './metrics.ts'
import type { Measured } from './summary.ts'

/**
 * Every distribution of a run as a percentile table in HdrHistogram's `.hgrm` form, which its plotters read: one text for each phase and
 * metric, under a file name that says which. Times in milliseconds, as those plotters expect; other numbers in the metric's unit. Numbers below
 * zero of a signed metric stand in a text of their own, `…-negative`, with the sign taken off.
 */
export function* percentileTables({ histograms }: Pick<Measured, 'histograms'>): Generator<readonly [name: string, text: string]> {
  for (const [phase, metrics] of Object.entries(histograms))
    for (const name of METRIC_NAMES) {
      const histogram = metrics.get(name)
      if (!histogram || histogram.count === 0) continue
      const { unit, scale } = metric(name)
      const { positive, negative } = histogram.parts
      const file = `${encodeURIComponent(phase)}-${name}`
      const ratio = unit === 'µs' ? 1000 : scale
      if (positive.totalCount > 0) yield [`${file}.hgrm`, percentileText(positive, ratio)]
      if (negative) yield [`${file}-negative.hgrm`, percentileText(negative, ratio)]
    }
}
