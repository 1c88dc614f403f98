import { join } from 'node:path'
import type { Plan } from '../core/plan.ts'
import type { Environment, LogLine, MachineSecond } from '../core/record.ts'
import type { RunSummary } from '../core/summary.ts'
import { concludeMeasured } from '../judge/run-summary.ts'
import { percentileTables } from '../measure/hgrm.ts'
import { histogramLog } from '../measure/hlog.ts'
import { mergedSamples } from '../measure/merged.ts'
import { strained } from '../measure/strained.ts'
import { type Measured, summarise } from '../measure/summary.ts'
import { nodesCsv, samplesCsv, summaryCsv } from '../report/csv.ts'
import { benchmark } from '../report/exports/benchmark.ts'
import { bmf } from '../report/exports/bmf.ts'
import { junit } from '../report/exports/junit.ts'
import { openMetrics } from '../report/exports/open-metrics.ts'
import { renderHtml } from '../report/html.ts'
import { runJson } from '../report/json.ts'
import { openSampleLog, readMachine, readPlan } from '../store/read-lines.ts'
import { EXPORT_FILES, FILES, writeWhole } from '../store/run-folder.ts'

/** What a run folder says, concluded. */
export interface Conclusion {
  readonly folder: string
  readonly summary: RunSummary
  readonly plan: Plan
  readonly environment: Environment
  readonly machine: readonly MachineSecond[]
  readonly measured: Measured
  /** Number of the first row of the log that could not be read. */
  readonly torn?: number
  /** Lines that the disk did not take. */
  readonly lost: readonly LogLine[]
}

/**
 * Reads a run folder and concludes all that is said of it: the same whenever made again, since nothing else is asked. Works on the folder of
 * a run that was killed as well. Throws a UsageError where the folder is none of a run.
 */
export async function concludeFolder(folder: string, unwritten?: { readonly lost: readonly LogLine[] }): Promise<Conclusion> {
  const lost = unwritten?.lost ?? []
  const { plan, environment, shards } = readPlan(folder)
  const log = await openSampleLog(folder)
  const seconds = await readMachine(folder)
  const machine = shards ? strained(seconds) : seconds
  const measured = await summarise(plan, followedBy(log.lines, lost), machine)
  const summary = concludeMeasured(measured, { header: log.header, plan, shards }, { unwritten: unwritten !== undefined })
  const torn = log.torn()
  return { folder, summary, plan, environment, machine, measured, lost, ...(torn !== undefined && { torn }) }
}

async function* followedBy(lines: AsyncIterable<LogLine>, more: readonly LogLine[]): AsyncGenerator<LogLine> {
  yield* lines
  yield* more
}

/** Formats that are files of the run folder. */
export const FILE_FORMATS = ['csv', 'html', 'hlog', 'junit', 'bmf', 'benchmark', 'openmetrics', 'hgrm'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

/** Those that are written where nobody asks for any. */
export const DEFAULT_FORMATS: readonly FileFormat[] = ['csv', 'html', 'hlog']

/** Formats for other programs, each one text made of the summary. */
const EXPORTS = { junit, bmf, benchmark, openmetrics: openMetrics } as const satisfies Partial<
  Record<FileFormat, (summary: RunSummary) => string>
>

/**
 * Writes what is derived from a run into its folder, and last, for a run that came to its end, `run.json`, whose presence says the run is
 * whole. Gives the names written. Throws a WriteError where the disk does not take them.
 */
export async function writeDerived({ folder, ...conclusion }: Conclusion, formats: ReadonlySet<FileFormat>): Promise<readonly string[]> {
  const { summary, plan, measured, lost } = conclusion
  const written: string[] = []
  const write = async (name: string, text: string | AsyncIterable<string>) => {
    await writeWhole(folder, name, text)
    written.push(name)
  }
  const samples = () => mergedSamples(plan, () => followedBy(logLines(folder), lost))
  if (formats.has('csv')) {
    await write(FILES.samplesCsv, samplesCsv(samples()))
    await write(FILES.nodesCsv, nodesCsv(samples()))
    await write(FILES.summaryCsv, summaryCsv(summary))
  }
  if (formats.has('hlog')) await write(FILES.histograms, histogramLog(measured, summary.start))
  if (formats.has('html')) await write(FILES.html, renderHtml(conclusion))
  for (const [format, made] of Object.entries(EXPORTS) as [keyof typeof EXPORTS, (summary: RunSummary) => string][])
    if (formats.has(format)) await write(EXPORT_FILES[format], made(summary))
  if (formats.has('hgrm')) for (const [name, text] of percentileTables(measured)) await write(join(EXPORT_FILES.hgrm, name), text)
  // Without the lines that the disk did not take nobody could make these conclusions again.
  if (summary.status !== 'incomplete' && lost.length === 0) await write(FILES.run, runJson(summary))
  return written
}

async function* logLines(folder: string): AsyncGenerator<LogLine> {
  yield* (await openSampleLog(folder)).lines
}
