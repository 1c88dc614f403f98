import { width, wrapped } from '../report/width.ts'

/** Where the text of a plan begins, behind its labels. */
const INDENT = 12
/** Narrower than that nothing is to be read, and what is wider breaks as it may. */
const NARROWEST = 30

/** The lines of a plan as a terminal has room for them: what is too long goes on below its own beginning. Without a terminal they stay as they are. */
export function planLines(lines: readonly string[], { columns }: { readonly columns?: number }): readonly string[] {
  if (columns === undefined || columns < NARROWEST) return lines
  return lines.flatMap((line) => {
    if (width(line) <= columns) return [line]
    const [first = '', ...rest] = wrapped(line.slice(INDENT).trimStart(), columns - INDENT)
    return [`${line.slice(0, INDENT)}${first}`, ...rest.map((more) => `${' '.repeat(INDENT)}${more}`)]
  })
}
