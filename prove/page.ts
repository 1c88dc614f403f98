import { digits } from '../src/measure/figures.ts'

/** A share as the tables print it, in percent without the sign. */
export const inPercent = (share: number): string => (100 * share).toFixed(1).replace(/^100\.0$/, '100')

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/** `page` with what stands between the two marks of this name replaced. Throws where the marks are missing. */
export function between(page: string, name: string, markdown: string): string {
  const [open, close] = [`<!-- proof: ${name} -->`, `<!-- end: ${name} -->`]
  const [from, to] = [page.indexOf(open), page.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`the page has no marks for the proof "${name}"`)
  return `${page.slice(0, from + open.length)}\n\n${markdown}\n\n${page.slice(to)}`
}

/** `0.04` as `4 %`. */
export const asPercent = (share: number): string => `${share < 0 ? '−' : ''}${digits(Math.abs(100 * share))} %`
