import { width } from '../../src/report/width.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor begins with it
const PARTS = /\u001b\[(?:(\d+)A|([KJ])|[\d;]*m)|[\s\S]/gu

/**
 * A terminal of so many columns and rows that understands what flowbench writes: carriage return, line feed, cursor up, erase to the end of the line or of
 * the screen, colours (which it drops). Lines that are too long wrap; after a narrowing, those that are there wrap as well, as most terminals have it.
 */
export function createTerminal(columns: number, rows: number) {
  /** All lines since the beginning; the last `rows` of them are the screen. */
  let lines: string[][] = [[]]
  let [row, column] = [0, 0]
  const writes: string[] = []

  const put = (character: string) => {
    if (column >= terminal.columns) {
      column = 0
      down()
    }
    const line = lines[row]!
    while (line.length < column) line.push(' ')
    line[column++] = character
    for (let more = width(character); more > 1; more--) line[column++] = ''
  }
  const down = () => {
    row++
    if (row === lines.length) lines.push([])
  }

  const terminal = {
    columns,
    rows,
    isTTY: true as const,
    writes,
    write(text: string): boolean {
      writes.push(text)
      for (const [part, up, erase] of text.matchAll(PARTS)) {
        if (up !== undefined) row = Math.max(lines.length - terminal.rows, 0, row - Number(up))
        else if (erase !== undefined) {
          lines[row]!.length = Math.min(lines[row]!.length, column)
          if (erase === 'J') lines.length = row + 1
        } else if (part === '\r') column = 0
        else if (part === '\n') {
          down()
          column = 0
        } else if (!part.startsWith('\u001b')) put(part)
      }
      return true
    },
    /** A narrower terminal wraps what is there; the cursor stays with its character. */
    narrow(to: number) {
      terminal.columns = to
      const wrapped: string[][] = []
      let cursor = [0, 0]
      lines.forEach((line, at) => {
        const parts = Math.max(1, Math.ceil(line.length / to))
        if (at === row) cursor = [wrapped.length + Math.min(parts - 1, Math.floor(column / to)), column % to]
        for (let n = 0; n < parts; n++) wrapped.push(line.slice(n * to, (n + 1) * to))
      })
      lines = wrapped
      ;[row = 0, column = 0] = cursor
    },
    /** Everything that was written and is still to be seen, by scrolling up too. */
    text: () => lines.map((line) => line.join('').trimEnd()).join('\n'),
  }
  return terminal
}
