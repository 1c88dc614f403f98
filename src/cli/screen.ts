import { width } from '../report/width.ts'

/** The last lines of a terminal, redrawn in place, while other text goes on above them. */
export interface Screen {
  /** Writes text above what is shown, and what is shown again below it. */
  print(text: string): void
  /** Draws these lines in the place of those before. They are to be narrower than the terminal; what is higher than it loses its first lines. */
  show(lines: readonly string[]): void
  /** Takes what is shown away, as if it had never been there. */
  clear(): void
}

/**
 * A screen on a stream that may be a pipe as well, where nothing should be shown. The cursor stays at the end of the last line, and each change is one
 * write that overwrites before it erases: nothing flickers.
 */
export function createScreen(stream: Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows'>): Screen {
  let shown: readonly string[] = []

  /** To the first column of the first line shown. After a narrowing, a terminal has wrapped the lines that no longer fit. */
  function home(): string {
    const columns = stream.columns || 80
    const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(seenWidth(line) / columns)), 0)
    return shown.length === 0 ? '' : `\r${rows > 1 ? `\x1b[${rows - 1}A` : ''}`
  }

  return {
    print(text) {
      const before = shown.length === 0 ? '' : `${home()}\x1b[J`
      stream.write(`${before}${text}\n${shown.join('\n')}`)
    },
    show(lines) {
      const fitting = lines.slice(-Math.max(1, (stream.rows || 24) - 1))
      if (fitting.length === shown.length && fitting.every((line, at) => line === shown[at])) return
      stream.write(`${home()}${fitting.join('\x1b[K\n')}\x1b[J`)
      shown = fitting
    },
    clear() {
      if (shown.length > 0) stream.write(`${home()}\x1b[J`)
      shown = []
    },
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with it
const COLOURS = /\x1b\[[\d;]*m/g
const seenWidth = (line: string): number => width(line.replace(COLOURS, ''))
