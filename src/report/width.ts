const WIDE =
  /^(?![\uff61-\uffdc])[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const PICTURE = /\ufe0f/u

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Columns that a terminal gives to one user-perceived character: 2 for East Asian wide ones and emoji, 0 for marks standing alone. */
function widthOf(grapheme: string): number {
  if (WIDE.test(grapheme) || PICTURE.test(grapheme)) return 2
  // What a terminal does not join takes a column for each spacing character: count those, never fewer.
  let width = 0
  for (const character of grapheme) if (!NO_WIDTH.test(character)) width++
  return width
}

/** Columns that a line takes in a terminal. */
export function width(text: string): number {
  let sum = 0
  for (const { segment } of graphemes.segment(text)) sum += widthOf(segment)
  return sum
}

/** `text` in at most `columns` columns, with an ellipsis where something was cut. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let [kept, used] = ['', 0]
  for (const { segment } of graphemes.segment(text)) {
    const wide = widthOf(segment)
    if (used + wide > columns - 1) break
    kept += segment
    used += wide
  }
  return columns > 0 ? `${kept}…` : ''
}

/** `text` cut or filled with blanks to exactly `columns` columns. */
export function padded(text: string, columns: number, side: 'left' | 'right'): string {
  const fitted = cut(text, columns)
  const blanks = ' '.repeat(Math.max(0, columns - width(fitted)))
  return side === 'left' ? fitted + blanks : blanks + fitted
}

/** `text` broken between words into lines of at most `columns` columns; a longer word is cut through. Never empty. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(' ')) {
    if (line !== '' && width(line) + 1 + width(word) <= columns) {
      line += ` ${word}`
      continue
    }
    if (line !== '') lines.push(line)
    while (width(word) > columns) {
      const head = cut(word, columns + 1).slice(0, -1)
      // One character wider than the line: it cannot be broken further.
      if (head === '') break
      lines.push(head)
      word = word.slice(head.length)
    }
    line = word
  }
  lines.push(line)
  return lines
}
