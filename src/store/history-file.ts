import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError, WriteError } from '../core/errors.ts'
import type { HistoryEntry } from '../core/history.ts'
import { freeSpace, makeMissing, reason, writeAll } from './run-folder.ts'

export interface HistoryFile {
  readonly entries: readonly HistoryEntry[]
  /** Where whole lines end, in bytes. */
  readonly end: number
  /** The last line is not whole: it was cut off while it was written. It is left out, and the next line takes its place. */
  readonly torn: boolean
  /** The last line is whole but for its line feed, as editors leave it. */
  readonly open: boolean
}

const NOTHING: HistoryFile = { entries: [], end: 0, torn: false, open: false }

/** Reads a history; one that does not exist is empty. Throws a UsageError that names the line where it is none, or of a later version. */
export function readHistory(path: string): HistoryFile {
  if (!existsSync(path)) return NOTHING
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${reason(error)}).`, 'Check its permissions.', { cause: error })
  }
  const lines = text.split('\n')
  const tail = lines.pop()!
  const entries = lines.flatMap((line, at) => (line.trim() === '' ? [] : [entryOf(line, `${path}:${at + 1}`)]))
  const end = Buffer.byteLength(text) - Buffer.byteLength(tail)
  if (tail.trim() === '') return { entries, end, torn: false, open: false }
  try {
    return { entries: [...entries, entryOf(tail, path)], end: Buffer.byteLength(text), torn: false, open: true }
  } catch {
    return { entries, end, torn: true, open: false }
  }
}

function entryOf(line: string, place: string): HistoryEntry {
  let entry: Partial<HistoryEntry> | null
  try {
    entry = JSON.parse(line) as Partial<HistoryEntry> | null
  } catch {
    throw new UsageError(
      `${place} is no line of a history.`,
      /^[<=>]{7}/.test(line)
        ? 'A merge left its marks: keep the lines of both sides.'
        : 'Take the line away, or name another file with --file.',
    )
  }
  if (entry?.schema !== 'flowbench-history')
    throw new UsageError(`${place} is no line of a history.`, 'Take the line away, or name another file with --file.')
  if (entry.version !== 1)
    throw new UsageError(`${place} is of version ${entry.version}, which this flowbench cannot read.`, 'Use a later flowbench.')
  if (!isWhole(entry)) throw new UsageError(`${place} lacks what a line of a history has.`, 'Take the line away, and add its run again.')
  return entry as HistoryEntry
}

/** What everything that reads an entry relies on; a file that people edit and merge may hold anything. */
const isWhole = ({ run, name, start, planHash, machine, versions, figures, failures, work }: Partial<HistoryEntry>): boolean =>
  [run, name, planHash, machine?.print, machine?.words, versions?.flowbench].every((text) => typeof text === 'string') &&
  /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(start ?? '') &&
  [figures, work].every((mapping) => typeof mapping === 'object' && mapping !== null) &&
  Object.values(figures!).every((figure) => figure?.value === 'endless' || figure?.value > 0) &&
  typeof failures?.count === 'number' &&
  typeof failures.of === 'number'

/** Adds lines at the end of a history, all of them or none; a torn last line is taken away before. Throws a WriteError where the disk does not take them. */
export function appendToHistory(path: string, entries: readonly HistoryEntry[]): void {
  const { end, torn, open } = readHistory(path)
  try {
    makeMissing(dirname(path))
    const file = openSync(path, 'a')
    try {
      if (torn) ftruncateSync(file, end)
      writeAll(file, `${open ? '\n' : ''}${entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')}`)
      fsyncSync(file)
    } catch (error) {
      ftruncateSync(file, end)
      throw error
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new WriteError(
      `${path} could not be written: ${reason(error)} (${freeSpace(dirname(path))}).`,
      'Make room, or name another file with --file; nothing was added.',
      { cause: error },
    )
  }
}
