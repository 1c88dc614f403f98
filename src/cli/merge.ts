import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { writeDerived } from '../run/conclude.ts'
import { mergeFolders } from '../run/merge.ts'
import { type FormatArguments, formatOptions, formatsOf } from './formats.ts'
import { colourOf, print } from './output.ts'

interface MergeArguments extends FormatArguments {
  readonly run: readonly string[]
  readonly out: string
  readonly color?: boolean
}

/** `flowbench merge`: the shares of a plan that several machines carried, put together into one run folder and reported on. */
export const mergeCommand: CommandModule<unknown, MergeArguments> = {
  command: 'merge <run..>',
  describe: 'put the shards of a plan together into one run: run --shard 1/8 and so on',
  builder: (yargs) =>
    formatOptions(yargs.positional('run', { type: 'string', demandOption: true, describe: 'the run folders of all shards' }))
      .option('out', { type: 'string', default: 'reports', requiresArg: true, describe: 'folder that the run’s own is made in' })
      .example('$0 merge shards/*/translate/*', 'the folders that eight machines have made, put together') as never,
  handler: merge,
}

async function merge(options: MergeArguments): Promise<void> {
  const { print: format, files } = formatsOf(options)
  const conclusion = await mergeFolders(options.run.map(String), resolve(options.out))
  process.exitCode = conclusion.summary.exitCode
  print(conclusion, { format, files: await writeDerived(conclusion, files), colour: colourOf(process.stdout, options.color) })
}
