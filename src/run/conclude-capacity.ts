import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CapacityOrder, CapacitySearch } from '../core/capacity.ts'
import type { CapacitySummary } from '../core/capacity-summary.ts'
import type { CapacityEvent } from '../judge/capacity/capacity-events.ts'
import { type CapacityHeader, concludeCapacity } from '../judge/capacity/capacity-summary.ts'
import { levelsCsv, trialsCsv } from '../report/capacity/csv.ts'
import { renderCapacityHtml } from '../report/capacity/html.ts'
import { capacityJunit } from '../report/capacity/junit.ts'
import { capacityBenchmark, capacityBmf } from '../report/capacity/measurements.ts'
import { capacityMetrics } from '../report/capacity/open-metrics.ts'
import { jsonText } from '../report/json.ts'
import { EXPERIMENT_FILES, readExperiment } from '../store/experiment-folder.ts'
import { EXPORT_FILES, FILES, writeWhole } from '../store/run-folder.ts'
import { storedSummary } from './stored-summary.ts'

export interface StoredSearch {
  readonly header: CapacityHeader
  readonly events: readonly CapacityEvent[]
  /** Sentences that were noted on the way. */
  readonly notes: readonly string[]
}

/** Reads a folder of a search, also one that was killed. Throws a UsageError where it is none. */
export async function eventsIn(folder: string): Promise<StoredSearch> {
  const { header: first, lines } = readExperiment<'capacity', CapacitySearch, CapacityOrder>(folder, 'capacity')
  const changes = lines.flatMap((line) => ('resumed' in line && line.changed ? [line.changed] : []))
  const header = { ...first, settings: Object.assign({}, first.settings, ...changes) as CapacitySearch }
  const events: CapacityEvent[] = []
  let begun: Extract<(typeof lines)[number], { began: string }> | undefined
  const add = async (run: string, order: CapacityOrder, at: { readonly ended?: number }) => {
    const summary = await storedSummary(join(folder, run))
    const began = begun?.began === run ? Date.parse(begun.at) : (at.ended ?? 0)
    events.push({ run, order, summary, began, ended: at.ended ?? began + summary.durationUs / 1000 })
    begun = undefined
  }
  // A run that was killed has no end of its own, and was paid for all the same. Without a plan it was killed before it sent anything.
  const killed = async () => {
    if (begun && existsSync(join(folder, begun.began, FILES.plan))) await add(begun.began, begun.order, {})
  }
  for (const line of lines) {
    if ('began' in line) {
      await killed()
      begun = line
    } else if ('ended' in line) await add(line.ended, line.order, { ended: Date.parse(line.at) })
    else if ('resumed' in line) {
      await killed()
      begun = undefined
      const last = events.pop()
      if (last) events.push({ ...last, resumed: true })
    }
  }
  await killed()
  return {
    header,
    events,
    notes: lines.flatMap((line) => ('note' in line ? [line.note] : [])),
  }
}

/** All that is concluded of a folder of a search: the same whenever made again. */
export async function concludeCapacityFolder(folder: string): Promise<CapacitySummary> {
  return concludeCapacity(await eventsIn(folder))
}

/** Formats that are files of a folder of a search. */
export const CAPACITY_FORMATS = ['csv', 'html', 'junit', 'openmetrics', 'bmf', 'benchmark'] as const
export type CapacityFormat = (typeof CAPACITY_FORMATS)[number]

/** Those that are written where nobody asks for any. */
export const DEFAULT_CAPACITY_FORMATS: readonly CapacityFormat[] = ['csv', 'html']

/** Formats for other programs, each one text made of the summary. */
const EXPORTS = {
  junit: capacityJunit,
  openmetrics: capacityMetrics,
  bmf: capacityBmf,
  benchmark: capacityBenchmark,
} as const satisfies Partial<Record<CapacityFormat, (summary: CapacitySummary) => string>>

/**
 * Writes what is derived from a search into its folder and last, for one that came to its end, `capacity.json`, whose presence says that it is whole.
 * Gives the names written. Throws a WriteError where the disk does not take them.
 */
export async function writeCapacity(
  folder: string,
  summary: CapacitySummary,
  formats: ReadonlySet<CapacityFormat>,
): Promise<readonly string[]> {
  const written: string[] = []
  const write = async (name: string, text: string) => {
    await writeWhole(folder, name, text)
    written.push(name)
  }
  if (formats.has('csv')) {
    await write(EXPERIMENT_FILES.levels, levelsCsv(summary))
    await write(EXPERIMENT_FILES.trials, trialsCsv(summary))
  }
  for (const [format, made] of Object.entries(EXPORTS) as [keyof typeof EXPORTS, (summary: CapacitySummary) => string][])
    if (formats.has(format)) await write(EXPORT_FILES[format], made(summary))
  if (formats.has('html')) await write(EXPERIMENT_FILES.html, renderCapacityHtml(summary))
  if (summary.status === 'whole') await write(EXPERIMENT_FILES.capacity, jsonText(summary))
  return written
}
