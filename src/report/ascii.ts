/** Likenesses of the characters that reports use. */
const ASCII: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '→': '->',
  '·': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '≥': '>=',
  '≤': '<=',
  '…': '...',
  '\u202f': ',',
  µ: 'u',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
  '•': 'o',
  '─': '-',
  '│': '|',
  '┼': '|',
  '═': '=',
  '█': '#',
  '░': '.',
}

/** The same in characters that every terminal knows; what has no likeness is a question mark. */
export const ascii = (text: string): string =>
  [...text].map((character) => ASCII[character] ?? (character <= '~' ? character : '?')).join('')
