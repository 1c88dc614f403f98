import type { Random } from '../core/random.ts'
import { lineSource } from './generate-text.ts'

/** Lines of a page of A4 in 11 points. */
const LINES = 50
/** A file with an empty page has fewer. */
export const LEAST_PDF = 800

/**
 * A PDF document (PDF 1.4) of exactly `size` bytes: pages of text in plain content streams, so that whoever extracts text finds some.
 * Lengths and offsets are written to a fixed width, so that the length of the whole is known beforehand.
 */
export function generatePdf(size: number, random: Random): Buffer {
  const pages: string[] = []
  const nextLine = lineSource(random)
  for (let left = size - build([pageOf([])], 0).length; ; ) {
    const page = pageOf(Array.from({ length: LINES }, nextLine))
    left -= page.length + PAGE_OBJECTS
    if (left < 0) break
    pages.push(page)
  }
  // The last page takes as many lines as still fit; what is left over is a comment in its stream.
  let left = size - build([...pages, pageOf([])], 0).length
  const lines: string[] = []
  while (lines.length < LINES) {
    const line = nextLine()
    if (lineOf(line).length > left) break
    left -= lineOf(line).length
    lines.push(line)
  }
  return build([...pages, pageOf(lines)], left)
}

/** What a page adds besides its text, at most: its two objects, their entries in the table, its name in the list of pages. */
const PAGE_OBJECTS = 330

const lineOf = (line: string): string => `(${line}) Tj T*\n`
const pageOf = (lines: readonly string[]): string => `BT\n/F1 11 Tf\n14 TL\n72 780 Td\n${lines.map(lineOf).join('')}ET`

function build(contents: readonly string[], padding: number): Buffer {
  const pageNumbers = contents.map((_, index) => 4 + 2 * index)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${contents.length} /Kids [${pageNumbers.map((number) => `${number} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...contents.flatMap((content, index) => {
      const text = index === contents.length - 1 ? content + comment(padding) : content
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${pageNumbers[index]! + 1} 0 R >>`,
        `<< /Length ${fixed(text.length)} >>\nstream\n${text}\nendstream`,
      ]
    }),
  ]
  const parts = ['%PDF-1.4\n']
  let at = parts[0]!.length
  const offsets = objects.map((object, index) => {
    const offset = at
    const part = `${index + 1} 0 obj\n${object}\nendobj\n`
    parts.push(part)
    at += part.length
    return offset
  })
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  parts.push(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`, ...entries)
  parts.push(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${fixed(at)}\n%%EOF\n`)
  return Buffer.from(parts.join(''), 'latin1')
}

const fixed = (number: number): string => String(number).padEnd(10)
const comment = (length: number): string => (length < 2 ? '\n'.repeat(length) : `\n%${'x'.repeat(length - 2)}`)
