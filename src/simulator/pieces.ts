import type { ServerResponse } from 'node:http'

/** Writes a stream's body. `before` is called right before the last byte of the text is written. */
export interface BodyWriter {
  write(text: string, before: () => void): void
  /** Calls `act` once everything written so far is out. */
  afterwards(act: () => void): void
}

/** One HTTP chunk per text, at once. */
export const wholeWriter = (response: ServerResponse): BodyWriter => ({
  write(text, before) {
    before()
    response.write(text)
  },
  afterwards: (act) => act(),
})

/** Chunks of `size` bytes that cut through events and characters, one per turn of the event loop so that the client sees them apart. */
export function cuttingWriter(response: ServerResponse, size: number): BodyWriter {
  const queue: (() => void)[] = []
  let busy = false
  function turn(): void {
    const next = queue.shift()
    if (!next) {
      busy = false
      return
    }
    next()
    setImmediate(turn)
  }
  function add(act: () => void): void {
    queue.push(act)
    if (busy) return
    busy = true
    turn()
  }
  return {
    write(text, before) {
      const bytes = Buffer.from(text)
      for (let from = 0; from < bytes.length; from += size) {
        const piece = bytes.subarray(from, from + size)
        const isLast = from + size >= bytes.length
        add(() => {
          if (isLast) before()
          response.write(piece)
        })
      }
    },
    afterwards: add,
  }
}
