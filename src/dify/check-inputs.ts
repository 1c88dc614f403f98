import { type Variable, whatItTakes } from '../core/app.ts'
import { unreachable } from '../core/errors.ts'
import { type FileContext, isFileList, judgeFiles, judgeRequestFiles, type Verdict } from './check-files.ts'
import { fieldsOf } from './reply.ts'

/** One thing about one input, in two sentences. */
export interface InputRemark {
  readonly variable: string
  readonly wrong: string
  readonly right: string
}

export interface InputRemarks {
  /** What the server refuses. */
  readonly problems: readonly InputRemark[]
  /** What it takes, but hardly as it was meant. */
  readonly warnings: readonly InputRemark[]
}

type Inputs = Readonly<Record<string, unknown>>

/** What a run is sent: its inputs, and files of the request itself. */
export interface Sent {
  readonly inputs: Inputs
  readonly files?: readonly Inputs[]
}

/**
 * Holds the inputs of one run against what the app declares. A problem is only what a server was seen to refuse (Dify 1.14.2); where it
 * takes a value in spite of its kind, or was never asked, that is a warning or nothing. An empty text is left to the server, but in a
 * required select, where it is no option. A number may come as text, as it does from the rows of a CSV file.
 */
export function checkInputs(variables: readonly Variable[], { inputs, files = [] }: Sent, context: FileContext): InputRemarks {
  const remarks = [
    ...variables.map((one) => [one.variable, judge(one, inputs[one.variable] ?? undefined, context)] as const),
    ...unlisted(variables, inputs),
    ['requestFiles', judgeRequestFiles(files, context)] as const,
  ]
  const those = (severity: Verdict[0]) =>
    remarks.flatMap(([variable, verdict]) => (verdict?.[0] === severity ? [{ variable, wrong: verdict[1], right: verdict[2] }] : []))
  return { problems: those('problem'), warnings: those('warning') }
}

const SHOWN = 12

function unlisted(variables: readonly Variable[], inputs: Inputs): readonly (readonly [string, Verdict])[] {
  const known = new Set(variables.map(({ variable }) => variable))
  const names = [...known].slice(0, SHOWN).join(', ') + (known.size > SHOWN ? ', …' : '')
  const right = known.size === 0 ? 'The app has no inputs.' : `The app's inputs are ${names}.`
  return Object.keys(inputs)
    .filter((name) => !known.has(name))
    .map((name) => [name, ['warning', `the app has no input ${name}, and the server drops it in silence`, right]])
}

/** How a variable is called in a sentence: its key, and its label where that says more. */
const named = ({ variable, label }: Variable): string => (label === variable ? variable : `${variable} ("${label}")`)

function judge(variable: Variable, value: unknown, context: FileContext): Verdict | undefined {
  if (value === undefined) return variable.required ? missing(variable) : undefined
  switch (variable.kind) {
    case 'text-input':
    case 'paragraph':
      return judgeText(variable, value)
    case 'select':
      return judgeSelect(variable, value)
    case 'number':
      return judgeNumber(variable, value)
    case 'checkbox':
      return typeof value === 'boolean'
        ? undefined
        : ['warning', `${named(variable)} is a checkbox, and ${kindOf(value)} goes to it as it is`, 'Write true or false, without quotes.']
    case 'file':
      return judgeOneFile(variable, value, context)
    case 'file-list':
      return judgeFileList(variable, value, context)
    case 'other':
      return undefined
    default:
      return unreachable(variable.kind)
  }
}

const fileForm = ({ variable }: Variable): string =>
  `Name it under files:, such as { ${variable}: inputs/a.pdf }, an address, or { ${variable}: { generate: pdf, size: 200kB } }.`

function missing(variable: Variable): Verdict {
  if (variable.kind === 'file' || variable.kind === 'file-list')
    return [
      'problem',
      `${named(variable)} is ${variable.kind === 'file' ? 'a required file' : 'a required list of files'} and is missing`,
      fileForm(variable),
    ]
  return ['problem', `${named(variable)} is required and is missing`, `Give it ${whatItTakes(variable)}.`]
}

function judgeText(variable: Variable, value: unknown): Verdict | undefined {
  if (typeof value !== 'string')
    return ['problem', `${named(variable)} wants a text, and this is ${kindOf(value)}`, 'Put it in quotes, or put text around a template.']
  // The server counts code points, of which a character outside the basic plane is one.
  const length = [...value].length
  const { maxLength } = variable
  if (maxLength === undefined || length <= maxLength) return undefined
  return [
    'problem',
    `${named(variable)} has ${length} characters, and the app takes ${maxLength}`,
    'Shorten it, or raise the limit in the app.',
  ]
}

const LONGEST_SHOWN = 40

function judgeSelect(variable: Variable, value: unknown): Verdict | undefined {
  if (typeof value !== 'string')
    return ['problem', `${named(variable)} wants a text, and this is ${kindOf(value)}`, `Write ${whatItTakes(variable)}.`]
  if (variable.options.includes(value) || (value === '' && !variable.required)) return undefined
  // A longer value is not quoted: a part of a secret would pass the redactor.
  const said = value.length > LONGEST_SHOWN ? 'this value' : JSON.stringify(value)
  return ['problem', `${named(variable)} does not offer ${said}`, `Write ${whatItTakes(variable)}.`]
}

function judgeNumber(variable: Variable, value: unknown): Verdict | undefined {
  switch (typeof value) {
    case 'number':
      return undefined
    case 'string':
      return value.trim() === '' || Number.isFinite(Number(value.replaceAll('_', '')))
        ? undefined
        : ['problem', `${named(variable)} wants a number, and this text is none`, 'Write a number such as 3 or 0.5.']
    case 'boolean':
      return ['warning', `${named(variable)} wants a number, and this is true or false`, 'Write a number such as 3 or 0.5.']
    default:
      return ['problem', `${named(variable)} wants a number, and this is ${kindOf(value)}`, 'Write a number such as 3 or 0.5.']
  }
}

function judgeOneFile(variable: Variable, value: unknown, context: FileContext): Verdict | undefined {
  const called = named(variable)
  const file = fieldsOf(value)
  if (file) return judgeFiles([file], { ...context, called, rules: variable.files, strictness: 'strict' })
  // Browsers send an empty text where nothing was chosen.
  if (value === '' && !variable.required) return undefined
  return [
    'problem',
    `${called} is one file, and this is ${isFileList(value) ? `a list of ${value.length}` : kindOf(value)}`,
    fileForm(variable),
  ]
}

function judgeFileList(variable: Variable, value: unknown, context: FileContext): Verdict | undefined {
  if (value === '' && !variable.required) return undefined
  if (!isFileList(value))
    return [
      'problem',
      `${named(variable)} is a list of files, and this is ${Array.isArray(value) ? 'a list of something else' : kindOf(value)}`,
      fileForm(variable),
    ]
  const { maxLength } = variable
  if (maxLength === undefined || value.length <= maxLength)
    return judgeFiles(value, { ...context, called: named(variable), rules: variable.files, strictness: 'lax' })
  return [
    'problem',
    `${named(variable)} has ${value.length} files, and the app takes ${maxLength}`,
    'Name fewer, or raise the limit in the app.',
  ]
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return 'a text'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    default:
      return 'a mapping'
  }
}
