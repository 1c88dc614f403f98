import { basename, dirname, resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { UsageError } from '../core/errors.ts'
import type { HistorySummary } from '../core/history.ts'
import { parseFigureName } from '../judge/figure-name.ts'
import { concludeHistory, FAILURES } from '../judge/history/history.ts'
import { renderHistoryHtml } from '../report/history/html.ts'
import { historyText } from '../report/history/text.ts'
import { jsonText } from '../report/json.ts'
import { addToHistory } from '../run/history.ts'
import { readHistory } from '../store/history-file.ts'
import { writeWhole } from '../store/run-folder.ts'
import { colourOf, glyphs } from './output.ts'
import { shown } from './secrets.ts'

interface HistoryArguments {
  readonly do: 'add' | 'show'
  readonly runs?: readonly string[]
  readonly file: string
  readonly commit?: string
  readonly branch?: string
  readonly invalid?: boolean
  readonly scenario?: string
  readonly metric?: string
  readonly last: number
  readonly format?: string
  readonly json?: boolean
  readonly out?: string
  readonly color?: boolean
}

/** Where a history is kept unless told otherwise: beside the sources, where it can be committed. */
const FILE = 'flowbench-history.jsonl'
/** Runs of a series that are looked at: a change is looked for at every place, which costs the square of their number. */
const LAST = 200

/** `flowbench history`: one line for each run in a file that outlives its folder; the trend, and where it changed. */
export const historyCommand: CommandModule<unknown, HistoryArguments> = {
  command: 'history <do> [runs..]',
  describe: 'keep one line of each run in a file, and find where the trend changed',
  builder: (yargs) =>
    yargs
      .positional('do', { choices: ['add', 'show'] as const, demandOption: true, describe: 'add runs, or show the trend' })
      .positional('runs', { type: 'string', array: true, describe: 'add: run folders, or folders of runs' })
      .option('file', { type: 'string', default: FILE, requiresArg: true, describe: 'the history' })
      .option('commit', { type: 'string', requiresArg: true, describe: 'add: commit of what was measured (default: as CI says)' })
      .option('branch', {
        type: 'string',
        requiresArg: true,
        describe: 'add: its branch (default: as CI says); show: only runs of this branch',
      })
      .option('invalid', { type: 'boolean', describe: 'add: take runs that are invalid too, marked' })
      .option('scenario', { type: 'string', requiresArg: true, describe: 'show: only runs of the scenario with this name' })
      .option('metric', {
        type: 'string',
        requiresArg: true,
        describe: 'show: only these figures, with commas, such as "response_time p95"',
      })
      .option('last', {
        type: 'number',
        default: LAST,
        requiresArg: true,
        describe: 'show: the most runs of each series, from the latest back',
      })
      .option('format', { type: 'string', requiresArg: true, describe: 'show: text, json, html; several with commas (default text)' })
      .option('json', { type: 'boolean', describe: 'show: short for --format json' })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'show: file of the page, with --format html (default beside the history)',
      })
      .example('$0 history add reports/translate/20261126T041500Z-3f9a', 'after a run, or in CI')
      .example('$0 history show --metric "response_time p95,failures"', 'the trend of two figures')
      .example('$0 history show --format html --out history.html', 'as a page') as never,
  handler: (options) => (options.do === 'add' ? add(options) : show(options)),
}

const OF_ADD = ['commit', 'invalid'] as const
const OF_SHOW = ['scenario', 'metric', 'format', 'json', 'out'] as const

function add(options: HistoryArguments): void {
  refuse(OF_SHOW, options, 'show')
  const { runs = [], file, commit, branch } = options
  if (runs.length === 0)
    throw new UsageError('There is nothing to add: no run is named.', 'Name a run folder below reports/, or a folder of runs.')
  const {
    added,
    refused,
    runs: all,
  } = addToHistory(runs, {
    file,
    invalid: options.invalid ? 'take' : 'refuse',
    env: process.env,
    ...(commit !== undefined && { commit }),
    ...(branch !== undefined && { branch }),
  })
  for (const why of refused) process.stderr.write(`${shown(`Not added: ${why}`)}\n`)
  process.stdout.write(`Added ${added.length} ${added.length === 1 ? 'run' : 'runs'} to ${file}, which now holds ${all}.\n`)
}

const FORMATS: readonly string[] = ['text', 'json', 'html']

async function show(options: HistoryArguments): Promise<void> {
  refuse(OF_ADD, options, 'add')
  const { file, runs = [] } = options
  if (runs.length > 0) throw new UsageError(`history show shows a file, and ${runs[0]} was named.`, 'Name the file with --file.')
  const formats = formatsOf(options)
  const summary = summaryOf(options)
  if (formats.includes('json')) process.stdout.write(jsonText(summary))
  const page = options.out ?? `${file.replace(/\.jsonl$/, '')}.html`
  if (formats.includes('html')) await writeWhole(dirname(resolve(page)), basename(page), renderHistoryHtml(summary))
  if (!formats.includes('json')) process.stdout.write(textOf(summary, options, formats.includes('html') ? page : undefined))
}

const textOf = (summary: HistorySummary, { color }: HistoryArguments, page: string | undefined): string =>
  historyText(summary, {
    colour: colourOf(process.stdout, color),
    width: process.stdout.columns ?? 100,
    glyphs: glyphs(),
    ...(page !== undefined && { files: [['Page', page]] }),
  })

function summaryOf({ file, branch, scenario, metric, last }: HistoryArguments): HistorySummary {
  const { entries, torn } = readHistory(file)
  if (torn) process.stderr.write(`The last line of ${file} was cut off while it was written, and is left out.\n`)
  if (entries.length === 0) throw new UsageError(`${file} holds no run.`, 'Add one with: flowbench history add <run>')
  if (!Number.isInteger(last) || last < 1)
    throw new UsageError('--last wants a number of runs.', 'Write a whole number, such as --last 100.')
  const chosen = entries.filter((entry) => (branch ?? entry.branch) === entry.branch && (scenario ?? entry.name) === entry.name)
  if (chosen.length === 0)
    throw new UsageError(
      `${file} holds no such run.`,
      `Its scenarios are ${list(entries.map(({ name }) => name))}; its branches ${list(entries.flatMap(({ branch = [] }) => branch)) || 'none'}.`,
    )
  return concludeHistory(chosen, { last, ...(metric !== undefined && { figures: figuresOf(metric) }) })
}

const list = (names: readonly string[]): string => [...new Set(names)].join(', ')

function figuresOf(metric: string): readonly string[] {
  return metric.split(',').map((text) => {
    const figure = text.trim().replace(/\s+/g, ' ')
    const read = figure === FAILURES ? undefined : parseFigureName(figure)
    if (read && 'problem' in read) throw new UsageError(`--metric ${figure}: ${read.problem}.`, read.hint)
    return figure
  })
}

function formatsOf({ format, json }: HistoryArguments): readonly string[] {
  const asked = [...(format?.split(',').map((name) => name.trim()) ?? []), ...(json ? ['json'] : [])]
  const unknown = asked.find((name) => !FORMATS.includes(name))
  if (unknown !== undefined) throw new UsageError(`--format ${unknown} is none of a history.`, `Known are ${FORMATS.join(', ')}.`)
  return asked.length === 0 ? ['text'] : asked
}

function refuse(names: readonly (keyof HistoryArguments)[], options: HistoryArguments, other: 'add' | 'show'): void {
  const stray = names.find((name) => options[name] !== undefined)
  if (stray !== undefined) throw new UsageError(`--${stray} goes with history ${other}.`, 'Leave it out.')
}
