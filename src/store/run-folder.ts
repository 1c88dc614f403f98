import { randomBytes } from 'node:crypto'
import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { WriteError } from '../core/errors.ts'

/** Files of a run folder. */
export const FILES = {
  plan: 'plan.json',
  samples: 'samples.jsonl',
  machine: 'machine.jsonl',
  run: 'run.json',
  samplesCsv: 'samples.csv',
  nodesCsv: 'nodes.csv',
  summaryCsv: 'summary.csv',
  histograms: 'histograms.hlog',
  html: 'report.html',
} as const

/** What stands there only where it was asked for: formats for other programs. `hgrm` is a folder with a file for each phase and metric. */
export const EXPORT_FILES = {
  junit: 'junit.xml',
  bmf: 'bmf.json',
  benchmark: 'benchmark.json',
  openmetrics: 'metrics.txt',
  hgrm: 'hgrm',
} as const

/** A scenario's name as a folder name: letters, digits and hyphens, at most 60. */
export function folderName(scenario: string): string {
  const slug = scenario
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '')
  return slug || 'scenario'
}

/** Short enough to read aloud, long enough that two runs begun in one second differ; also the run's id. */
export function newRunId(start: Date): string {
  const stamp = start.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')
  return `${stamp}-${randomBytes(4).toString('hex').slice(0, 4)}`
}

/** Where the folders of a scenario's runs lie. */
export const scenarioFolder = (out: string, scenario: string): string => join(out, folderName(scenario))

/** Makes `parent/<name>/`, readable by its owner only: the folder of a run, or of several. Throws a WriteError where it cannot. */
export function makeFolder(parent: string, name: string): string {
  const folder = join(parent, name)
  orSay(folder, () => {
    makeMissing(parent)
    mkdirSync(folder, { mode: 0o700 })
  })
  return folder
}

/** Makes a folder, readable by its owner only, unless it is there already. Throws a WriteError where it cannot. */
export const standingFolder = (folder: string): void => orSay(folder, () => makeMissing(folder, 0o700))

/**
 * Makes a folder with all that are missing above it, one by one: told to do all at once, the runtime never comes back from a file system that takes no
 * folders, such as /proc. Throws what the system says.
 */
export function makeMissing(folder: string, mode?: number): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(folder) !== folder) makeMissing(dirname(folder), mode)
  try {
    mkdirSync(folder, mode)
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

function orSay(folder: string, make: () => void): void {
  try {
    make()
  } catch (error) {
    throw new WriteError(`The folder ${folder} cannot be made: ${reason(error)}.`, 'Choose a folder that you may write to with --out.', {
      cause: error,
    })
  }
}

/**
 * Writes a whole file, in a subfolder where its name has one, so that it is there either complete or not at all, also after a crash. Throws a WriteError where the disk does not take
 * it; what goes wrong in making the text is thrown as it is.
 */
export async function writeWhole(folder: string, name: string, text: string | AsyncIterable<string>): Promise<void> {
  const path = join(folder, name)
  const draft = `${path}.draft`
  try {
    if (dirname(name) !== '.') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600)
    try {
      if (typeof text === 'string') writeAll(file, text)
      else for await (const part of text) writeAll(file, part)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(draft, { force: true })
    // Only the system's errors have a call: a bug in making the text is no full disk.
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new WriteError(
      `${path} could not be written: ${reason(error)} (${freeSpace(folder)}).`,
      'Make room or choose another folder with --out; `flowbench report` makes derived files again.',
      { cause: error },
    )
  }
}

/** Writes until the kernel has taken all of it. */
export function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}

function syncFolder(folder: string): void {
  // Windows cannot open folders; there the rename alone must do.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** `1.2 GB free`, for messages; `free space unknown` where the system does not say. */
export function freeSpace(folder: string): string {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return `${((bavail * bsize) / 1e9).toFixed(1)} GB free`
  } catch {
    return 'free space unknown'
  }
}

/** The folder of a run, named by itself or by any of its files. */
export function runFolderOf(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  return isFolder || !([...Object.values(FILES), ...Object.values(EXPORT_FILES)] as string[]).includes(basename(path))
    ? path
    : join(path, '..')
}

export const reason = (error: unknown): string =>
  error instanceof Error ? ('code' in error && String(error.code)) || error.message : String(error)
