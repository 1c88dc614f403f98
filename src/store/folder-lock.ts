import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { UsageError, WriteError } from '../core/errors.ts'
import { freeSpace, reason } from './run-folder.ts'

/** Who works in a folder, as `lock` in it says. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process began, as its machine counts; tells it from a later one of the same pid. Absent where the machine does not say. */
  readonly born?: string
  /** ISO 8601 in UTC. */
  readonly since: string
}

/** Its name in a folder of runs. */
export const LOCK_FILE = 'lock'

/**
 * Keeps every other flowbench from adding runs to this folder until the function that it gives is called. A lock that a killed process left behind
 * is taken over. Throws a UsageError where a process that lives holds it.
 */
export function holdFolder(folder: string): () => void {
  const path = join(folder, LOCK_FILE)
  const own = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    ...bornOf(process.pid),
    since: new Date().toISOString(),
  } satisfies Holder)
  // Made beside it and linked to its name: nobody ever reads half a lock, and of two who try only one succeeds.
  const beside = `${path}.${process.pid}`
  try {
    writeFileSync(beside, own, { mode: 0o600 })
    for (;;) {
      if (placed(beside, path)) return () => rmSync(path, { force: true })
      const found = read(path)
      if (found === undefined) continue
      const holder = holderIn(found)
      if (holder && lives(holder)) throw heldBy(folder, holder)
      takeAway(path, found)
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new WriteError(
      `${path} could not be written: ${reason(error)} (${freeSpace(folder)}).`,
      'Runs are added only where nobody else can add any: see that you may write there.',
      { cause: error },
    )
  } finally {
    rmSync(beside, { force: true })
  }
}

/** Codes of a file system that has no hard links. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** Gives a file a second name, or a copy where there are no second names; false where that name is taken. */
function placed(from: string, to: string): boolean {
  try {
    try {
      linkSync(from, to)
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error))) throw error
      copyFileSync(from, to, constants.COPYFILE_EXCL)
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** What stands in it; undefined where it is gone. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Takes a stale lock away; one that somebody put in its place meanwhile is put back. */
function takeAway(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.old`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if (read(aside) !== stale) placed(aside, path)
  rmSync(aside, { force: true })
}

/** Undefined where it is none of ours, or damaged: nobody who lives wrote that. */
function holderIn(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder>
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? (holder as Holder) : undefined
  } catch {
    return undefined
  }
}

/** Of another machine nobody here can tell, so it is taken for alive. */
function lives({ pid, host, born }: Holder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  const now = bornOf(pid).born
  return born === undefined || now === undefined || born === now
}

/** Linux alone says it: ticks from the start of the machine to that of the process, field 22 of its stat. */
function bornOf(pid: number): { readonly born?: string } {
  const stat = (() => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8')
    } catch {
      return undefined
    }
  })()
  // The second field is the program's name in brackets, which may hold anything.
  const born = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return born === undefined ? {} : { born }
}

const heldBy = (folder: string, { pid, host, since }: Holder): UsageError =>
  new UsageError(
    `Another flowbench works in ${folder}: process ${pid}${host === hostname() ? '' : ` on ${host}`}, since ${since}.`,
    `Wait for it or end it. Where that is no flowbench any more, remove ${join(folder, LOCK_FILE)}.`,
  )

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
