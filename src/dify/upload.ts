import { mediaTypeOf } from '../core/file.ts'
import { parseObject, textOf } from './reply.ts'

export const UPLOAD_PATH = '/files/upload'

export interface UploadBody {
  readonly contentType: string
  readonly body: Uint8Array
}

/**
 * Body of `POST /files/upload` (multipart/form-data, RFC 7578): the user whose runs may use the file, and the file. `boundary` must not occur
 * in the content; random letters do not.
 */
export function uploadBody(
  user: string,
  { name, content }: { readonly name: string; readonly content: Uint8Array },
  boundary: string,
): UploadBody {
  const part = (disposition: string, more = '') => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n`
  const head = `${part('name="user"')}${user}\r\n${part(`name="file"; filename="${escaped(name)}"`, `Content-Type: ${mediaTypeOf(name)}\r\n`)}`
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}

/** As browsers write a file's name (HTML standard, multipart/form-data encoding). */
const escaped = (name: string): string => name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** The id that an upload got; undefined where the reply is none of an upload. */
export const readUploadId = (body: string): string | undefined => textOf(parseObject(body)?.['id'])
