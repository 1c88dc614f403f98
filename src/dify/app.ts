import { type AppInfo, type FileRules, type FileSettings, VARIABLE_KINDS, type Variable } from '../core/app.ts'
import { FILE_KINDS } from '../core/file.ts'
import { fieldsOf, numberOf, oneLine, textOf } from './reply.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The inputs that `GET /parameters` lists, in its order. Undefined where the reply has no such list: then nothing is known of them, which is
 * not the same as an app without inputs. An entry without a name is passed over, and so are fields that this version does not know.
 */
export function readVariables(parameters: unknown): readonly Variable[] | undefined {
  const form = fieldsOf(parameters)?.['user_input_form']
  return Array.isArray(form) ? form.flatMap(readEntry) : undefined
}

/** One entry is `{ "<kind>": { variable, label, … } }`. */
function readEntry(entry: unknown): readonly Variable[] {
  return Object.entries(fieldsOf(entry) ?? {})
    .flatMap(([kind, field]) => readVariable(kind, fieldsOf(field) ?? {}))
    .slice(0, 1)
}

function readVariable(kind: string, field: Fields): readonly Variable[] {
  const variable = textOf(field['variable'])
  if (variable === undefined) return []
  const limit = numberOf(field['max_length'])
  const options = field['options']
  return [
    {
      variable,
      label: oneLine(textOf(field['label']) ?? '') || variable,
      kind: VARIABLE_KINDS.find((known) => known === kind) ?? 'other',
      required: field['required'] === true,
      // A limit of 0 is how the server writes that there is none.
      ...(limit !== undefined && limit > 0 && { maxLength: limit }),
      options: textsOf(options),
      ...((kind === 'file' || kind === 'file-list') && { files: readFileRules(field) }),
    },
  ]
}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])

function readFileRules(fields: Fields): FileRules {
  const kinds = textsOf(fields['allowed_file_types'])
  return {
    kinds: FILE_KINDS.filter((kind) => kinds.includes(kind)),
    extensions: textsOf(fields['allowed_file_extensions']).map((extension) => extension.replace(/^\./, '').toLowerCase()),
    methods: textsOf(fields['allowed_file_upload_methods']),
  }
}

/** As Dify counts a MB in its limits. */
const MEGABYTE = 1024 * 1024

/** What `GET /parameters` says of files in general. */
export function readFileSettings(parameters: unknown): FileSettings {
  const fields = fieldsOf(parameters)
  const limits = fieldsOf(fields?.['system_parameters']) ?? {}
  const limit = (name: string) => {
    const megabytes = numberOf(limits[name])
    return megabytes === undefined ? undefined : megabytes * MEGABYTE
  }
  const [image, audio, video, other] = ['image_file_size_limit', 'audio_file_size_limit', 'video_file_size_limit', 'file_size_limit'].map(
    limit,
  )
  const upload = fieldsOf(fields?.['file_upload'])
  const most = numberOf(upload?.['number_limits'])
  return {
    sizes: {
      ...(image !== undefined && { image }),
      ...(audio !== undefined && { audio }),
      ...(video !== undefined && { video }),
      ...(other !== undefined && { other }),
    },
    ...(upload?.['enabled'] === true && { request: { ...readFileRules(upload), ...(most !== undefined && most > 0 && { most }) } }),
  }
}

/** What `GET /info` says. */
export function readAppInfo(info: unknown): AppInfo {
  const fields = fieldsOf(info) ?? {}
  const [name, description, mode] = ['name', 'description', 'mode'].map((field) => oneLine(textOf(fields[field]) ?? ''))
  return { ...(name && { name }), ...(description && { description }), ...(mode && { mode }) }
}

/** Whether `GET /parameters` shows what only a chat app makes use of: words to open with. A chat app without any looks like a workflow. */
export function looksLikeChat(parameters: unknown): boolean {
  const fields = fieldsOf(parameters) ?? {}
  const questions = fields['suggested_questions']
  return (
    textOf(fields['opening_statement']) !== undefined ||
    (Array.isArray(questions) && questions.length > 0) ||
    fieldsOf(fields['suggested_questions_after_answer'])?.['enabled'] === true
  )
}
