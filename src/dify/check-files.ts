import type { FileRules, FileSettings } from '../core/app.ts'
import { extensionOf, FILE_KINDS, type FileKind, kindOfName, nameInUrl } from '../core/file.ts'
import { fieldsOf, textOf } from './reply.ts'

/** A judgement on a value: what the server refuses, or what it takes but hardly as it was meant. */
export type Verdict = readonly ['problem' | 'warning', wrong: string, right: string]

export interface FileContext {
  readonly settings: FileSettings
  /** What is behind an upload's id, where it is known. */
  readonly uploads: ReadonlyMap<string, { readonly name: string; readonly size: number }>
}

/** How the server holds files to what they are: of one alone what it is must be what its type says, of a list only the type is looked at. */
type Strictness = 'strict' | 'lax'

export interface FileJudging extends FileContext {
  /** How the sentence calls what the file is for. */
  readonly called: string
  readonly rules: FileRules | undefined
  readonly strictness: Strictness
}

type Fields = Readonly<Record<string, unknown>>

/** The first problem of some files, else the first warning. Rules after Dify 1.14.2. */
export function judgeFiles(values: readonly Fields[], judging: FileJudging): Verdict | undefined {
  const verdicts = values.map((value) => judgeFile(value, judging)).filter((verdict) => verdict !== undefined)
  return verdicts.find(([severity]) => severity === 'problem') ?? verdicts[0]
}

/** Files of the request itself, beside its inputs. */
export function judgeRequestFiles(values: readonly Fields[], context: FileContext): Verdict | undefined {
  const rules = context.settings.request
  if (values.length === 0) return undefined
  const verdict = judgeFiles(values, { ...context, called: 'requestFiles', rules, strictness: 'strict' })
  if (verdict?.[0] === 'problem') return verdict
  if (rules?.most !== undefined && values.length > rules.most)
    return [
      'problem',
      `requestFiles has ${values.length} files, and the app takes ${rules.most}`,
      'Name fewer, or raise the limit in the app.',
    ]
  if (rules) return verdict
  return [
    'warning',
    'requestFiles is sent, but the app has its own file upload switched off',
    'Where its workflow does not read sys.files, remove the line.',
  ]
}

function judgeFile(value: Fields, judging: FileJudging): Verdict | undefined {
  const { called, rules, strictness, settings, uploads } = judging
  const method = value['transfer_method']
  if (method !== 'local_file' && method !== 'remote_url')
    return ['problem', `${called} does not say how its file comes (transfer_method)`, 'Name the file under files: instead.']
  const type = FILE_KINDS.find((kind) => kind === (value['type'] ?? 'custom'))
  if (type === undefined)
    return ['problem', `${called} has a file of a type that Dify does not know`, `Write one of ${FILE_KINDS.join(', ')}.`]
  const url = textOf(value['url'])
  if (method === 'remote_url' && url === undefined && value['upload_file_id'] === undefined)
    return ['problem', `${called} has a file with neither an address nor an upload`, 'Add its url.']
  const upload = method === 'local_file' ? uploads.get(String(value['upload_file_id'])) : undefined
  const name = upload?.name ?? (url === undefined ? '' : nameInUrl(url))
  return (
    judgeKind(type, name, called, rules) ??
    judgeMethod(type, method, called, rules) ??
    judgeName(type, name, called, strictness) ??
    (upload && judgeSize(upload, called, settings))
  )
}

function judgeKind(type: FileKind, name: string, called: string, rules: FileRules | undefined): Verdict | undefined {
  if (!rules) return undefined
  const file = name === '' ? 'this' : name
  const right = 'Name another file, or allow this kind in the app.'
  if (type !== 'custom')
    return rules.kinds.length === 0 || rules.kinds.includes(type)
      ? undefined
      : ['problem', `${called} takes ${rules.kinds.join(', ')}, and ${file} is of the kind ${type}`, right]
  if (name === '' || rules.extensions.includes(extensionOf(name))) return undefined
  if (rules.kinds.includes('custom') && rules.extensions.length > 0)
    return ['problem', `${called} takes names that end in .${rules.extensions.join(', .')}, and ${file} does not`, right]
  const takes = rules.kinds.filter((kind) => kind !== 'custom').join(', ') || 'no such file'
  return ['problem', `${called} takes ${takes}, and ${file} is of none of these kinds by its name`, right]
}

function judgeMethod(type: FileKind, method: string, called: string, rules: FileRules | undefined): Verdict | undefined {
  if (!rules || rules.methods.length === 0 || rules.methods.includes(method)) return undefined
  const wrong =
    method === 'local_file'
      ? `${called} takes files by their address only, and this one would be uploaded`
      : `${called} takes uploads only, and this is an address`
  const right =
    method === 'local_file' ? 'Write its address, or allow uploads in the app.' : 'Name a file of yours, or allow addresses in the app.'
  // The server lets images pass, though its own pages do not offer it.
  return [type === 'image' ? 'warning' : 'problem', wrong, right]
}

function judgeName(type: FileKind, name: string, called: string, strictness: Strictness): Verdict | undefined {
  const known = kindOfName(name)
  if (known === type || known === 'unsure' || name === '') return undefined
  // What an address gives may say better than its name what it is, and so may an unknown ending.
  if (known === 'custom') return undefined
  return [
    strictness === 'strict' && type !== 'custom' ? 'problem' : 'warning',
    `${called} says that ${name} is of the kind ${type}, and by its name it is of the kind ${known}`,
    'Remove type:, or write the kind that it is.',
  ]
}

function judgeSize(upload: { readonly name: string; readonly size: number }, called: string, { sizes }: FileSettings): Verdict | undefined {
  const kind = kindOfName(upload.name)
  const limit = sizes[kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'other']
  if (limit === undefined || upload.size <= limit) return undefined
  return [
    'problem',
    `${called}: ${upload.name} has ${upload.size} bytes, and the server takes ${limit} of its kind`,
    'Name a smaller file, or raise the limit of the server.',
  ]
}

/** True of a list of objects: how several files look. */
export const isFileList = (value: unknown): value is readonly Fields[] =>
  Array.isArray(value) && value.every((one) => fieldsOf(one) !== undefined)
