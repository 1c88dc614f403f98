import type { Argv } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { DEFAULT_FORMATS, FILE_FORMATS, type FileFormat } from '../run/conclude.ts'
import { CAPACITY_FORMATS, type CapacityFormat, DEFAULT_CAPACITY_FORMATS } from '../run/conclude-capacity.ts'
import { COMPARISON_FORMATS, type ComparisonFormat, DEFAULT_COMPARISON_FORMATS } from '../run/conclude-comparison.ts'
import { OVERLAY_FORMATS, type OverlayFormat } from '../run/overlay.ts'
import { PRINTED, type Printed } from './output.ts'

export interface FormatArguments {
  readonly format?: string
  readonly json?: boolean
}

const KNOWN: readonly string[] = [...PRINTED, ...FILE_FORMATS]
/** Of several runs together. */
const KNOWN_OF_COMPARISON: readonly string[] = [...PRINTED, ...COMPARISON_FORMATS]
/** Of runs laid over each other. */
const KNOWN_OF_OVERLAY: readonly string[] = ['text', 'json', 'markdown', ...OVERLAY_FORMATS]
const KNOWN_OF_CAPACITY: readonly string[] = [...PRINTED, ...CAPACITY_FORMATS]

/** How a run's result is told: what is printed, and which files are made. */
export const formatOptions = <T>(yargs: Argv<T>) => optionsFor(yargs, KNOWN, ['text', ...DEFAULT_FORMATS])

/** The same of a comparison. */
export const comparisonFormatOptions = <T>(yargs: Argv<T>) =>
  optionsFor(yargs, KNOWN_OF_COMPARISON, ['text', ...DEFAULT_COMPARISON_FORMATS])

/** The same of a search for the capacity. */
export const capacityFormatOptions = <T>(yargs: Argv<T>) => optionsFor(yargs, KNOWN_OF_CAPACITY, ['text', ...DEFAULT_CAPACITY_FORMATS])

const optionsFor = <T>(yargs: Argv<T>, known: readonly string[], usual: readonly string[]) =>
  yargs
    .option('format', {
      type: 'string',
      requiresArg: true,
      describe: `${known.join(', ')}; several with commas (default ${usual.join(',')})`,
    })
    .option('json', { type: 'boolean', describe: 'short for --format json: the result as JSON on stdout' })

/**
 * What to print and which files to write. One of json, markdown, github and text is printed, text where none is asked for; where no file is asked
 * for, the usual ones are written. Throws a UsageError for an unknown format.
 */
export function formatsOf(options: FormatArguments): Asked<FileFormat> {
  return chosen(askedFor(options, KNOWN), FILE_FORMATS, DEFAULT_FORMATS)
}

/** The same for a comparison. */
export function comparisonFormatsOf(options: FormatArguments): Asked<ComparisonFormat> {
  return chosen(askedFor(options, KNOWN_OF_COMPARISON), COMPARISON_FORMATS, DEFAULT_COMPARISON_FORMATS)
}

/** The same for runs laid over each other. */
export function overlayFormatsOf(options: FormatArguments): Asked<OverlayFormat> {
  return chosen(askedFor(options, KNOWN_OF_OVERLAY), OVERLAY_FORMATS, OVERLAY_FORMATS)
}

/** The same for a search. */
export function capacityFormatsOf(options: FormatArguments): Asked<CapacityFormat> {
  return chosen(askedFor(options, KNOWN_OF_CAPACITY), CAPACITY_FORMATS, DEFAULT_CAPACITY_FORMATS)
}

const KINDS: ReadonlyMap<readonly string[], string> = new Map([
  [KNOWN_OF_COMPARISON, ' for a comparison'],
  [KNOWN_OF_CAPACITY, ' for a search'],
  [KNOWN_OF_OVERLAY, ' for several runs'],
])

interface Asked<Format> {
  readonly print: Printed
  readonly files: ReadonlySet<Format>
}

function chosen<Format extends string>(asked: readonly string[], known: readonly Format[], usual: readonly Format[]): Asked<Format> {
  const files = known.filter((name) => asked.includes(name))
  const print = PRINTED.find((name) => name !== 'text' && asked.includes(name)) ?? 'text'
  return { print, files: new Set(files.length > 0 ? files : usual) }
}

function askedFor({ format, json }: FormatArguments, known: readonly string[]): readonly string[] {
  const asked = [...(format?.split(',').map((name) => name.trim()) ?? []), ...(json ? ['json'] : [])]
  const unknown = asked.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`--format ${unknown} is none of flowbench’s${KINDS.get(known) ?? ''}.`, `Known are ${known.join(', ')}.`)
  return asked
}
