import { isMetricName, METRIC_NAMES, type Metric, metric } from '../measure/metrics.ts'
import { plain } from './plain.ts'

/** The part of a metric's entry that is shown. */
export type MetricText = Pick<Metric, 'title' | 'unit' | 'formula'>

/** The metric of that name as it is shown; a name that this version does not know (another version's run) stands for itself. */
export const describe = (name: string): MetricText =>
  isMetricName(name) ? metric(name) : { title: plain(name, 60), unit: 'count', formula: 'not known to this version' }

/** Names in the order of the catalogue, unknown ones after them. */
export function inOrder(names: readonly string[]): readonly string[] {
  const known = METRIC_NAMES.filter((name) => names.includes(name))
  return [...known, ...names.filter((name) => !isMetricName(name)).sort()]
}
