import { clearLine, cursorTo } from 'node:readline'
import { writeSize } from '../core/units.ts'
import type { RunWatcher } from '../run/perform.ts'

/** As of the live view. */
interface UploadViewOptions {
  readonly stream: NodeJS.WriteStream
  readonly style: 'redrawn' | 'lines' | 'silent'
}

const LINE_MS = 10_000

/** Shows how far the uploads before a run are: one line in place, or a plain one at the beginning, every 10 s and at the end. */
export function createUploadView({ stream, style }: UploadViewOptions): RunWatcher['uploading'] {
  let told = Number.NEGATIVE_INFINITY
  return ({ done, of, bytes }) => {
    if (style === 'silent') return
    const isOver = done === of
    const files = `${of} ${of === 1 ? 'file' : 'files'}`
    const text = isOver ? `Uploaded ${files} (${writeSize(bytes)}).` : `Uploading ${files}: ${done} done (${writeSize(bytes)})`
    if (style === 'redrawn') {
      cursorTo(stream, 0)
      stream.write(text)
      clearLine(stream, 1)
      if (isOver) stream.write('\n')
    } else if (isOver || performance.now() - told >= LINE_MS) {
      told = performance.now()
      stream.write(`${text}\n`)
    }
  }
}
