import { closeSync, existsSync, fsyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Check, checksAbout } from '../../judge/check-up.ts'
import { bytes, duration } from '../../report/format.ts'
import { reason } from '../../store/run-folder.ts'

const check = checksAbout('machine')

/** Below it, a long run may fill the disk: about 2 kB for each run, and as much again for what is derived. */
const LITTLE_ROOM = 1e9
/** The log is brought to the disk once a second, and the loop stands still meanwhile. */
const SLOW_SYNC = 50_000

/** Whether run folders can be made in `out`: writes a file there (or where it would be made), waits for the disk, and removes it again. */
export function folderCheck(out: string): Check {
  const wanted = resolve(out)
  const there = existing(wanted)
  const where = there === wanted ? wanted : `${wanted} (to be made in ${there})`
  let took: number
  try {
    took = writeTest(there)
  } catch (error) {
    return check(
      'output',
      'bad',
      `nothing can be written in ${where} (${reason(error)})`,
      'Choose a folder that you may write to with --out, or make room.',
    )
  }
  const free = freeBytes(there)
  const says = `${where} can be written; ${free === undefined ? 'free space unknown' : `${bytes(free)} free`}, bringing a file to the disk took ${duration(took)}`
  const fix =
    free !== undefined && free < LITTLE_ROOM
      ? 'Make room, or choose another folder with --out: a run that cannot write ends early.'
      : took > SLOW_SYNC
        ? 'The disk is slow or busy, and moments are noted late while it is waited for: choose a local disk with --out.'
        : undefined
  return check('output', fix === undefined ? 'good' : 'doubtful', says, fix)
}

/** The folder itself, or the nearest above it that is there. */
const existing = (path: string): string => (existsSync(path) || dirname(path) === path ? path : existing(dirname(path)))

/** How long writing and syncing 64 kB took, in µs. */
function writeTest(folder: string): number {
  const place = mkdtempSync(join(folder, '.flowbench-doctor-'))
  try {
    const start = process.hrtime.bigint()
    const file = openSync(join(place, 'test'), 'wx', 0o600)
    try {
      writeSync(file, Buffer.alloc(65_536))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return Number(process.hrtime.bigint() - start) / 1e3
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}
