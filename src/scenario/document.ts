import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { unusablePart } from './plain-data.ts'
import { type FieldPath, type Place, type Problem, ScenarioError } from './problem.ts'

/** A YAML file read into plain data, which still knows where each field stands. */
export interface ScenarioDocument {
  /** Plain data: mappings, lists, texts, numbers, booleans, null. */
  readonly data: unknown
  /** Where the field stands; where there is none, the nearest mapping or list around it. `key`: its name rather than its value. */
  readonly locate: (path: FieldPath, part?: 'key' | 'value') => Place
}

const SIZE_LIMIT = 5_000_000
const ALIAS_LIMIT = 100

/**
 * Reads the bytes of a file as YAML 1.2. Throws a `ScenarioError` with every problem of syntax: unknown tags, doubled keys, too many
 * aliases, too deep nesting, `__proto__` as a key, a file that is too large or not UTF-8.
 */
export function readDocument(bytes: Uint8Array, file: string): ScenarioDocument {
  const text = decode(bytes, file)
  const lines = text.split(/\r\n|\n|\r/)
  const counter = new LineCounter()
  const at = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    const source = lines[line - 1]
    return { kind: 'file', file, line: Math.max(1, line), column: Math.max(1, col), ...(source === undefined ? {} : { text: source }) }
  }
  const document = parseDocument(text, { version: '1.2', stringKeys: true, prettyErrors: false, lineCounter: counter, logLevel: 'error' })
  const faults = [...document.errors, ...document.warnings].filter(
    // One slip often makes several errors at one place.
    ({ pos }, index, all) => all.findIndex((other) => other.pos[0] === pos[0]) === index,
  )
  const problems = faults.map(
    ({ code, message, pos }): Problem => ({
      place: at(pos[0]),
      field: '',
      wrong: `The YAML cannot be read: ${clean(message)}`,
      right: remedy(code),
    }),
  )
  if (problems.length > 0) throw new ScenarioError(problems)

  const locate: ScenarioDocument['locate'] = (path, part = 'value') => at(offsetOf(document, path, part))
  const refuse = (path: FieldPath, wrong: string, right: string): never => {
    throw new ScenarioError([{ place: locate(path, 'key'), field: path.slice(0, 8).join('.'), wrong, right }])
  }
  const dangling = danglingAlias(document)
  if (dangling)
    throw new ScenarioError([
      {
        place: at(dangling.offset),
        field: '',
        wrong: `The alias *${dangling.name} stands for nothing`,
        right: 'Put texts that begin with * in quotes.',
      },
    ])
  let data: unknown
  try {
    data = document.toJS({ maxAliasCount: ALIAS_LIMIT })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return refuse([], 'The aliases (*name) in this file unfold into too much', 'Write out what they stand for.')
  }
  const bad = unusablePart(data)
  if (bad) return refuse(bad.path, bad.wrong, bad.right)
  return { data, locate }
}

/** Bytes as text; throws a `ScenarioError` that names the first line where they are too many or no UTF-8. A byte order mark is left out. */
function decode(bytes: Uint8Array, file: string): string {
  const refuse = (wrong: string, right: string): never => {
    throw new ScenarioError([{ place: { kind: 'file', file, line: 1, column: 1 }, field: '', wrong, right }])
  }
  if (bytes.length > SIZE_LIMIT)
    return refuse('The file is larger than 5 MB', 'Put its input sets into CSV or JSONL files of their own and name those with from:')
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || bytes.subarray(0, 4).includes(0))
    return refuse('The file is UTF-16 or UTF-32', 'Save it as UTF-8.')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('The file is not valid UTF-8', 'Save it as UTF-8.')
  }
}

const clean = (message: string) => message.replaceAll(/\s+/g, ' ').replace(/[.:]$/, '').slice(0, 160)

function remedy(code: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'Keep one of the two.'
    case 'TAB_AS_INDENT':
      return 'Indent with spaces.'
    case 'TAG_RESOLVE_FAILED':
      return 'Remove the tag, or put the text in quotes.'
    case 'MULTIPLE_DOCS':
      return 'Keep one document: remove the line --- and put the rest into a file of its own.'
    case 'NON_STRING_KEY':
      return 'Write keys as plain texts.'
    default:
      return 'Check indentation, quotes and brackets here; a text with special characters belongs in quotes.'
  }
}

/** The first alias without an anchor before it. */
function danglingAlias(document: Document): { readonly name: string; readonly offset: number } | undefined {
  let found: { readonly name: string; readonly offset: number } | undefined
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document)) return undefined
      found = { name: alias.source.slice(0, 40), offset: alias.range?.[0] ?? 0 }
      return visit.BREAK
    },
  })
  return found
}

function offsetOf(document: Document, path: FieldPath, part: 'key' | 'value'): number {
  let node: Node | null | undefined = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(step))
      if (!pair) return offset
      const key = pair.key as Node | null
      const value = pair.value as Node | null
      const last = depth === path.length - 1
      const keyOffset = key?.range?.[0] ?? offset
      // A mapping or list below its key is best pointed at by the key; so is a value that is not there at all.
      const inside = value?.range && isScalar(value) && value.range[1] > value.range[0] ? value.range[0] : keyOffset
      offset = last && part === 'key' ? keyOffset : inside
      node = value
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined
      if (!item?.range) return offset
      offset = item.range[0]
      node = item
    } else return offset
  }
  return offset
}
