import { join } from 'node:path'
import type { CapacitySearch } from '../core/capacity.ts'
import type { CapacityModesSummary } from '../core/capacity-modes.ts'
import type { CapacitySummary } from '../core/capacity-summary.ts'
import type { Mode } from '../core/sample.ts'
import { type CapacityModesHeader, concludeModes } from '../judge/capacity/capacity-modes.ts'
import { renderCapacityModesHtml } from '../report/capacity/modes-html.ts'
import { jsonText } from '../report/json.ts'
import { EXPERIMENT_FILES, isExperimentFolder, kindOfExperiment, readExperiment } from '../store/experiment-folder.ts'
import { writeWhole } from '../store/run-folder.ts'
import { type CapacityFormat, concludeCapacityFolder } from './conclude-capacity.ts'

type Settings = CapacityModesHeader['settings']

/** What a folder of searches in several modes was begun with, with what changed since. Throws a UsageError where it is none. */
export function modesHeaderIn(folder: string): CapacityModesHeader {
  const { header, lines } = readExperiment<'capacity-modes', Settings, never>(folder, 'capacity-modes')
  const changes = lines.flatMap((line) => ('resumed' in line && line.changed ? [line.changed] : []))
  return { ...header, settings: Object.assign({}, header.settings, ...changes) as Settings }
}

/** The modes that the search in this folder was begun in. Throws a UsageError where it is none. */
export const modesSearchedIn = (folder: string): readonly Mode[] =>
  isExperimentFolder(folder) && kindOfExperiment(folder) === 'capacity-modes'
    ? modesHeaderIn(folder).settings.searches.map(({ mode }) => mode)
    : [readExperiment<'capacity', CapacitySearch, never>(folder, 'capacity').header.settings.mode]

/** Whether a search in that mode was begun there; one that was killed before its first line was not. */
export function modeWasBegun(folder: string, mode: Mode): boolean {
  const own = join(folder, mode)
  return isExperimentFolder(own) && kindOfExperiment(own) === 'capacity'
}

/** All that is concluded of a folder of searches in several modes: the same whenever made again. */
export async function concludeModesFolder(folder: string): Promise<CapacityModesSummary> {
  const header = modesHeaderIn(folder)
  const begun = header.settings.searches.map(({ mode }) => mode).filter((mode) => modeWasBegun(folder, mode))
  const answers: (readonly [Mode, CapacitySummary])[] = []
  for (const mode of begun) answers.push([mode, await concludeCapacityFolder(join(folder, mode))])
  return concludeModes(header, Object.fromEntries(answers))
}

/**
 * Writes the page of both modes into their folder and last, where all came to their end, `capacity-modes.json`. Gives the names written. Throws a
 * WriteError where the disk does not take them.
 */
export async function writeModes(
  folder: string,
  summary: CapacityModesSummary,
  formats: ReadonlySet<CapacityFormat>,
): Promise<readonly string[]> {
  const made = [
    ...(formats.has('html') ? [[EXPERIMENT_FILES.html, renderCapacityModesHtml(summary)] as const] : []),
    ...(summary.status === 'whole' ? [[EXPERIMENT_FILES.capacityModes, jsonText(summary)] as const] : []),
  ]
  for (const [name, text] of made) await writeWhole(folder, name, text)
  return made.map(([name]) => name)
}
