import { unreachable } from './errors.ts'
import type { FileKind } from './file.ts'

/** What an input of an app takes. `other`: a kind that this version does not know. */
export const VARIABLE_KINDS = ['text-input', 'paragraph', 'number', 'select', 'checkbox', 'file', 'file-list', 'other'] as const
type VariableKind = (typeof VARIABLE_KINDS)[number]

/** An input that an app declares. */
export interface Variable {
  /** The key under `inputs`. */
  readonly variable: string
  /** As people see it in the app; the same as `variable` where it has none. One line. */
  readonly label: string
  readonly kind: VariableKind
  readonly required: boolean
  /** Most characters of a text, most files of a list; absent where there is no limit. */
  readonly maxLength?: number
  /** What a select takes; empty for other kinds. */
  readonly options: readonly string[]
  /** Of the kinds `file` and `file-list` only. */
  readonly files?: FileRules
}

/** Which files an input, or the request itself, takes. A list that is empty allows everything, but for `extensions`. */
export interface FileRules {
  readonly kinds: readonly FileKind[]
  /** What the kind `custom` takes; without dots, in lower case. */
  readonly extensions: readonly string[]
  readonly methods: readonly string[]
}

/** What the server says of files in general; a part is absent where it does not say it. */
export interface FileSettings {
  /** Most bytes of an upload, by kind; `other` is for documents and everything else. */
  readonly sizes: Readonly<Partial<Record<'image' | 'audio' | 'video' | 'other', number>>>
  /** Of files that come with the request itself; absent where the app has its own file upload switched off. */
  readonly request?: FileRules & { readonly most?: number }
}

/** What an app says of itself; a part is absent where the server does not say it. */
export interface AppInfo {
  /** One line. */
  readonly name?: string
  /** One line. */
  readonly description?: string
  /** `workflow` for those that can be loaded; others are `chat`, `advanced-chat`, `agent-chat`, `completion`. */
  readonly mode?: string
}

/** What a variable takes, as the end of a sentence: `a text of at most 48 characters`. */
export function whatItTakes({ kind, maxLength, options, files }: Pick<Variable, 'kind' | 'maxLength' | 'options' | 'files'>): string {
  const most = (unit: string) => (maxLength === undefined ? '' : ` of at most ${maxLength} ${unit}${maxLength === 1 ? '' : 's'}`)
  const kinds = files === undefined || files.kinds.length === 0 ? '' : ` (${files.kinds.join(', ')})`
  switch (kind) {
    case 'text-input':
    case 'paragraph':
      return `a text${most('character')}`
    case 'number':
      return 'a number'
    case 'select':
      return options.length === 0 ? 'one of its options' : `one of ${listed(options)}`
    case 'checkbox':
      return 'true or false'
    case 'file':
      return `a file${kinds}`
    case 'file-list':
      return `a list${most('file')}${kinds}`
    case 'other':
      return 'a value'
    default:
      return unreachable(kind)
  }
}

const SHOWN = 12
const LONGEST_SHOWN = 40

function listed(options: readonly string[]): string {
  // A longer one is not cut: a part of a secret would pass the redactor.
  const shown = options.slice(0, SHOWN).map((option) => (option.length > LONGEST_SHOWN ? '…' : JSON.stringify(option)))
  return shown.join(', ') + (options.length > SHOWN ? ', …' : '')
}
