import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UsageError, WriteError } from '../core/errors.ts'
import type { ExperimentHeader, ExperimentLine } from '../core/experiment.ts'
import { EXPORT_FILES, freeSpace, reason } from './run-folder.ts'

/** Files of a folder of runs, beside the folders of its runs. */
export const EXPERIMENT_FILES = {
  log: 'experiment.jsonl',
  csv: 'comparison.csv',
  levels: 'levels.csv',
  trials: 'trials.csv',
  html: 'report.html',
  comparison: 'comparison.json',
  capacity: 'capacity.json',
  capacityModes: 'capacity-modes.json',
} as const

/** What is written of an experiment while it goes on. */
export interface StoredExperiment<Header, Order> {
  readonly header: Header
  readonly lines: readonly ExperimentLine<Order>[]
}

/** Adds a line to an experiment's log and has the disk keep it before it returns. Throws a WriteError where it cannot. */
export function appendToExperiment(folder: string, line: ExperimentHeader<string, unknown> | ExperimentLine<unknown>): void {
  const path = join(folder, EXPERIMENT_FILES.log)
  try {
    const file = openSync(path, 'a', 0o600)
    try {
      writeSync(file, `${JSON.stringify(line)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new WriteError(
      `${path} could not be written: ${reason(error)} (${freeSpace(folder)}).`,
      'Make room, then go on with --resume: no run that has ended is lost.',
      { cause: error },
    )
  }
}

/** Reads an experiment's log up to a torn last line. Throws a UsageError where the folder is none of an experiment of that kind. */
export function readExperiment<Kind extends string, Settings, Order>(
  folder: string,
  kind: Kind,
): StoredExperiment<ExperimentHeader<Kind, Settings>, Order> {
  const path = join(folder, EXPERIMENT_FILES.log)
  if (!existsSync(path))
    throw new UsageError(
      `${folder} is no folder of a ${kind}: it has no ${EXPERIMENT_FILES.log}.`,
      `Name one below reports/ that flowbench has made.`,
    )
  const [first, ...lines] = wholeLines(path)
  const header = first as ExperimentHeader<Kind, Settings> | undefined
  if (header?.schema !== 'flowbench-experiment' || header.version !== 1 || header.kind !== kind)
    throw new UsageError(
      `${path} does not begin as the log of a ${kind} that this version can read.`,
      'Use the version of flowbench that made it.',
    )
  return { header, lines: lines as ExperimentLine<Order>[] }
}

/** Takes away what a kill left of a last line, so that the next one can follow. */
export function mendExperiment(folder: string): void {
  const path = join(folder, EXPERIMENT_FILES.log)
  const bytes = readFileSync(path)
  const end = bytes.lastIndexOf('\n') + 1
  if (end < bytes.length) truncateSync(path, end)
}

/** Takes away what says that a search, in one mode or in several, is whole: it goes on. */
export function reopenSearch(folder: string): void {
  for (const name of [EXPERIMENT_FILES.capacity, EXPERIMENT_FILES.capacityModes]) rmSync(join(folder, name), { force: true })
}

function wholeLines(path: string): readonly unknown[] {
  const texts = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return texts.map((text, at) => {
    try {
      return JSON.parse(text) as unknown
    } catch (error) {
      throw new UsageError(
        `${path}:${at + 1} is no line of a log: the file was damaged.`,
        'The runs in its folder can still be read one by one, with flowbench report.',
        { cause: error },
      )
    }
  })
}

export const isExperimentFolder = (folder: string): boolean => existsSync(join(folder, EXPERIMENT_FILES.log))

/** What the runs in the folder of an experiment were made for; undefined where its log does not say. */
export function kindOfExperiment(folder: string): string | undefined {
  const [header] = wholeLines(join(folder, EXPERIMENT_FILES.log))
  return (header as { readonly kind?: string } | undefined)?.kind
}

/** The folder of an experiment, named by itself or by any of its files. */
export const experimentFolderOf = (path: string): string =>
  ([...Object.values(EXPERIMENT_FILES), ...Object.values(EXPORT_FILES)] as string[]).includes(basename(path)) ? join(path, '..') : path

/** Folders of experiments of a kind below a scenario's folder, the latest last. */
export function experimentFolders(parent: string, prefix: string): readonly string[] {
  if (!existsSync(parent)) return []
  return readdirSync(parent)
    .filter((name) => name.startsWith(`${prefix}-`) && isExperimentFolder(join(parent, name)))
    .sort()
    .map((name) => join(parent, name))
}
