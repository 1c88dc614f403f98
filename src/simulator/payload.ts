import type { Mode } from '../core/sample.ts'
import type { InputVariable } from './profile-schema.ts'
import { type Answer, BAD_REQUEST, NOT_JSON, refusal } from './replies.ts'

/** The body of a run request, checked as the API's controller does. */
export interface Payload {
  readonly mode: Mode
  readonly user: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly files: readonly unknown[]
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The JSON object in a body, or how Dify refuses it. */
export function readJson(contentType: string | undefined, body: string): { readonly fields: Fields } | { readonly refused: Answer } {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType ?? '')) return { refused: NOT_JSON }
  try {
    const value: unknown = JSON.parse(body)
    return isFields(value) ? { fields: value } : { refused: BAD_REQUEST }
  } catch {
    return { refused: BAD_REQUEST }
  }
}

/** `user` of a body: a number is taken as text. */
export function readUser(fields: Fields): { readonly user: string } | { readonly refused: Answer } {
  const user = fields['user']
  return user ? { user: String(user) } : { refused: refusal(400, 'invalid_param', 'Arg user must be provided.') }
}

/** What the API makes of a run request's fields. */
export function readPayload(fields: Fields): { readonly payload: Payload } | { readonly refused: Answer } {
  const named = readUser(fields)
  if ('refused' in named) return named
  const { inputs, response_mode: mode = null } = fields
  const wrong = [
    ...(inputs === undefined ? [complaint('inputs', 'Field required', 'missing', fields)] : []),
    ...(inputs !== undefined && !isFields(inputs) ? [complaint('inputs', 'Input should be a valid dictionary', 'dict_type', inputs)] : []),
    ...(mode !== null && mode !== 'blocking' && mode !== 'streaming'
      ? [complaint('response_mode', "Input should be 'blocking' or 'streaming'", 'literal_error', mode)]
      : []),
  ]
  if (wrong.length > 0 || !isFields(inputs)) {
    const title = `${wrong.length} validation error${wrong.length === 1 ? '' : 's'} for WorkflowRunPayload`
    return { refused: refusal(400, 'invalid_param', [title, ...wrong].join('\n')) }
  }
  const files = Array.isArray(fields['files']) ? (fields['files'] as unknown[]) : []
  return { payload: { mode: mode === 'streaming' ? 'streaming' : 'blocking', user: named.user, inputs, files } }
}

/** One complaint as pydantic words it. */
export function complaint(field: string, says: string, type: string, value: unknown): string {
  const whole = pythonText(value)
  // Pydantic shows 50 characters at most: the first 25 and the last 24.
  const shown = whole.length > 50 ? `${whole.slice(0, 25)}...${whole.slice(-24)}` : whole
  return `${field}\n  ${says} [type=${type}, input_value=${shown}, input_type=${pythonType(value)}]\n    For further information visit https://errors.pydantic.dev/2.12/v/${type}`
}

function pythonType(value: unknown): string {
  if (value === null) return 'NoneType'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return { string: 'str', boolean: 'bool', object: 'dict' }[typeof value as 'string'] ?? 'str'
}

/** A value as Python prints it. */
function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replaceAll("'", "\\'")}'`
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, one]) => `${pythonText(key)}: ${pythonText(one)}`)
      .join(', ')}}`
  return String(value)
}

/**
 * The inputs as the workflow gets them: the declared ones only, null where absent (unknown ones are dropped in silence); or why they cannot
 * be used, in Dify's words.
 */
export function checkInputs(
  variables: readonly InputVariable[],
  given: Fields,
): { readonly inputs: Fields; readonly problem: string | undefined } {
  const inputs: Record<string, unknown> = {}
  let problem: string | undefined
  for (const variable of variables) {
    const value = given[variable.variable] ?? null
    problem ??= variable.checked ? problemOf(variable, value) : undefined
    inputs[variable.variable] = variable.type === 'number' && typeof value === 'string' ? asNumber(value) : value
  }
  return { inputs, problem }
}

function asNumber(text: string): number | null {
  return text.trim() === '' ? null : Number(text)
}

function problemOf({ variable, type, required, max_length: limit, options }: InputVariable, value: unknown): string | undefined {
  if (value === null || (type === 'number' && value === '')) return required ? `${variable} is required in input form` : undefined
  switch (type) {
    case 'text-input':
    case 'paragraph':
    case 'select':
      if (typeof value !== 'string') return `(type '${type}') ${variable} in input form must be a string`
      if (type === 'select' && !options.includes(value))
        return `${variable} in input form must be one of the following: ${pythonText(options)}`
      return limit !== undefined && [...value].length > limit
        ? `${variable} in input form must be less than ${limit} characters`
        : undefined
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && Number.isFinite(Number(value)))
        ? undefined
        : `${variable} in input form must be a valid number`
    case 'file-list':
      if (!Array.isArray(value)) return `${variable} in input form must be a list of files`
      return limit !== undefined && value.length > limit ? `${variable} in input form must be less than ${limit} files` : undefined
    case 'file':
      return isFields(value) ? undefined : `${variable} in input form must be a file`
    case 'checkbox':
      return undefined
  }
}
