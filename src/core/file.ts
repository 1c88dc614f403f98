/** Dify's kinds of files; `custom` is what is none of the others. */
export const FILE_KINDS = ['image', 'document', 'audio', 'video', 'custom'] as const
export type FileKind = (typeof FILE_KINDS)[number]

/** What can be made up. */
export const GENERATED_FORMATS = ['pdf', 'png', 'txt', 'md', 'csv', 'html', 'json', 'wav'] as const
export type GeneratedFormat = (typeof GENERATED_FORMATS)[number]

interface Typed {
  /** As a person wrote it; where absent, the name decides. */
  readonly type?: FileKind
}

/** A file that is uploaded before the load. Its bytes are not in the plan. */
export interface LocalFile extends Typed {
  readonly source: 'path'
  /** Absolute. */
  readonly path: string
  /** What the server is told that it is called. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
}

/** A file that is made up from the seed, then uploaded before the load. */
export interface GeneratedFile extends Typed {
  readonly source: 'generated'
  readonly format: GeneratedFormat
  readonly name: string
  readonly size: number
}

/** A file on the web, which the server fetches itself. */
export interface RemoteFile extends Typed {
  readonly source: 'url'
  readonly url: string
}

/** A file that runs are sent, as the plan holds it. */
export type PlannedFile = LocalFile | GeneratedFile | RemoteFile

const EXTENSIONS: Readonly<Record<Exclude<FileKind, 'custom'>, readonly string[]>> = {
  image: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'svg'],
  document: ['txt', 'md', 'mdx', 'markdown', 'pdf', 'html', 'htm', 'csv', 'xlsx', 'xls', 'docx', 'vtt', 'properties'],
  audio: ['mp3', 'm4a', 'wav', 'amr', 'mpga'],
  video: ['mp4', 'mov', 'mpeg', 'webm'],
}

/** Taken for documents only where the server reads them with Unstructured: the name alone does not tell. */
const DOCUMENT_FOR_SOME: ReadonlySet<string> = new Set(['doc', 'eml', 'epub', 'msg', 'ppt', 'pptx', 'xml'])

const KINDS: ReadonlyMap<string, FileKind> = new Map(
  Object.entries(EXTENSIONS).flatMap(([kind, all]) => all.map((extension) => [extension, kind as FileKind] as const)),
)

/** The ending of a file's name in lower case, without its dot; empty where there is none. */
export const extensionOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** What Dify takes a file of this name for. `unsure`: it depends on how the server is set up. */
export function kindOfName(name: string): FileKind | 'unsure' {
  const extension = extensionOf(name)
  return KINDS.get(extension) ?? (DOCUMENT_FOR_SOME.has(extension) ? 'unsure' : 'custom')
}

/** What a file is called: of one on the web, the last part of its address. */
export const nameOfFile = (file: PlannedFile): string => (file.source === 'url' ? nameInUrl(file.url) : file.name)

export const nameInUrl = (url: string): string => (URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? '') : '')

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  gif: 'image/gif',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  m4a: 'audio/mp4',
  markdown: 'text/markdown',
  md: 'text/markdown',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** The media type that a file of this name is uploaded with. */
export const mediaTypeOf = (name: string): string => MEDIA_TYPES[extensionOf(name)] ?? 'application/octet-stream'
