import type { Variable } from '../core/app.ts'
import { GENERATED_FORMATS, type GeneratedFormat } from '../core/file.ts'

/** Small enough to go up in no time, large enough to be a few pages. */
const SIZE = '20kB'

export const isFile = ({ kind }: Pick<Variable, 'kind'>): boolean => kind === 'file' || kind === 'file-list'

/** A made-up file that a file variable takes, as YAML on one line; undefined where none of that kind can be made up, or uploads are not taken. */
export function exampleFile(variable: Variable): string | undefined {
  const format = formatFor(variable)
  if (format === undefined) return undefined
  const file = `{ generate: ${format}, size: ${SIZE} }`
  return variable.kind === 'file-list' ? `[${file}]` : file
}

function formatFor({ files }: Variable): GeneratedFormat | undefined {
  if (files === undefined) return 'pdf'
  const { kinds, extensions, methods } = files
  if (methods.length > 0 && !methods.includes('local_file')) return undefined
  if (kinds.length === 0 || kinds.includes('document')) return 'pdf'
  if (kinds.includes('image')) return 'png'
  if (kinds.includes('audio')) return 'wav'
  return kinds.includes('custom') ? GENERATED_FORMATS.find((format) => extensions.includes(format)) : undefined
}

/** What to write in place of a file that cannot be made up. */
export function placeholderFile({ kind, files }: Variable): string {
  const takesUploads = files === undefined || files.methods.length === 0 || files.methods.includes('local_file')
  const file = takesUploads ? 'inputs/…' : `{ url: "https://…", type: ${files.kinds[0] ?? 'document'} }`
  return kind === 'file-list' ? `[${file}]` : file
}

/** What `files:` takes, before its first variable. */
export const ABOUT_FILES: readonly string[] = [
  '    # Made up, the same for the same seed. A file of yours is a path such as inputs/a.pdf, relative to this file: it is uploaded once, before',
  '    # the load. One on the web is an address, which the server fetches for every run.',
]
