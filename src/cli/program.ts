import { readFileSync } from 'node:fs'
import yargs from 'yargs'
import { UsageError } from '../core/errors.ts'
import { calibrateCommand } from './calibrate.ts'
import { capacityCommand } from './capacity.ts'
import { checkCommand } from './check.ts'
import { compareCommand } from './compare.ts'
import { doctorCommand } from './doctor.ts'
import { historyCommand } from './history.ts'
import { initCommand } from './init.ts'
import { mergeCommand } from './merge.ts'
import { reportCommand } from './report.ts'
import { runCommand } from './run.ts'
import { schemaCommand } from './schema.ts'
import { simulateCommand } from './simulate.ts'

const LISTS: ReadonlySet<string> = new Set(['set', 'run', 'runs', '_'])

const EPILOGUE = `Exit codes: 0 done, 2 usage or scenario, 3 target, 4 run invalid, 10 objective missed, 11 regression, 12 undecided, 70 bug, 74 not written, 130 and 143 interrupted.`

/** Reads the arguments and does what they say. Throws a UsageError that says what is wrong with them, or what the command throws. */
export async function runProgram(args: readonly string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  await yargs([...args])
    .scriptName('flowbench')
    .usage('$0 <command>\n\nLoad tests for Dify workflows whose numbers are true.')
    .command(runCommand as never)
    .command(checkCommand as never)
    .command(compareCommand as never)
    .command(capacityCommand as never)
    .command(reportCommand as never)
    .command(mergeCommand as never)
    .command(historyCommand as never)
    .command(initCommand as never)
    .command(doctorCommand as never)
    .command(calibrateCommand as never)
    .command(simulateCommand as never)
    .command(schemaCommand as never)
    .completion('completion', 'print a completion script for bash or zsh')
    .option('color', { type: 'boolean', describe: 'colours; --no-color or NO_COLOR switches them off' })
    // Said twice, the last one counts; only --set is a list, and runs that are named.
    .middleware((argv) => {
      for (const [name, value] of Object.entries(argv)) if (Array.isArray(value) && !LISTS.has(name)) argv[name] = value.at(-1)
    }, true)
    .demandCommand(1, 'Say what to do.')
    .strict()
    .recommendCommands()
    .version(`flowbench ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`)
    .alias('help', 'h')
    .epilogue(EPILOGUE)
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      if (error) throw error
      throw new UsageError(message.replace(/\n+/g, ' '), 'Try `flowbench --help`, or --help after a command.')
    })
    .parseAsync()
}
