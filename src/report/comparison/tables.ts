import type { ComparisonSummary } from '../../core/comparison-summary.ts'
import { signedPercent } from '../../judge/comparison/verdict-words.ts'
import { digits, NONE, percent, quantity } from '../format.ts'
import { plain } from '../plain.ts'
import type { DataTable } from '../table.ts'
import { intervalText, unitOfFigure } from './figure-text.ts'

/** Names of the arms, made plain: the baseline, then the one that is judged. */
type Arms = readonly [string, string]

/** A row for each metric; the one with a star decides. Without rows before anything was judged. */
export function metricsTable(summary: ComparisonSummary, [baseline, candidate]: Arms): DataTable {
  const confidence = Object.values(summary.metrics)[0]?.confidence ?? 0
  return {
    head: ['Metric', baseline, candidate, 'change', `${Number((100 * confidence).toFixed(2))} % interval`, 'verdict', 'would find'],
    words: [5],
    rows: Object.entries(summary.metrics).map(([name, metric]) => [
      name === summary.primary ? `${name} *` : name,
      ...summary.arms.map((arm) => level(summary, arm, name)),
      metric.estimate === undefined ? NONE : signedPercent(metric.estimate),
      intervalText(metric),
      metric.verdict,
      metric.mde === undefined ? NONE : percent(metric.mde),
    ]),
  }
}

/** The geometric mean of an arm's judged runs: what the change is a change of. */
function level({ runs }: ComparisonSummary, arm: string, name: string): string {
  const figures = runs.flatMap((run) => (run.use === 'counted' && run.arm === arm ? (run.figures[name] ?? []) : []))
  if (figures.length === 0) return NONE
  if (figures.includes('endless')) return 'endless'
  const logs = figures.map((figure) => Math.log(figure as number))
  return quantity(Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length), unitOfFigure(name))
}

/** Shares of failures in both arms, and what their difference means. Empty before anything was judged. */
export function failureLines({ failures, arms: [baseline, candidate] }: ComparisonSummary): readonly string[] {
  if (failures === null) return []
  const { low, high, difference, confidence, verdict } = failures
  const bounds =
    low === undefined || high === undefined ? '' : ` (${points(low)} to ${points(high)}, ${digits(100 * confidence)} % interval)`
  const meaning = {
    grown: 'They have grown.',
    'may-have-grown': 'They may have grown by more than one point, so nothing good is said.',
    'not-grown': '',
  }[verdict]
  return [
    `${percent(failures.baseline)} in ${plain(baseline, 60)}, ${percent(failures.candidate)} in ${plain(candidate, 60)}: ${points(difference)} percentage points${bounds}. ${meaning}`.trim(),
  ]
}

const points = (share: number): string => (share > 0 ? '+' : '') + digits(share * 100)

/** What a reply of each arm holds, and the node that differs most. */
export function workTable({ work, node }: ComparisonSummary, [baseline, candidate]: Arms): DataTable {
  return {
    head: ['Work of a reply, mean', baseline, candidate, 'change', 'the arms are'],
    words: [4],
    rows: [
      ...Object.entries(work).map(([of, { baseline, candidate, change, differs }]) => [
        of,
        quantity(baseline, of === 'bytes' ? 'bytes' : 'count'),
        quantity(candidate, of === 'bytes' ? 'bytes' : 'count'),
        change === undefined ? NONE : signedPercent(change),
        differs ? 'unlike' : 'alike',
      ]),
      ...(node
        ? [
            [
              `runs with node ${plain(node.title, 40)}`,
              percent(node.baseline),
              percent(node.candidate),
              `${points(node.candidate - node.baseline)} points`,
              node.differs ? 'unlike' : 'alike',
            ],
          ]
        : []),
    ],
  }
}
