import type { Argv } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { DEFAULT_FORMATS, FILE_FORMATS, type FileFormat } from '../run/conclude.ts'
import { PRINTED, type Printed } from './output.ts'

export interface FormatArguments {
  readonly format?: string
  readonly json?: boolean
}

const KNOWN: readonly string[] = [...PRINTED, ...FILE_FORMATS]

/** How a run's result is told: what is printed, and which files are made. */
export const formatOptions = <T>(yargs: Argv<T>) =>
  yargs
    .option('format', {
      type: 'string',
      requiresArg: true,
      describe: `${KNOWN.join(', ')}; several with commas (default ${['text', ...DEFAULT_FORMATS].join(',')})`,
    })
    .option('json', { type: 'boolean', describe: 'short for --format json: run.json on stdout' })

/**
 * What to print and which files to write. One of json, markdown and text is printed, text where none is asked for; where no file is asked for,
 * the usual ones are written. Throws a UsageError for an unknown format.
 */
export function formatsOf({ format, json }: FormatArguments): { readonly print: Printed; readonly files: ReadonlySet<FileFormat> } {
  const asked = [...(format?.split(',').map((name) => name.trim()) ?? []), ...(json ? ['json'] : [])]
  const unknown = asked.find((name) => !KNOWN.includes(name))
  if (unknown !== undefined) throw new UsageError(`--format ${unknown} is none of flowbench’s.`, `Known are ${KNOWN.join(', ')}.`)
  const files = FILE_FORMATS.filter((name) => asked.includes(name))
  const print = (['json', 'markdown'] as const).find((name) => asked.includes(name)) ?? 'text'
  return { print, files: new Set(files.length > 0 ? files : DEFAULT_FORMATS) }
}
