import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ComparisonSettings } from '../core/comparison.ts'
import type { ComparisonSummary } from '../core/comparison-summary.ts'
import { type ConcludedComparison, concludeStored, type StoredComparison, type StoredRun } from '../judge/comparison/comparison-summary.ts'
import type { RunOrder } from '../judge/comparison/experiment.ts'
import { comparisonCsv } from '../report/comparison/csv.ts'
import { renderComparisonHtml } from '../report/comparison/html.ts'
import { comparisonJunit } from '../report/comparison/junit.ts'
import { comparisonMetrics } from '../report/comparison/open-metrics.ts'
import { jsonText } from '../report/json.ts'
import { EXPERIMENT_FILES, readExperiment } from '../store/experiment-folder.ts'
import { readPlan } from '../store/read-lines.ts'
import { EXPORT_FILES, FILES, writeWhole } from '../store/run-folder.ts'
import { storedSummary } from './stored-summary.ts'

/** Reads a folder of a comparison, also one that was killed. Throws a UsageError where it is none. */
export async function readComparison(folder: string): Promise<StoredComparison> {
  const { header, lines } = readExperiment<'comparison', ComparisonSettings, RunOrder>(folder, 'comparison')
  const began = lines.flatMap((line) => ('began' in line ? [line.began] : []))
  const ended = new Set(lines.flatMap((line) => ('ended' in line ? [line.ended] : [])))
  const runs = new Map<string, StoredRun>()
  for (const run of began) {
    const runFolder = join(folder, run)
    if (ended.has(run)) runs.set(run, { plan: readPlan(runFolder).plan, summary: await storedSummary(runFolder) })
    else if (existsSync(join(runFolder, FILES.plan))) runs.set(run, { plan: readPlan(runFolder).plan })
  }
  return { header, lines, runs }
}

/** All that is concluded of a folder of a comparison: the same whenever made again. */
export const concludeComparisonFolder = async (folder: string): Promise<ConcludedComparison> => concludeStored(await readComparison(folder))

/** Formats that are files of a folder of a comparison. */
export const COMPARISON_FORMATS = ['csv', 'html', 'junit', 'openmetrics'] as const
export type ComparisonFormat = (typeof COMPARISON_FORMATS)[number]

/** Those that are written where nobody asks for any. */
export const DEFAULT_COMPARISON_FORMATS: readonly ComparisonFormat[] = ['csv', 'html']

/**
 * Writes what is derived from a comparison into its folder and last, for one that came to its end, `comparison.json`, whose presence says that it
 * is whole. Gives the names written. Throws a WriteError where the disk does not take them.
 */
export async function writeComparison(
  folder: string,
  summary: ComparisonSummary,
  formats: ReadonlySet<ComparisonFormat>,
): Promise<readonly string[]> {
  const written: string[] = []
  const write = async (name: string, text: string) => {
    await writeWhole(folder, name, text)
    written.push(name)
  }
  if (formats.has('csv')) await write(EXPERIMENT_FILES.csv, comparisonCsv(summary))
  if (formats.has('html')) await write(EXPERIMENT_FILES.html, renderComparisonHtml(summary))
  if (formats.has('junit')) await write(EXPORT_FILES.junit, comparisonJunit(summary))
  if (formats.has('openmetrics')) await write(EXPORT_FILES.openmetrics, comparisonMetrics(summary))
  if (summary.status === 'whole') await write(EXPERIMENT_FILES.comparison, jsonText(summary))
  return written
}
