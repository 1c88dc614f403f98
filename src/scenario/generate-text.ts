import { type Random, wholeBetween } from '../core/random.ts'

const SYLLABLES = 'ba be co da di fo ga ha in ke la lo ma mi na ne or pa re sa se ta te un va vi wa za'.split(' ')
const LINE = 76

/** A made-up word of two to four syllables. */
function generateWord(random: Random): string {
  return Array.from({ length: wholeBetween(random, 2, 4) }, () => SYLLABLES[wholeBetween(random, 0, SYLLABLES.length - 1)]!).join('')
}

/** Lines that are made word by word; all after them are some of these again, or a large file would take minutes. */
const FRESH_LINES = 4096

/** Lines of made-up words of about 76 characters, without their breaks. */
export function lineSource(random: Random): () => string {
  const made: string[] = []
  return () => {
    if (made.length === FRESH_LINES) return made[wholeBetween(random, 0, FRESH_LINES - 1)]!
    let line = generateWord(random)
    while (line.length < LINE - 8) line += ` ${generateWord(random)}`
    made.push(line)
    return line
  }
}

/** Lines of made-up words, exactly `size` ASCII characters in all; `heading` comes before every tenth. */
function prose(size: number, random: Random, heading = ''): string {
  const lines: string[] = []
  const nextLine = lineSource(random)
  for (let length = 0, count = 0; length < size; count++) {
    const line = count % 10 === 0 && heading !== '' ? `\n${heading}${generateWord(random)}\n\n` : `${nextLine()}\n`
    lines.push(line)
    length += line.length
  }
  return lines.join('').slice(0, size)
}

const between = (head: string, tail: string, size: number, inside: (size: number) => string): string =>
  head + inside(size - head.length - tail.length) + tail

/** Texts of exactly `size` bytes by format. */
export const TEXTS = {
  txt: prose,
  md: (size: number, random: Random) => between('# Made by flowbench\n', '', size, (rest) => prose(rest, random, '## ')),
  html: (size: number, random: Random) =>
    between(
      '<!doctype html>\n<html lang="en">\n<head><title>Made by flowbench</title></head>\n<body>\n<p>\n',
      '\n</p>\n</body>\n</html>\n',
      size,
      (rest) => prose(rest, random),
    ),
  json: (size: number, random: Random) =>
    between('{"title": "Made by flowbench", "text": "', '"}\n', size, (rest) => prose(rest, random).replaceAll('\n', ' ')),
  csv: table,
} as const

const HEADER = 'id,name,amount,note\n'

/** Rows that all have four cells; the last note is as long as it takes. */
function table(size: number, random: Random): string {
  const rows: string[] = []
  let left = size - HEADER.length
  const nextLine = lineSource(random)
  for (let id = 1; ; id++) {
    const row = `${id},${generateWord(random)},${wholeBetween(random, 1, 9999)},${nextLine()}\n`
    if (row.length > left) break
    rows.push(row)
    left -= row.length
  }
  const last = rows.pop() ?? `1,a,1,${'x'.repeat(left - 7)}\n`
  const more = rows.length === 0 && last.startsWith('1,a,1,') ? 0 : left
  return HEADER + rows.join('') + last.slice(0, -1) + 'x'.repeat(more) + '\n'
}
