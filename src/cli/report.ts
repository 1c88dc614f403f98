import type { CommandModule } from 'yargs'
import { isHistoricalFolder, readHistorical } from '../run/compare-stored.ts'
import { concludeFolder, writeDerived } from '../run/conclude.ts'
import { concludeCapacityFolder, writeCapacity } from '../run/conclude-capacity.ts'
import { concludeComparisonFolder, writeComparison } from '../run/conclude-comparison.ts'
import { experimentFolderOf, isExperimentFolder, kindOfExperiment } from '../store/experiment-folder.ts'
import { runFolderOf } from '../store/run-folder.ts'
import { capacityFormatsOf, comparisonFormatsOf, type FormatArguments, formatOptions, formatsOf } from './formats.ts'
import { colourOf, print, printCapacity, printComparison } from './output.ts'

interface ReportArguments extends FormatArguments {
  readonly run: string
  readonly color?: boolean
}

/** `flowbench report`: a stored run rendered again; one that was killed is salvaged. */
export const reportCommand: CommandModule<unknown, ReportArguments> = {
  command: 'report <run>',
  describe: 'render a stored run again; salvage one that was killed',
  builder: (yargs) =>
    formatOptions(
      yargs.positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'a run folder, or that of a comparison or search, or any file in it',
      }),
    )
      .example('$0 report reports/quickstart/20261124T211103Z-3f9a', 'all its files and the summary, made again')
      .example('$0 report reports/quickstart/20261124T211103Z-3f9a --json', 'its conclusions as JSON') as never,
  handler: report,
}

async function report(options: ReportArguments): Promise<void> {
  const several = experimentFolderOf(options.run)
  if (isHistoricalFolder(several)) return reportComparison(options)
  if (isExperimentFolder(several)) return reportExperiment(options)
  const { print: format, files } = formatsOf(options)
  const conclusion = await concludeFolder(runFolderOf(options.run))
  const { summary, torn } = conclusion
  if (torn !== undefined) process.stderr.write(`The log is whole up to line ${torn}; what follows was cut off and is left out.\n`)
  process.exitCode = summary.exitCode
  print(conclusion, { format, files: await writeDerived(conclusion, files), colour: colourOf(process.stdout, options.color) })
}

function reportExperiment(options: ReportArguments): Promise<void> {
  return kindOfExperiment(experimentFolderOf(options.run)) === 'capacity' ? reportCapacity(options) : reportComparison(options)
}

/** A search is made again from its runs, whole or not. */
async function reportCapacity(options: ReportArguments): Promise<void> {
  const { print: format, files } = capacityFormatsOf(options)
  const folder = experimentFolderOf(options.run)
  const summary = await concludeCapacityFolder(folder)
  process.exitCode = summary.exitCode
  printCapacity([{ summary, folder, files: await writeCapacity(folder, summary, files) }], {
    format,
    colour: colourOf(process.stdout, options.color),
  })
}

/** A comparison is made again from its runs, whole or not; one of stored runs, which may be gone, from what was concluded of them. */
async function reportComparison(options: ReportArguments): Promise<void> {
  const { print: format, files } = comparisonFormatsOf(options)
  const folder = experimentFolderOf(options.run)
  const summary = isHistoricalFolder(folder) ? readHistorical(folder) : (await concludeComparisonFolder(folder)).summary
  process.exitCode = summary.exitCode
  printComparison(summary, {
    format,
    folder,
    files: await writeComparison(folder, summary, files),
    colour: colourOf(process.stdout, options.color),
  })
}
