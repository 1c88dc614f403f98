import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { keyed } from '../core/random.ts'
import { mimeTypeOf, sizeLimitOf } from './file-kinds.ts'
import { uuid } from './ids.ts'
import { type Answer, json, refusal } from './replies.ts'

/** What is known of a file that was uploaded; its bytes are not kept. */
export interface StoredFile {
  readonly id: string
  readonly name: string
  /** In lower case, without its dot. */
  readonly extension: string
  readonly mimeType: string
  readonly size: number
  /** Whose it is: a run of another user cannot use it, nor can any where it came without one. */
  readonly user: string | undefined
  readonly url: string
}

export interface Uploads {
  /** `POST /files/upload`: a multipart body with `file`, and mostly `user`. */
  answer(contentType: string | undefined, body: Buffer, seconds: number): Answer
  find(id: string): StoredFile | undefined
}

const NO_FILE = refusal(400, 'no_file_uploaded', 'Please upload your file.')
/** As on the server that was recorded; Dify's own default refuses none. */
const REFUSED_EXTENSIONS: ReadonlySet<string> = new Set(['exe', 'bat'])
/** Files known at once; of more the oldest is forgotten. */
const MEMORY = 10_000

/** The files of a simulator. The same uploads in the same order get the same ids. */
export function createUploads(seed: number): Uploads {
  const stored = new Map<string, StoredFile>()
  let count = 0

  function keep(file: StoredFile): void {
    stored.set(file.id, file)
    if (stored.size > MEMORY) stored.delete(stored.keys().next().value!)
  }

  return {
    find: (id) => stored.get(id.toLowerCase()),
    answer(contentType, body, seconds) {
      const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1]
      const parts = boundary === undefined ? [] : partsOf(body, boundary)
      const file = parts.find(({ name, fileName }) => name === 'file' && fileName !== undefined)
      if (file?.fileName === undefined) return NO_FILE
      const extension = extname(file.fileName).slice(1).toLowerCase()
      if (REFUSED_EXTENSIONS.has(extension))
        return refusal(400, 'invalid_param', `File extension '.${extension}' is not allowed for security reasons`)
      if (file.data.length > sizeLimitOf(extension)) return refusal(413, 'file_too_large', '')
      const user = parts.find(({ name }) => name === 'user')?.data.toString()
      const digest = createHash('sha256').update(file.data).digest('hex')
      const id = uuid(keyed(seed, 'file', count++, digest, file.fileName))
      const url = `http://127.0.0.1/files/${id}/file-preview?timestamp=${seconds}`
      const mimeType = file.type ?? mimeTypeOf(extension)
      keep({ id, name: file.fileName, extension, mimeType, size: file.data.length, user, url })
      return json(
        {
          id,
          reference: null,
          name: file.fileName,
          size: file.data.length,
          extension,
          mime_type: mimeType,
          created_by: uuid(keyed(seed, 'user', user ?? '')),
          created_at: seconds,
          preview_url: null,
          source_url: url,
          original_url: null,
          user_id: null,
          tenant_id: uuid(keyed(seed, 'tenant')),
          conversation_id: null,
          file_key: null,
        },
        201,
      )
    },
  }
}

interface Part {
  readonly name: string | undefined
  readonly fileName: string | undefined
  readonly type: string | undefined
  readonly data: Buffer
}

function partsOf(body: Buffer, boundary: string): readonly Part[] {
  const parts: Part[] = []
  const mark = `--${boundary}`
  for (let from = body.indexOf(mark); from >= 0; ) {
    const next = body.indexOf(`\r\n${mark}`, from + mark.length)
    if (next < 0) break
    const headEnd = body.indexOf('\r\n\r\n', from)
    if (headEnd >= 0 && headEnd < next) {
      const head = body.subarray(from + mark.length, headEnd).toString()
      parts.push({
        name: /\bname="([^"]*)"/i.exec(head.replace(/filename="[^"]*"/i, ''))?.[1],
        fileName: /\bfilename="([^"]*)"/i.exec(head)?.[1],
        type: /^content-type:\s*(\S+)/im.exec(head)?.[1],
        data: body.subarray(headEnd + 4, next),
      })
    }
    from = next + 2
  }
  return parts
}
