import { type AppInfo, type Variable, whatItTakes } from '../core/app.ts'
import { unreachable } from '../core/errors.ts'
import { ABOUT_FILES, exampleFile, isFile, placeholderFile } from './starter-files.ts'

/** What a first scenario is written from. */
export interface StarterOptions {
  /** The API base, without a slash at the end. */
  readonly url: string
  readonly app: AppInfo
  readonly variables: readonly Variable[]
  /** Dify's, where it says. */
  readonly version?: string | undefined
  /** The file's path, as commands in comments name it. */
  readonly file: string
  /** Set where the target is not this machine: its name, as consent needs it. */
  readonly host?: string | undefined
}

/**
 * The text of a scenario for an app: a value of the right kind for each variable, a gentle load in both modes, comments for what could be
 * changed. It passes `check` as it is, unless the app requires an input that cannot be made up (see `cannotWrite`).
 */
export function starterScenario({ url, app, variables, version, file, host }: StarterOptions): string {
  const called = app.name === undefined ? 'this workflow' : `the workflow "${app.name}"`
  const named = /^[\w./-]+$/.test(file) ? file : quoted(file)
  const lines = [
    `# Question: how fast does ${called} answer under a gentle load, streaming and blocking?`,
    '#',
    ...(app.description === undefined ? [] : [`# ${app.description}`, '#']),
    `# Written by \`flowbench init\` from what the app says of its inputs${version === undefined ? '' : ` (Dify ${oneWord(version)})`}. It is yours now: change what you like.`,
    '#',
    '#     export DIFY_API_KEY=app-…              # the key never stands in a file',
    `#     flowbench check ${named}      # is it right? sends no load`,
    `#     flowbench run ${named}`,
    '',
    `name: ${quoted((app.name ?? 'workflow').replaceAll('${', '{'))}`,
    '',
    'target:',
    `  url: ${quoted(url)}`,
    `  apiKey: \${DIFY_API_KEY:?the key of the app, as Dify shows it under API access}`,
    '  # mode: streaming                 # streaming (default) or blocking; a phase may say otherwise',
    ...(host === undefined ? [] : [`  # allow: [${quoted(host)}]   # lets this host be loaded where nobody can be asked, as in CI`]),
    '',
    '# Each run draws one input set, by weight. More of them make the load more like real use; rows of a file come with',
    '# `from: inputs/articles.csv`. Texts may hold templates: {{nonce}} is new for every run, so that no cache can answer;',
    '# others are {{n}}, {{int 1 100}}, {{pick a b c}} and {{row.column}}.',
    'inputs:',
    '  - name: example',
    ...valuesOf(variables),
    '',
    '# Phases, one after another. Two slots that send when their last run has ended do no harm to a small server, yet each run costs',
    "# what it costs at your model's provider.",
    'load:',
    '  - { name: warm-up, concurrency: 1, runs: 2, measured: false } # the first runs after a start of the server are far slower',
    '  - { name: streaming, concurrency: 2, for: 30s, mode: streaming, settle: true }',
    '  - { name: blocking, concurrency: 2, for: 30s, mode: blocking }',
    '  # - { name: steady, rate: 2/s, arrivals: poisson, for: 2m }   # by schedule, whatever the server does',
    '',
    'limits:',
    '  runs: 500        # sending ends here at the latest',
    '  # tokens: 100000 # or here',
    '',
    '# What must hold; without any, failures < 1% does. Run once, read the report, then say what you expect:',
    '# objectives:',
    '#   - response_time p95 < 10s',
    '#   - first_text p95 < 2s in streaming',
    '#   - failures < 1%',
  ]
  // Options and names come from the server: a line break in one would end its comment.
  return `${lines.map((line) => line.replace(/\p{Cc}/gu, ' ')).join('\n')}\n`
}

/** The required variables that no value could be made up for: the file must be edited before it can run. */
export const cannotWrite = (variables: readonly Variable[]): readonly Variable[] =>
  variables.filter((variable) => variable.required && exampleOf(variable) === undefined)

function valuesOf(variables: readonly Variable[]): readonly string[] {
  if (variables.length === 0) return ['    values: {} # the app takes no inputs']
  const files = variables.filter(isFile)
  const plain = variables.filter((variable) => !isFile(variable))
  return [...section('values', plain, []), ...section('files', files, ABOUT_FILES)]
}

function section(field: 'values' | 'files', variables: readonly Variable[], about: readonly string[]): readonly string[] {
  if (variables.length === 0) return []
  const isEmpty = variables.every((variable) => exampleOf(variable) === undefined)
  const braces = isEmpty ? ' {} # write the lines below without # and remove the braces' : ''
  return [...about, `    ${field}:${braces}`, ...variables.flatMap(linesOf)]
}

const UNKNOWN = 'an input of a kind that this version of flowbench does not know'

function linesOf(variable: Variable): readonly string[] {
  const { label, required } = variable
  const example = exampleOf(variable)
  const about = `      # ${label === variable.variable ? '' : `${label}: `}${variable.kind === 'other' ? UNKNOWN : whatItTakes(variable)}${required ? ', required' : ''}`
  const key =
    /^[A-Za-z_][\w-]*$/.test(variable.variable) && !/^(?:true|false|null)$/i.test(variable.variable)
      ? variable.variable
      : quoted(variable.variable)
  if (example === undefined) {
    const [hint, placeholder] = isFile(variable) ? ['Name one:', placeholderFile(variable)] : ['Write a value:', '…']
    return [`${about}. ${hint}`, `      # ${key}: ${placeholder}`]
  }
  return [about, `      ${key}: ${example}`]
}

const NONCE_LENGTH = 16

/** A value of the right kind that the app takes, as YAML; undefined where none can be made up. */
function exampleOf(variable: Variable): string | undefined {
  const { kind, maxLength = Number.POSITIVE_INFINITY, options } = variable
  switch (kind) {
    case 'text-input':
    case 'paragraph': {
      const greeting = 'Hello'
      if (maxLength >= greeting.length + 2 + NONCE_LENGTH) return quoted(`${greeting}, {{nonce}}`)
      return quoted(maxLength >= NONCE_LENGTH ? '{{nonce}}' : greeting.slice(0, maxLength))
    }
    case 'number':
      return '1'
    case 'checkbox':
      return 'true'
    case 'select': {
      const option = options.find(isPlain)
      return option === undefined ? undefined : quoted(option)
    }
    case 'file':
    case 'file-list':
      return exampleFile(variable)
    case 'other':
      return undefined
    default:
      return unreachable(kind)
  }
}

/** Whether a text means itself in a scenario: neither a template nor a variable is in it. */
const isPlain = (text: string): boolean => !text.includes('{{') && !text.includes('${')

/** A text as YAML takes it on one line, whatever is in it: JSON, with what YAML cannot print escaped too. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const oneWord = (text: string): string => text.replace(/[^\w.+-]+/g, '').slice(0, 40)
