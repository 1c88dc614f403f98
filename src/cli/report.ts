import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { isHistoricalFolder, readHistorical } from '../run/compare-stored.ts'
import { concludeFolder, writeDerived } from '../run/conclude.ts'
import { concludeCapacityFolder, writeCapacity } from '../run/conclude-capacity.ts'
import { concludeModesFolder, writeModes } from '../run/conclude-capacity-modes.ts'
import { concludeComparisonFolder, writeComparison } from '../run/conclude-comparison.ts'
import { overlayFolders, usualOverlayFolder, writeOverlay } from '../run/overlay.ts'
import { experimentFolderOf, isExperimentFolder, kindOfExperiment } from '../store/experiment-folder.ts'
import { runFolderOf } from '../store/run-folder.ts'
import { capacityFormatsOf, comparisonFormatsOf, type FormatArguments, formatOptions, formatsOf, overlayFormatsOf } from './formats.ts'
import { colourOf, print, printCapacity, printCapacityModes, printComparison, printOverlay } from './output.ts'

interface ReportArguments extends FormatArguments {
  readonly run: readonly string[]
  readonly out?: string
  readonly color?: boolean
}

type Options = FormatArguments & Pick<ReportArguments, 'color'>

/** `flowbench report`: a stored run rendered again; one that was killed is salvaged; several are laid over each other. */
export const reportCommand: CommandModule<unknown, ReportArguments> = {
  command: 'report <run..>',
  describe: 'render a stored run again; salvage one that was killed; lay several over each other',
  builder: (yargs) =>
    formatOptions(
      yargs.positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'a run folder, or that of a comparison or search, or any file in it; several run folders are laid over each other',
      }),
    )
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'several runs: the folder for their files (default one below reports/, the same each time)',
      })
      .example('$0 report reports/quickstart/20261124T211103Z-3f9a', 'all its files and the summary, made again')
      .example('$0 report reports/quickstart/20261124T211103Z-3f9a --json', 'its conclusions as JSON')
      .example('$0 report reports/translate/20261126T041500Z-3f9a reports/translate/20261127T041500Z-71c2', 'both in one picture') as never,
  handler: report,
}

async function report(options: ReportArguments): Promise<void> {
  const [run, ...others] = options.run.map(String)
  if (others.length > 0) return reportOverlay([run!, ...others], options)
  if (options.out !== undefined)
    throw new UsageError('--out goes with several runs, and one was named.', 'Leave it out: the files of one run go into its own folder.')
  return reportOne(run!, options)
}

async function reportOne(path: string, options: Options): Promise<void> {
  const several = experimentFolderOf(path)
  if (isHistoricalFolder(several)) return reportComparison(several, options)
  if (isExperimentFolder(several)) return reportExperiment(several, options)
  const { print: format, files } = formatsOf(options)
  const conclusion = await concludeFolder(runFolderOf(path))
  const { summary, torn } = conclusion
  if (torn !== undefined) process.stderr.write(`The log is whole up to line ${torn}; what follows was cut off and is left out.\n`)
  process.exitCode = summary.exitCode
  print(conclusion, { format, files: await writeDerived(conclusion, files), colour: colourOf(process.stdout, options.color) })
}

function reportExperiment(folder: string, options: Options): Promise<void> {
  switch (kindOfExperiment(folder)) {
    case 'capacity':
      return reportCapacity(folder, options)
    case 'capacity-modes':
      return reportCapacityModes(folder, options)
    default:
      return reportComparison(folder, options)
  }
}

/** Several runs over each other: side by side, and never judged. */
async function reportOverlay(paths: readonly string[], options: ReportArguments): Promise<void> {
  const { print: format, files } = overlayFormatsOf(options)
  const { overlay, torn } = await overlayFolders(paths)
  for (const line of torn) process.stderr.write(`${line}\n`)
  process.exitCode = overlay.exitCode
  const folder = options.out ?? usualOverlayFolder(overlay)
  printOverlay(overlay, {
    format,
    folder,
    files: await writeOverlay(folder, overlay, files),
    colour: colourOf(process.stdout, options.color),
  })
}

/** A search is made again from its runs, whole or not. */
async function reportCapacity(folder: string, options: Options): Promise<void> {
  const { print: format, files } = capacityFormatsOf(options)
  const summary = await concludeCapacityFolder(folder)
  process.exitCode = summary.exitCode
  printCapacity(
    { summary, folder, files: await writeCapacity(folder, summary, files) },
    { format, colour: colourOf(process.stdout, options.color) },
  )
}

/** The same of searches in several modes, with the files of each. */
async function reportCapacityModes(folder: string, options: Options): Promise<void> {
  const { print: format, files } = capacityFormatsOf(options)
  const summary = await concludeModesFolder(folder)
  process.exitCode = summary.exitCode
  for (const answer of Object.values(summary.answers)) await writeCapacity(join(folder, answer.mode), answer, files)
  printCapacityModes(
    { summary, folder, files: await writeModes(folder, summary, files) },
    { format, colour: colourOf(process.stdout, options.color) },
  )
}

/** A comparison is made again from its runs, whole or not; one of stored runs, which may be gone, from what was concluded of them. */
async function reportComparison(folder: string, options: Options): Promise<void> {
  const { print: format, files } = comparisonFormatsOf(options)
  const summary = isHistoricalFolder(folder) ? readHistorical(folder) : (await concludeComparisonFolder(folder)).summary
  process.exitCode = summary.exitCode
  printComparison(summary, {
    format,
    folder,
    files: await writeComparison(folder, summary, files),
    colour: colourOf(process.stdout, options.color),
  })
}
