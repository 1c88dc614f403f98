import { readFileSync, realpathSync, statSync } from 'node:fs'
import { extname, isAbsolute, relative, resolve, sep } from 'node:path'
import { CsvError, parse } from 'csv-parse/sync'
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml'
import { unusablePart } from './plain-data.ts'

export type Row = Readonly<Record<string, unknown>>

/** Rows, or why there are none: `at` is the place in the input file, where the file itself is at fault. */
export type RowsRead =
  | { readonly ok: true; readonly rows: readonly Row[] }
  | {
      readonly ok: false
      readonly wrong: string
      readonly right: string
      readonly at?: { readonly line: number; readonly column?: number }
    }

export type PathFound =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly wrong: string; readonly right: string }

const SIZE_LIMIT = 100_000_000

/** The absolute path of a file that a scenario in `folder` names. It must exist, and not lie outside the folder (links followed) unless that is allowed. */
export function findFile(
  written: string,
  { folder, outside }: { readonly folder: string; readonly outside: 'allowed' | 'refused' },
): PathFound {
  const path = resolve(folder, written)
  try {
    const real = realpathSync(path)
    const way = relative(realpathSync(folder), real)
    if (outside === 'refused' && (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)))
      return { ok: false, wrong: 'This file lies outside the folder of the scenario', right: 'Move it there, or run with --allow-outside.' }
    if (!statSync(real).isFile())
      return { ok: false, wrong: 'This is no file', right: 'Name a file, relative to the folder of the scenario.' }
    return { ok: true, path }
  } catch (error) {
    return {
      ok: false,
      wrong: `This file cannot be found (${errorCode(error)})`,
      right: 'Write its path relative to the folder of the scenario.',
    }
  }
}

/** Reads csv, json (a list of mappings) or jsonl (a mapping per line), as the name's ending says. Cells of csv are texts. */
export function readRows(path: string): RowsRead {
  const reader = READERS.get(extname(path).toLowerCase())
  if (!reader) return { ok: false, wrong: 'The kind of this file is not known', right: 'Its name must end in .csv, .json or .jsonl.' }
  let text: string
  try {
    if (statSync(path).size > SIZE_LIMIT) return { ok: false, wrong: 'This file is larger than 100 MB', right: 'Use fewer rows.' }
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    return error instanceof TypeError
      ? { ok: false, wrong: 'This file is not valid UTF-8', right: 'Save it as UTF-8.' }
      : { ok: false, wrong: `This file cannot be read (${errorCode(error)})`, right: 'Check its permissions.' }
  }
  const result = reader(text)
  if (!result.ok) return result
  if (result.rows.length === 0) return { ok: false, wrong: 'This file has no rows', right: 'Give it at least one.', at: { line: 1 } }
  return result
}

const errorCode = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown reason'

function readCsv(text: string): RowsRead {
  let problem: RowsRead | undefined
  const columns = (header: readonly string[]): string[] => {
    const names = header.map((name) => name.trim())
    const empty = names.indexOf('')
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    const wrong =
      empty >= 0
        ? `Column ${empty + 1} has no name`
        : twice !== undefined
          ? `Two columns are called ${JSON.stringify(twice)}`
          : names.includes('__proto__')
            ? 'A column is called __proto__'
            : undefined
    if (wrong) problem = { ok: false, wrong, right: 'Give each column a name of its own in the first line.', at: { line: 1 } }
    return names
  }
  try {
    const rows = parse(text, { bom: true, columns, skip_empty_lines: true, max_record_size: 10_000_000 }) as Row[]
    return problem ?? { ok: true, rows }
  } catch (error) {
    if (problem) return problem
    if (!(error instanceof CsvError)) throw error
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1
    return { ok: false, ...csvFault(error.code), at: { line } }
  }
}

function csvFault(code: string): { readonly wrong: string; readonly right: string } {
  if (code.includes('INCONSISTENT'))
    return {
      wrong: 'This row has not as many cells as there are columns',
      right: 'Give it one cell per column; cells with commas belong in double quotes.',
    }
  if (code.includes('QUOTE'))
    return { wrong: 'A double quote stands where none can', right: 'Put the whole cell in double quotes and write "" for a quote in it.' }
  if (code.includes('MAX_RECORD')) return { wrong: 'A row is larger than 10 MB', right: 'Check that its quotes are closed.' }
  return { wrong: `This is no CSV (${code})`, right: 'Write comma-separated cells with the names of the columns in the first line.' }
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)

function readJson(text: string): RowsRead {
  const parsed = parseJson(text)
  if (!parsed.ok) return parsed
  if (!Array.isArray(parsed.value))
    return {
      ok: false,
      wrong: 'This is no list',
      right: 'Write a list of mappings such as [{ "text": "Hello" }].',
      at: { line: 1, column: 1 },
    }
  const bad = parsed.value.findIndex((row) => !isRow(row))
  if (bad < 0) {
    const part = unusablePart(parsed.value)
    return part
      ? { ok: false, wrong: part.wrong, right: part.right, at: { line: lineOfElement(text, Number(part.path[0])) } }
      : { ok: true, rows: parsed.value }
  }
  return {
    ok: false,
    wrong: `Element ${bad + 1} is no mapping`,
    right: 'Write each row as { "variable": value, … }.',
    at: { line: lineOfElement(text, bad) },
  }
}

/** Any JSON is YAML, and YAML knows lines; it is slow, so it is asked only when there is something to report. */
function lineOfElement(text: string, index: number): number {
  const counter = new LineCounter()
  const { contents } = parseDocument(text, { lineCounter: counter, logLevel: 'silent', prettyErrors: false })
  const element = isSeq(contents) ? contents.items[index] : undefined
  const range =
    isMap(element) || (typeof element === 'object' && element !== null && 'range' in element)
      ? (element as { range?: [number, number, number] }).range
      : undefined
  return range ? counter.linePos(range[0]).line : 1
}

function readJsonLines(text: string): RowsRead {
  const rows: Row[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const parsed = parseJson(line)
    if (!parsed.ok) return { ...parsed, at: { ...parsed.at, line: index + 1 } }
    const bad = unusablePart(parsed.value)
    if (bad) return { ok: false, wrong: bad.wrong, right: bad.right, at: { line: index + 1 } }
    if (!isRow(parsed.value))
      return {
        ok: false,
        wrong: 'This line is no mapping',
        right: 'Write each line as { "variable": value, … }.',
        at: { line: index + 1, column: 1 },
      }
    rows.push(parsed.value)
  }
  return { ok: true, rows }
}

type JsonParsed = { readonly ok: true; readonly value: unknown } | Extract<RowsRead, { ok: false }>

function parseJson(text: string): JsonParsed {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    const [, line, column] = /line (\d+) column (\d+)/.exec((error as Error).message) ?? []
    const [, position] = /position (\d+)/.exec((error as Error).message) ?? []
    return {
      ok: false,
      wrong: 'This is not valid JSON',
      right: 'Check quotes, commas and brackets here; names belong in double quotes.',
      at:
        line !== undefined
          ? { line: Number(line), column: Number(column) }
          : { line: 1, column: position === undefined ? text.length + 1 : Number(position) + 1 },
    }
  }
}

const READERS: ReadonlyMap<string, (text: string) => RowsRead> = new Map([
  ['.csv', readCsv],
  ['.json', readJson],
  ['.jsonl', readJsonLines],
  ['.ndjson', readJsonLines],
])
