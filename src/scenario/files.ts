import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { type GeneratedFormat, kindOfName, nameOfFile, type PlannedFile } from '../core/file.ts'
import type { InputSet } from '../core/plan.ts'
import { parseSize, writeSize } from '../core/units.ts'
import { leastSize, madeSize } from './generate-file.ts'
import { findFile, type Row } from './input-rows.ts'
import type { Complain, FieldPath } from './problem.ts'
import type { ScenarioFile, ScenarioInputSet } from './schema.ts'

export interface FilesContext {
  readonly folder: string
  readonly outside: 'allowed' | 'refused'
  readonly complain: Complain
}

type PlannedFiles = Pick<InputSet, 'files' | 'requestFiles'>

/** Of `generate:` without `size:`. */
const USUAL_SIZE = '100kB'
const LARGEST_GENERATED = 100_000_000
const LARGEST_READ = 1_000_000_000

/** The files of an input set, each looked at: there, of a known kind, its content hashed. What cannot be used is complained of and left out. */
export function planFiles(set: ScenarioInputSet, name: string, index: number, context: FilesContext): PlannedFiles {
  const at = (...steps: FieldPath): FieldPath => ['inputs', index, ...steps]
  const plan = (file: ScenarioFile, path: FieldPath, label: string) => planFile(file, path, { ...context, label: `${name}-${label}` })
  const files = Object.entries(set.files ?? {}).flatMap(
    ([variable, written]): readonly (readonly [string, PlannedFile | PlannedFile[]])[] => {
      if (!Array.isArray(written)) return plan(written, at('files', variable), variable).map((file) => [variable, file])
      if (written.length === 0) context.complain(at('files', variable), 'There is no file', 'Name one, or remove the line.')
      return [[variable, written.flatMap((file, place) => plan(file, at('files', variable, place), `${variable}-${place + 1}`))]]
    },
  )
  const own = (set.requestFiles ?? []).flatMap((file, place) => plan(file, at('requestFiles', place), `request-${place + 1}`))
  return {
    ...(files.length > 0 && { files: Object.fromEntries(files) }),
    ...(own.length > 0 && { requestFiles: own }),
  }
}

/** Complains of a variable that has a file and another value too, among `values` or in `rows` that are inputs themselves. */
export function checkFileNames(
  { files = {}, values = {} }: Pick<ScenarioInputSet, 'files' | 'values'>,
  rows: readonly Row[],
  index: number,
  complain: Complain,
): void {
  for (const variable of Object.keys(files)) {
    const path = ['inputs', index, 'files', variable]
    if (Object.hasOwn(values, variable)) complain(path, 'This variable is among values: too', 'Keep one of the two.')
    else if (rows.some((row) => Object.hasOwn(row, variable)))
      complain(path, 'The rows have a column of this name too', 'Rename the column, or remove the file.')
  }
}

interface OneFile extends FilesContext {
  /** What a file that is made up is called after. */
  readonly label: string
}

/** One file, or none where it cannot be used. */
function planFile(written: ScenarioFile, path: FieldPath, context: OneFile): readonly PlannedFile[] {
  const { complain } = context
  const refuse = (wrong: string, right: string, at: FieldPath = path): readonly PlannedFile[] => {
    complain(at, wrong, right)
    return []
  }
  const { path: local, url, generate, size, type } = typeof written === 'string' ? fieldsOf(written) : written
  const sources = [local, url, generate].filter((source) => source !== undefined)
  if (sources.length !== 1)
    return refuse(
      sources.length === 0 ? 'This names no file' : 'This names a file in more than one way',
      'Write one of path:, url: and generate:.',
    )
  if (size !== undefined && generate === undefined)
    return refuse('Only a file that is made up has a size to choose', 'Remove size:, or use generate:.', [...path, 'size'])
  const typed = type === undefined ? {} : { type }
  const planned =
    generate !== undefined
      ? generated(generate, size ?? USUAL_SIZE, context.label, (wrong, right) => refuse(wrong, right, [...path, 'size']))
      : url !== undefined
        ? remote(url, refuse)
        : onDisk(local!, context, refuse)
  return planned.flatMap((file) => {
    const kind = kindOfName(nameOfFile(file))
    if (type === undefined && (kind === 'unsure' || (kind === 'custom' && file.source === 'url'))) {
      const source = file.source === 'url' ? 'url' : 'path'
      return refuse(
        `The kind of this file cannot be told from its ${file.source === 'url' ? 'address' : 'name'}`,
        `Write it as { ${source}: …, type: document }, or another of image, audio, video and custom.`,
      )
    }
    return [{ ...file, ...typed }]
  })
}

/** A text is an address or a path. */
const fieldsOf = (text: string): Exclude<ScenarioFile, string> => (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? { url: text } : { path: text })

type Refuse = (wrong: string, right: string) => readonly PlannedFile[]

function generated(format: GeneratedFormat, size: string, label: string, refuse: Refuse): readonly PlannedFile[] {
  const asked = parseSize(size) ?? 0
  const least = leastSize(format)
  if (asked < least) return refuse(`A ${format} has at least ${least} bytes`, `Write a size such as ${USUAL_SIZE}.`)
  if (asked > LARGEST_GENERATED) return refuse('This is larger than 100 MB', `Write a size such as ${USUAL_SIZE}.`)
  const name = `${label.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80)}.${format}`
  return [{ source: 'generated', format, name, size: madeSize(format, asked) }]
}

function remote(url: string, refuse: Refuse): readonly PlannedFile[] {
  const right = 'Write a path relative to the folder of the scenario, or an address such as https://example.org/a.pdf.'
  if (hasTemplate(url)) return refuse(...TEMPLATE)
  if (!URL.canParse(url)) return refuse('This is no address', right)
  if (!/^https?:$/.test(new URL(url).protocol)) return refuse('This is no http or https address', right)
  const { username, password } = new URL(url)
  if (username !== '' || password !== '')
    return refuse(
      'This address holds a user name or password',
      'Use an address that needs none: it stands in plan.json, and the server logs it.',
    )
  return [{ source: 'url', url }]
}

function onDisk(written: string, { folder, outside }: FilesContext, refuse: Refuse): readonly PlannedFile[] {
  if (hasTemplate(written)) return refuse(...TEMPLATE)
  const found = findFile(written, { folder, outside })
  if (!found.ok) return refuse(found.wrong, found.right)
  try {
    const { size } = statSync(found.path)
    if (size > LARGEST_READ) return refuse(`This file is larger than ${writeSize(LARGEST_READ)}`, 'Name a smaller one.')
    const bytes = readFileSync(found.path)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return [{ source: 'path', path: found.path, name: basename(found.path), size: bytes.length, sha256 }]
  } catch (error) {
    return refuse(`This file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, 'Check its permissions.')
  }
}

const hasTemplate = (text: string): boolean => text.includes('{{')
const TEMPLATE = [
  'Files take no templates: they are uploaded before the first run',
  'Name the file itself; several input sets can have several.',
] as const

/** An input set as the plan's hash takes it: where a file lies on this machine decides nothing of what is sent. */
export function withoutPaths({ files, requestFiles, ...set }: InputSet): object {
  const bare = (file: PlannedFile): object => (file.source === 'path' ? { ...file, path: undefined } : file)
  const all = Object.entries(files ?? {}).map(([variable, given]) => [
    variable,
    Array.isArray(given) ? given.map(bare) : bare(given as PlannedFile),
  ])
  return { ...set, ...(files && { files: Object.fromEntries(all) }), ...(requestFiles && { requestFiles: requestFiles.map(bare) }) }
}
