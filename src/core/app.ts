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
