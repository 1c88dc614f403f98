import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { keyed } from '../core/random.ts'
import { uuid } from './ids.ts'
import { type Answer, json, refusal } from './replies.ts'

const SIZE_LIMIT = 15 * 1024 * 1024
const NO_FILE = refusal(400, 'no_file_uploaded', 'Please upload your file.')
const TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  csv: 'text/csv',
  json: 'application/json',
}

/** `POST /files/upload`: a multipart body with `file`, and mostly `user`. Nothing of the file is kept. */
export function uploadAnswer(
  contentType: string | undefined,
  body: Buffer,
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
): Answer {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1]
  const parts = boundary === undefined ? [] : partsOf(body, boundary)
  const file = parts.find(({ name, fileName }) => name === 'file' && fileName !== undefined)
  if (file?.fileName === undefined) return NO_FILE
  if (file.data.length > SIZE_LIMIT) return refusal(413, 'file_too_large', '')
  const user = parts.find(({ name }) => name === 'user')?.data.toString()
  const digest = createHash('sha256').update(file.data).digest('hex')
  const extension = extname(file.fileName).slice(1).toLowerCase()
  const id = uuid(keyed(seed, 'file', digest, file.fileName))
  return json(
    {
      id,
      reference: null,
      name: file.fileName,
      size: file.data.length,
      extension,
      mime_type: file.type ?? TYPES[extension] ?? 'application/octet-stream',
      created_by: uuid(keyed(seed, 'user', user ?? '')),
      created_at: seconds,
      preview_url: null,
      source_url: `http://127.0.0.1/files/${id}/file-preview?timestamp=${seconds}`,
      original_url: null,
      user_id: null,
      tenant_id: uuid(keyed(seed, 'tenant')),
      conversation_id: null,
      file_key: null,
    },
    201,
  )
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
