import { type FileKind, kindOf, mimeTypeOf } from './file-kinds.ts'
import { isUuid } from './ids.ts'
import type { InputVariable } from './profile-schema.ts'
import type { StoredFile, Uploads } from './upload.ts'

/** A file as the workflow sees it. */
interface RunFile {
  readonly dify_model_identity: '__dify__file__'
  readonly type: FileKind
  readonly filename: string
  readonly url: string
  readonly [field: string]: unknown
}

type Fields = Readonly<Record<string, unknown>>

export interface FileContext {
  readonly uploads: Pick<Uploads, 'find'>
  readonly user: string
}

export interface FilesRead {
  readonly inputs: Fields
  /** The body's own files. */
  readonly files: readonly unknown[]
  /** Why they cannot be used, in Dify's words. */
  readonly problem: string | undefined
}

/** The files of a run's inputs and of its body, each in the form that the workflow gets. */
export function readFiles(
  variables: readonly InputVariable[],
  { inputs, files }: { readonly inputs: Fields; readonly files: readonly unknown[] },
  context: FileContext,
): FilesRead {
  let problem: string | undefined
  const read = (value: unknown, rules: Rules & { readonly checked: boolean }): unknown => {
    const file = readFile(value, rules, context)
    if (typeof file !== 'string') return file
    if (rules.checked) problem ??= file
    return value
  }
  const own = files.filter(isFields).map((file) => read(file, { strict: true, checked: true }))
  const ofFiles = variables.filter(({ type }) => type === 'file' || type === 'file-list')
  const converted = ofFiles.map((variable): readonly [string, unknown] => {
    const value = inputs[variable.variable]
    // A list was not seen to be held to what its files are, only to what they say they are.
    if (Array.isArray(value)) return [variable.variable, value.map((one) => read(one, { ...variable, strict: false }))]
    return [variable.variable, isFields(value) ? read(value, { ...variable, strict: true }) : value]
  })
  return { inputs: { ...inputs, ...Object.fromEntries(converted) }, files: own, problem }
}

/** A file as it is streamed as text: a link, of an image the image. */
export function fileAsText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length > 0 && value.every(isRunFile) ? value.map(linkTo).join('\n') : undefined
  return isRunFile(value) ? linkTo(value) : undefined
}

/** Files among the values of a workflow, lists of them included. */
export const filesAmong = (values: object): readonly unknown[] => Object.values(values).flat().filter(isRunFile)

const linkTo = ({ type, filename, url }: RunFile): string => `${type === 'image' ? '!' : ''}[${filename}](${url})`

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isRunFile = (value: unknown): value is RunFile => isFields(value) && value['dify_model_identity'] === '__dify__file__'

interface Rules extends Partial<Pick<InputVariable, 'allowed_file_types' | 'allowed_file_extensions' | 'allowed_file_upload_methods'>> {
  /** The file must be what its `type` says. */
  readonly strict: boolean
}

function readFile(value: unknown, rules: Rules, context: FileContext): RunFile | string {
  if (!isFields(value)) return 'Invalid upload file'
  const method = value['transfer_method']
  if (!method) return 'transfer_method is required in file mapping'
  if (method !== 'local_file' && method !== 'remote_url') return `invalid file transfer method value ${method}`
  const found = method === 'local_file' ? uploaded(value, context) : remote(value)
  if (typeof found === 'string') return found
  const detected = kindOf(found.extension, found.mimeType)
  const said = value['type'] ?? 'custom'
  if (rules.strict && said !== detected) return 'Detected file type does not match the specified type. Please verify the file.'
  if (!isAllowed(String(said), `.${found.extension}`, method, rules)) return `File validation failed for file: ${found.name}`
  return toRunFile(found, said === 'custom' ? detected : (said as FileKind), method)
}

function uploaded(value: Fields, { uploads, user }: FileContext): StoredFile | string {
  const id = String(value['upload_file_id'] ?? '')
  if (id === '') return 'Invalid upload file id'
  if (!isUuid(id)) return 'Invalid upload file id format'
  const file = uploads.find(id)
  return file !== undefined && file.user === user ? file : 'Invalid upload file'
}

/** A real server asks the address itself; here its name decides. */
function remote(value: Fields): StoredFile | string {
  const url = String(value['url'] ?? '')
  if (url === '') return 'Invalid file url'
  const name = (URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : '') || 'unknown_file'
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? 'bin'
  return { id: '', name, extension, mimeType: mimeTypeOf(extension), size: -1, user: undefined, url }
}

function isAllowed(type: string, extension: string, method: string, rules: Rules): boolean {
  const { allowed_file_types: types = [], allowed_file_extensions: extensions, allowed_file_upload_methods: methods = [] } = rules
  if (type === 'custom') return (extensions === undefined || extensions.includes(extension)) && isMethodAllowed()
  return (types.length === 0 || types.includes(type as FileKind)) && isMethodAllowed()

  function isMethodAllowed(): boolean {
    // Images are held to rules of their own, which such an app does not have.
    return type === 'image' || methods.length === 0 || methods.includes(method as 'local_file')
  }
}

function toRunFile({ id, name, extension, mimeType, size, url }: StoredFile, type: FileKind, method: string): RunFile {
  const isLocal = method === 'local_file'
  return {
    dify_model_identity: '__dify__file__',
    id: null,
    type,
    transfer_method: method,
    remote_url: isLocal ? '' : url,
    reference: isLocal ? `dify-file-ref:${Buffer.from(JSON.stringify({ record_id: id })).toString('base64')}` : null,
    filename: name,
    extension: `.${extension}`,
    mime_type: mimeType,
    size,
    related_id: isLocal ? id : null,
    url,
  }
}
