import type { Argv } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { FILE_FORMATS, type FileFormat } from '../run/conclude.ts'
import { PRINTED, type Printed } from './output.ts'

export interface FormatArguments {
  readonly format?: string
  readonly json?: boolean
}

export const formatOptions = <T>(yargs: Argv<T>, known: readonly string[], byDefault: readonly string[]) =>
  yargs
    .option('format', {
      type: 'string',
      requiresArg: true,
      describe: `${known.join(', ')}; several with commas (default ${byDefault.join(',')})`,
    })
    .option('json', { type: 'boolean', describe: 'short for --format json: run.json on stdout' })

/**
 * What to print and which files to write. One of text and json is printed, text where neither is asked for; where no file is asked for, all
 * are written. Throws a UsageError for an unknown format.
 */
export function formatsOf({ format, json }: FormatArguments): { readonly print: Printed; readonly files: ReadonlySet<FileFormat> } {
  const asked = [...(format?.split(',').map((name) => name.trim()) ?? []), ...(json ? ['json'] : [])]
  const known: readonly string[] = [...PRINTED, ...FILE_FORMATS]
  const unknown = asked.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new UsageError(`--format ${unknown} is none of flowbench’s.`, `Known are ${known.join(', ')}.`)
  const files = FILE_FORMATS.filter((name) => asked.includes(name))
  return { print: asked.includes('json') ? 'json' : 'text', files: new Set(files.length > 0 ? files : FILE_FORMATS) }
}
