import { SECOND } from '../core/units.ts'
import { createIntervalLog } from './histogram.ts'
import { METRIC_NAMES, metric } from './metrics.ts'
import type { Measured } from './summary.ts'

/**
 * `histograms.hlog`: every distribution of a run in HdrHistogram's interval log format 1.3, which any HdrHistogram tool reads. One line for each
 * phase and metric, tagged `phase/metric` (`arm/phase/metric` where there are arms); numbers below zero of a signed metric under
 * `…/negative`, with the sign taken off. Values are in the metric's unit times its scale. Names are percent-encoded, so that a tag has no
 * comma and no blank. The same text for the same run, on any machine. `start` is the wall-clock time of the run's zero.
 */
export function histogramLog({ phases, histograms }: Pick<Measured, 'phases' | 'histograms'>, start: string): string {
  const log = createIntervalLog(start)
  for (const [phase, { arm, beganUs, endedUs }] of Object.entries(phases))
    for (const name of METRIC_NAMES) {
      const histogram = histograms[phase]?.get(name)
      if (!histogram || histogram.count === 0) continue
      const tag = [...(arm === undefined ? [] : [arm]), phase, name].map(encodeURIComponent).join('/')
      const { unit, scale } = metric(name)
      // By custom the column of maxima is in milliseconds where values are times.
      const interval = { from: beganUs / SECOND, to: endedUs / SECOND, maxRatio: unit === 'µs' ? 1000 : scale }
      const { positive, negative } = histogram.parts
      if (positive.totalCount > 0) log.add(tag, positive, interval)
      if (negative) log.add(`${tag}/negative`, negative, interval)
    }
  return log.text()
}
