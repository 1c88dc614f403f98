import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { EXIT } from '../../core/errors.ts'
import { type Family, type Labels, line, metricsText } from '../exports/open-metrics-text.ts'

/**
 * `metrics.txt` of a search: OpenMetrics 1.0 text with the verified load and the ends of the bracket, what was completed there, for how long it was held,
 * and the votes of each load. What was not found has no line.
 */
export function capacityMetrics(summary: CapacitySummary): string {
  const { name, mode, axis, levels, verified, heldSeconds, throughput, exitCode, trials, tokens } = summary
  const labels: Labels = [
    ['scenario', name],
    ['mode', mode],
    ['axis', axis],
  ]
  const gauge = (of: string, help: string, value: number | null): Family => ({
    name: of,
    type: 'gauge',
    help,
    lines: value === null ? [] : [line(of, labels, value)],
  })
  const families: readonly Family[] = [
    {
      name: LOAD,
      type: 'gauge',
      help: 'The highest load that held a long trial too, and the ends of the bracket, in runs per second or in slots, by the axis',
      lines: (['verified', 'lower', 'upper'] as const).flatMap((end) => {
        const load = summary[end]
        return load === null ? [] : [line(LOAD, [...labels, ['end', end]], load)]
      }),
    },
    gauge('flowbench_capacity_throughput_runs_per_second', 'Runs completed per second at that load', throughput),
    {
      ...gauge(
        'flowbench_capacity_held_seconds',
        'How long the verified load was held at a stretch',
        verified === null ? null : heldSeconds,
      ),
      unit: 'seconds',
    },
    {
      name: VOTES,
      type: 'gauge',
      help: 'Trials of each load by what they found',
      lines: levels.flatMap(({ load, held, trials: of }) =>
        (
          [
            ['held', held],
            ['missed', of - held],
          ] as const
        ).map(([finding, count]) => line(VOTES, [...labels, ['load', String(load)], ['finding', finding]], count)),
      ),
    },
    gauge('flowbench_capacity_trials', 'Trials of the whole search', trials),
    gauge('flowbench_capacity_tokens', 'Tokens that the whole search used, as far as the server told', tokens),
    gauge('flowbench_capacity_valid', '0 where our own machine spoiled it', exitCode === EXIT.invalid ? 0 : 1),
  ]
  return metricsText(families)
}

const LOAD = 'flowbench_capacity_load'
const VOTES = 'flowbench_capacity_votes'
