import { readFileSync, writeFileSync } from 'node:fs'
import type { CommandModule } from 'yargs'
import { UsageError, WriteError } from '../core/errors.ts'
import { calibrationJsonSchema } from '../report/calibration/json-schema.ts'
import { capacityJsonSchema } from '../report/capacity/json-schema.ts'
import { capacityModesJsonSchema } from '../report/capacity/modes-json-schema.ts'
import { comparisonJsonSchema } from '../report/comparison/json-schema.ts'
import { scenarioJsonSchemaText } from '../scenario/json-schema.ts'

interface SchemaArguments {
  readonly of: string
  readonly out?: string
  readonly check?: string
}

const SCHEMAS: Readonly<Record<string, () => string>> = {
  scenario: scenarioJsonSchemaText,
  comparison: () => `${JSON.stringify(comparisonJsonSchema(), null, 2)}\n`,
  capacity: () => `${JSON.stringify(capacityJsonSchema(), null, 2)}\n`,
  'capacity-modes': () => `${JSON.stringify(capacityModesJsonSchema(), null, 2)}\n`,
  calibration: () => `${JSON.stringify(calibrationJsonSchema(), null, 2)}\n`,
}

/** `flowbench schema`: the JSON Schema of scenario files, for editors and for CI, and of what scripts read. */
export const schemaCommand: CommandModule<unknown, SchemaArguments> = {
  command: 'schema [of]',
  describe: 'print the JSON Schema of scenario files, of comparison.json, of capacity.json, of capacity-modes.json or of calibration.json',
  builder: (yargs) =>
    yargs
      .positional('of', { choices: Object.keys(SCHEMAS), default: 'scenario', describe: 'what is described' })
      .option('out', { type: 'string', requiresArg: true, describe: 'Write it to this file instead of stdout' })
      .option('check', {
        type: 'string',
        requiresArg: true,
        conflicts: 'out',
        describe: 'Only say whether this file is up to date (exit 2 where it is not)',
      })
      .example('$0 schema > scenario.schema.json', 'for "# yaml-language-server: $schema=./scenario.schema.json"')
      .example('$0 schema --check scenarios/scenario.schema.json', 'in CI') as never,
  handler({ of, out, check }) {
    const schema = SCHEMAS[of]!()
    const again = `flowbench schema${of === 'scenario' ? '' : ` ${of}`} --out`
    if (check !== undefined) return checkFile(check, schema, again)
    if (out === undefined) process.stdout.write(schema)
    else writeFile(out, schema)
  },
}

function checkFile(file: string, schema: string, again: string): void {
  let found: string
  try {
    found = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(
      `The schema file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      `Write it with: ${again} ${file}`,
    )
  }
  if (found !== schema)
    throw new UsageError(
      `The schema file ${file} is stale: what it describes has changed since it was written.`,
      `Write it again with: ${again} ${file}`,
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
