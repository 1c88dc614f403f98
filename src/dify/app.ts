import { type AppInfo, VARIABLE_KINDS, type Variable } from '../core/app.ts'
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
      options: Array.isArray(options) ? options.filter((option) => typeof option === 'string') : [],
    },
  ]
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
