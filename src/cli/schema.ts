import { readFileSync, writeFileSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { UsageError, WriteError } from '../core/errors.ts'
import { scenarioJsonSchemaText } from '../scenario/json-schema.ts'

interface SchemaArguments {
  readonly out?: string
  readonly check?: string
}

/** `flowbench schema`: the JSON Schema of scenario files, for editors and for CI. */
export const schemaCommand: CommandModule<unknown, SchemaArguments> = {
  command: 'schema',
  describe: 'print the JSON Schema of scenario files',
  builder: (yargs) =>
    yargs
      .option('out', { type: 'string', requiresArg: true, describe: 'Write it to this file instead of stdout' })
      .option('check', {
        type: 'string',
        requiresArg: true,
        conflicts: 'out',
        describe: 'Only say whether this file is up to date (exit 2 where it is not)',
      })
      .example('$0 schema > scenario.schema.json', 'for "# yaml-language-server: $schema=./scenario.schema.json"')
      .example('$0 schema --check scenarios/scenario.schema.json', 'in CI') as never,
  handler({ out, check }) {
    const schema = scenarioJsonSchemaText()
    if (check !== undefined) return checkFile(check, schema)
    if (out === undefined) process.stdout.write(schema)
    else writeFile(out, schema)
  },
}

function checkFile(file: string, schema: string): void {
  let found: string
  try {
    found = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(
      `The schema file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      `Write it with: flowbench schema --out ${file}`,
    )
  }
  if (found !== schema)
    throw new UsageError(
      `The schema file ${file} is stale: scenario files have changed since it was written.`,
      `Write it again with: flowbench schema --out ${file}`,
    )
}

function writeFile(file: string, schema: string): void {
  try {
    writeFileSync(file, schema)
  } catch (error) {
    throw new WriteError(
      `The schema cannot be written to ${file} (${(error as NodeJS.ErrnoException).code}).`,
      'Check that its folder exists and that you may write there.',
    )
  }
}
