import type { FileRules, Variable } from '../core/app.ts'
import { extensionOf, type FileKind, kindOfName, nameOfFile, type PlannedFile } from '../core/file.ts'
import type { InputSet } from '../core/plan.ts'

/** A file as it stands in the body of a run. */
export interface FileValue extends Readonly<Record<string, unknown>> {
  readonly type: FileKind
  readonly transfer_method: 'local_file' | 'remote_url'
  readonly upload_file_id?: string
  readonly url?: string
}

/** The id that an upload got; undefined for a file that is not uploaded. */
export type UploadIdOf = (file: PlannedFile) => string | undefined

/** A planned file in the form that a run takes. Without rules nothing is known of what the app allows. */
function fileValue(file: PlannedFile, { rules, idOf }: { readonly rules: FileRules | undefined; readonly idOf: UploadIdOf }): FileValue {
  const type = typeOf(file, rules)
  if (file.source === 'url') return { type, transfer_method: 'remote_url', url: file.url }
  return { type, transfer_method: 'local_file', upload_file_id: idOf(file) ?? '' }
}

/** What the body says of the kind: as a person wrote it, else as the name says; `custom` where the app takes the name's ending only as that. */
function typeOf(file: PlannedFile, rules: FileRules | undefined): FileKind {
  if (file.type !== undefined) return file.type
  const name = nameOfFile(file)
  const known = kindOfName(name)
  const kind = known === 'unsure' ? 'document' : known
  if (!rules || rules.kinds.length === 0 || rules.kinds.includes(kind)) return kind
  return rules.kinds.includes('custom') && rules.extensions.includes(extensionOf(name)) ? 'custom' : kind
}

/** Every file that runs of an input set are sent. */
export const filesOf = ({ files = {}, requestFiles = [] }: SetFiles): readonly PlannedFile[] => [
  ...Object.values(files).flat(),
  ...requestFiles,
]

type SetFiles = Pick<InputSet, 'files' | 'requestFiles'>

interface Files {
  /** Absent where the app does not say. */
  readonly variables: readonly Variable[] | undefined
  readonly idOf: UploadIdOf
}

/** What a run is sent, with the files of its input set put in. */
export function addFiles<Drawn extends { readonly inputs: Readonly<Record<string, unknown>> }>(
  drawn: Drawn,
  { files = {}, requestFiles = [] }: SetFiles,
  { variables, idOf }: Files,
): Drawn & { readonly files?: readonly FileValue[] } {
  const values = Object.entries(files).map(([name, given]): [string, unknown] => [
    name,
    variableValue(
      given,
      variables?.find(({ variable }) => variable === name),
      idOf,
    ),
  ])
  return {
    ...drawn,
    inputs: { ...drawn.inputs, ...Object.fromEntries(values) },
    ...(requestFiles.length > 0 && { files: requestFiles.map((file) => fileValue(file, { rules: undefined, idOf })) }),
  }
}

/** Files of one variable: an object or a list, as the app wants it; as written where it does not say, or where they are too many for one. */
function variableValue(
  given: PlannedFile | readonly PlannedFile[],
  variable: Pick<Variable, 'kind' | 'files'> | undefined,
  idOf: UploadIdOf,
): FileValue | readonly FileValue[] {
  const values = [given].flat().map((file) => fileValue(file, { rules: variable?.files, idOf }))
  const isList = variable?.kind === 'file-list' || (Array.isArray(given) && !(variable?.kind === 'file' && values.length === 1))
  return isList ? values : values[0]!
}
