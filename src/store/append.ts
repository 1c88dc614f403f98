import { closeSync, fsync, fsyncSync, openSync, writeSync } from 'node:fs'

/** What the append-only files need of a file system; tests make the n-th write fail or come up short. */
export interface FilePort {
  open(path: string): number
  write(file: number, bytes: Buffer): number
  sync(file: number): void
  /** The same in the background; errors come back through `failed`. */
  syncSoon(file: number, failed: (error: Error) => void): void
  close(file: number): void
}

export const systemFiles: FilePort = {
  // Made new and never through a link: a file that is there already is somebody else's.
  open: (path) => openSync(path, 'ax', 0o600),
  write: (file, bytes) => writeSync(file, bytes),
  sync: (file) => fsyncSync(file),
  syncSoon: (file, failed) => fsync(file, (error) => error && failed(error)),
  close: (file) => closeSync(file),
}

export interface AppendFile {
  /** Hands one line to the kernel before it returns: a kill loses nothing after that. */
  append(line: string): void
  /** Asks the disk to keep what was written so far. */
  sync(): void
  /** Lines that could not be written, in order: the first failure ends writing, since a torn line must stay the last. */
  readonly lost: readonly string[]
  close(): void
}

/** A file of lines that only grows. The first write that fails goes to `failed`, once; from then on lines are kept in memory. */
export function openAppend(
  path: string,
  { files = systemFiles, failed }: { readonly files?: FilePort; readonly failed: (error: Error) => void },
): AppendFile {
  const file = files.open(path)
  const lost: string[] = []
  let broken = false
  let closed = false

  function fail(error: unknown): void {
    if (broken) return
    broken = true
    failed(error instanceof Error ? error : new Error(String(error)))
  }

  return {
    lost,
    append(line) {
      // Sockets may still close after the run is over; that is no longer part of it.
      if (closed) return
      if (broken) {
        lost.push(line)
        return
      }
      const bytes = Buffer.from(`${line}\n`)
      try {
        for (let done = 0; done < bytes.length; ) done += files.write(file, done === 0 ? bytes : bytes.subarray(done))
      } catch (error) {
        lost.push(line)
        fail(error)
      }
    },
    sync() {
      // A sync that the close overtakes finds no file any more; the close has synced then.
      if (!broken && !closed) files.syncSoon(file, (error) => closed || fail(error))
    },
    close() {
      if (closed) return
      closed = true
      try {
        if (!broken) files.sync(file)
      } catch (error) {
        fail(error)
      }
      try {
        files.close(file)
      } catch (error) {
        fail(error)
      }
    },
  }
}
