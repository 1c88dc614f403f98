import { join } from 'node:path'
import { digest } from '../core/digest.ts'
import { UsageError } from '../core/errors.ts'
import type { OverlaidRun } from '../judge/overlay/overlaid-run.ts'
import { type Overlay, overlayOf } from '../judge/overlay/overlay.ts'
import { overlayCsv } from '../report/csv.ts'
import { renderOverlayHtml } from '../report/overlay/html.ts'
import { isExperimentFolder } from '../store/experiment-folder.ts'
import { runFolderOf, scenarioFolder, standingFolder, writeWhole } from '../store/run-folder.ts'
import { isHistoricalFolder } from './compare-stored.ts'
import { concludeFolder } from './conclude.ts'

/** Files of runs laid over each other: named apart from a run's own, so that they can lie beside them. */
const OVERLAY_FILES = { html: 'overlay.html', csv: 'overlay.csv' } as const
export const OVERLAY_FORMATS = ['csv', 'html'] as const
export type OverlayFormat = (typeof OVERLAY_FORMATS)[number]

/** As many as have a colour and a dash of their own. */
const MOST_OVERLAID = 8

export interface StoredOverlay {
  readonly overlay: Overlay
  /** Sentences on logs that were cut off. */
  readonly torn: readonly string[]
}

/** Concludes each run from its own folder, one after another, and lays them over each other. Throws a UsageError where a folder is none of a run, or is named twice. */
export async function overlayFolders(paths: readonly string[]): Promise<StoredOverlay> {
  if (paths.length > MOST_OVERLAID)
    throw new UsageError(
      `${paths.length} runs are too many to be told apart in one picture.`,
      `Name ${MOST_OVERLAID} at the most; many runs over time are what \`flowbench history\` is for.`,
    )
  const runs = new Map<string, OverlaidRun>()
  const torn: string[] = []
  for (const path of paths) {
    const folder = runFolderOf(path)
    if (isExperimentFolder(folder) || isHistoricalFolder(folder))
      throw new UsageError(`${path} is a folder of runs, and only single runs are laid over each other.`, 'Name the folders of runs in it.')
    const { summary, plan, environment, torn: line } = await concludeFolder(folder)
    if (runs.has(summary.run)) throw new UsageError(`${path} is the run ${summary.run}, which is named already.`, 'Name each run once.')
    runs.set(summary.run, { summary, plan, environment })
    if (line !== undefined) torn.push(`The log of ${summary.run} is whole up to line ${line}; what follows was cut off and is left out.`)
  }
  return { overlay: overlayOf([...runs.values()]), torn }
}

/** Where files go if nobody says: a place that the same runs have each time. */
export function usualOverlayFolder({ runs }: Overlay): string {
  const print = digest(runs.map(({ summary }) => summary.run).join(' ')).toString(36)
  return join(scenarioFolder('reports', runs[0]!.summary.name), `overlay-${print}`)
}

/** Writes the files into a folder, which is made where there is none. Gives their names. Throws a WriteError where the disk does not take them. */
export async function writeOverlay(folder: string, overlay: Overlay, formats: ReadonlySet<OverlayFormat>): Promise<readonly string[]> {
  standingFolder(folder)
  const written: string[] = []
  const write = async (name: string, text: string) => {
    await writeWhole(folder, name, text)
    written.push(name)
  }
  if (formats.has('csv')) await write(OVERLAY_FILES.csv, overlayCsv(overlay.runs.map(({ summary }) => summary)))
  if (formats.has('html')) await write(OVERLAY_FILES.html, renderOverlayHtml(overlay))
  return written
}
