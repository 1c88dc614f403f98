import type { ComparedRun, ComparisonSummary } from '../../core/comparison-summary.ts'
import { type Column, csvText } from '../csv.ts'

/**
 * `comparison.csv`: a line per run in the order in which they began. Figures are in their metric's unit, `endless` where they fall among exchanges
 * that nobody answered; what there is not is an empty cell.
 */
export function comparisonCsv({ runs, settings }: ComparisonSummary): string {
  const figures = [settings.primary, ...settings.informing.filter((name) => name !== settings.primary)]
  const columns: readonly Column<ComparedRun>[] = [
    ['pair', (run) => run.pair],
    ['attempt', (run) => run.attempt],
    ['arm', (run) => run.arm],
    ['run', (run) => run.run],
    ['began', (run) => run.began],
    ['use', (run) => run.use],
    ['reasons', (run) => run.reasons.join(' ')],
    ['failures', (run) => run.failures.count],
    ['failures_of', (run) => run.failures.of],
    ['exchanges', (run) => run.exchanges],
    ['tokens', (run) => run.tokens],
    ['seconds', (run) => run.seconds],
    ...figures.map((name): Column<ComparedRun> => [name, (run) => run.figures[name]]),
  ]
  return csvText(columns, runs)
}
