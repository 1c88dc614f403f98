/** Dify's kinds of files; `custom` is what is none of the others. */
export const FILE_KINDS = ['image', 'document', 'audio', 'video', 'custom'] as const
export type FileKind = (typeof FILE_KINDS)[number]

/** What each kind takes in MB of 1,048,576 bytes, as `GET /parameters` says: Dify's defaults. */
export const SIZE_LIMITS = { image: 10, video: 100, audio: 50, other: 15 } as const
const MEGABYTE = 1024 * 1024

const EXTENSIONS: Readonly<Record<Exclude<FileKind, 'custom'>, string>> = {
  image: 'jpg jpeg png webp gif svg',
  document: 'txt markdown md mdx pdf html htm xlsx xls docx csv vtt properties',
  audio: 'mp3 m4a wav amr mpga',
  video: 'mp4 mov mpeg webm',
}
const BY_EXTENSION: ReadonlyMap<string, FileKind> = new Map(
  Object.entries(EXTENSIONS).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as FileKind] as const)),
)

const MIME_TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  csv: 'text/csv',
  json: 'application/json',
}

/** Of an extension without its dot. */
export const mimeTypeOf = (extension: string): string => MIME_TYPES[extension] ?? 'application/octet-stream'

/** What the server takes a file for: by its extension, and where that is unknown by its MIME type. */
export function kindOf(extension: string, mimeType: string): FileKind {
  const known = BY_EXTENSION.get(extension)
  if (known) return known
  for (const kind of ['image', 'video', 'audio'] as const) if (mimeType.includes(kind)) return kind
  return /text|pdf/.test(mimeType) ? 'document' : 'custom'
}

/** Most bytes of a file with this extension. */
export function sizeLimitOf(extension: string): number {
  const kind = BY_EXTENSION.get(extension)
  return (kind === 'image' || kind === 'video' || kind === 'audio' ? SIZE_LIMITS[kind] : SIZE_LIMITS.other) * MEGABYTE
}
