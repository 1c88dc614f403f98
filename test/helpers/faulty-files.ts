import type { FilePort } from '../../src/store/append.ts'

export interface FaultyFiles extends FilePort {
  /** What was written, in bytes that reached the disk. */
  text(): string
  readonly calls: readonly string[]
  /** Ends the background sync that was asked for last. */
  synced(error?: Error): void
}

export interface Faults {
  /** Number of the first write that fails, from 0. */
  readonly writeFails?: number
  /** How many bytes of that write get through before it does. */
  readonly torn?: number
  /** At most so many bytes go with one write. */
  readonly mostBytes?: number
  readonly syncFails?: boolean
  readonly closeFails?: boolean
}

const full = (call: string) => Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), { code: 'ENOSPC' })

/** A file system in memory that fails as it is told to. */
export function faultyFiles(faults: Faults = {}): FaultyFiles {
  const written: Buffer[] = []
  const calls: string[] = []
  let writes = 0
  let torn = false
  let report: (error: Error) => void = () => {}
  return {
    calls,
    text: () => Buffer.concat(written).toString('utf8'),
    synced: (error) => error && report(error),
    open: () => 7,
    write(_, bytes) {
      const failing = writes === faults.writeFails
      if (failing && (torn || !faults.torn)) throw full('write')
      if (failing) torn = true
      else writes++
      const taken = Math.min(bytes.length, failing ? faults.torn! : (faults.mostBytes ?? bytes.length))
      written.push(Buffer.from(bytes.subarray(0, taken)))
      return taken
    },
    sync() {
      calls.push('sync')
      if (faults.syncFails) throw full('fsync')
    },
    syncSoon(_, failed) {
      calls.push('sync soon')
      report = failed
    },
    close() {
      calls.push('close')
      if (faults.closeFails) throw full('close')
    },
  }
}
