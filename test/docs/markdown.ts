import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Page {
  /** From the project's root, with slashes. */
  readonly path: string
  readonly text: string
}

/** A page of the project, by its path from the root. */
export const page = (path: string): Page => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })

/** Every page that a reader may come across. */
export const PAGES: readonly Page[] = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
  'reports/README.md',
].map(page)

/** The text from the heading `## title` to the next heading of its level; empty where there is none. */
export function section({ text }: Page, title: string): string {
  const [, after = ''] = `\n${text}`.split(`\n## ${title}\n`)
  return after.split(/\n## /)[0] ?? ''
}

/** First cells of the rows of every table in a text, without their ticks: `a`, `b` gives a and b. */
export const firstCells = (text: string): readonly string[] =>
  [...text.matchAll(/^\| ((?:`[^`]+`|\d+)(?:, (?:`[^`]+`|\d+))*)/gm)].flatMap(([, cell = '']) => cell.replaceAll('`', '').split(', '))

/** Links of a page to other places of the project that lead nowhere. */
export function deadLinks({ path, text }: Page): readonly string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(path, link))
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const path = file === '' ? from : relative(ROOT, join(ROOT, dirname(from), file))
  if (path.startsWith('..') || !existsSync(join(ROOT, path))) return false
  return anchor === undefined || anchors(page(path)).has(anchor)
}

/** Headings as hosts of repositories make anchors of them. */
const anchors = ({ text }: Page): ReadonlySet<string> =>
  new Set(
    [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  )

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '')

export interface Printed {
  readonly words: readonly string[]
  /** What the page shows flowbench to answer: the line below a command that stands behind a prompt. */
  readonly answer?: string
}

/** Commands of flowbench in the fenced blocks of a page, as words; what a shell does with their output is left out. */
export const commands = ({ text }: Page): readonly Printed[] =>
  [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)]
    .map(([, code = '']) => code.replace(/\\\n\s*/g, '').split('\n'))
    .flatMap((lines) =>
      lines.flatMap((line, index) => {
        const answer = lines[index + 1]
        const words = shellWords(line.replace(/^\$ /, ''))
        if (words[0] !== './bin/flowbench') return []
        return [{ words: words.slice(1), ...(line.startsWith('$ ') && answer && { answer }) }]
      }),
    )

/** A line as a shell would split it, up to the first pipe, redirection, `&` or comment. */
function shellWords(line: string): readonly string[] {
  const found: string[] = []
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^([|&#]|\d?>)/.test(word)) break
    found.push(word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''))
  }
  return found
}
