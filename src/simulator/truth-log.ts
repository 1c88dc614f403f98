import { closeSync, openSync, writeSync } from 'node:fs'
import { UsageError } from '../core/errors.ts'
import type { TruthLine } from '../core/truth.ts'

export interface TruthLog {
  write(line: TruthLine): void
  /** Further lines are dropped; a second call does nothing. */
  close(): void
}

/** JSON lines, flushed once a second and at close. Throws a UsageError where the file cannot be made. */
export function openTruthLog(file: string): TruthLog {
  const descriptor = open(file)
  let lines: string[] = []
  // A descriptor closed twice is somebody else's the second time.
  let closed = false
  function flush(): void {
    const data = Buffer.from(lines.join(''))
    lines = []
    for (let done = 0; done < data.length; ) done += writeSync(descriptor, data, done)
  }
  const timer = setInterval(flush, 1000)
  timer.unref()
  return {
    write: (line) => void lines.push(`${JSON.stringify(line)}\n`),
    close() {
      if (closed) return
      closed = true
      clearInterval(timer)
      flush()
      closeSync(descriptor)
    },
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'w', 0o600)
  } catch (error) {
    throw new UsageError(
      `The truth log ${file} cannot be written: ${(error as Error).message}.`,
      'Name a file in a folder that exists and may be written to.',
      { cause: error },
    )
  }
}
