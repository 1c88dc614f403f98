import type { FileSettings, Variable } from '../core/app.ts'
import { TargetError } from '../core/errors.ts'
import { nameOfFile, type PlannedFile } from '../core/file.ts'
import type { InputSet, Plan } from '../core/plan.ts'
import { checkInputs, type InputRemark } from '../dify/check-inputs.ts'
import { addFiles, filesOf } from '../dify/file-value.ts'
import { createDraw } from '../scenario/draw.ts'
import { newRunId } from '../store/run-folder.ts'

/** Most rows of an input set that are looked at. */
const MOST_ROWS = 1000
/** Draws of an input set without rows: its templates can give another value each time. */
const DRAWS = 100
const MOST_TOLD = 20

/** What was found, as sentences: what the server would refuse, and what it takes but hardly as it was meant. */
export interface InputFindings {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Holds every input set of a plan against what the app declares: of a set with rows the first 1,000 with their templates filled in, of one
 * without 100 draws. The same remark on many rows is one sentence, which names the first.
 */
export function findInInputs(plan: Pick<Plan, 'seed' | 'inputs' | 'user'>, app: DeclaredInputs): InputFindings {
  const found = plan.inputs.map((set) => findInSet(set, plan, app))
  return { problems: found.flatMap(({ problems }) => problems), warnings: found.flatMap(({ warnings }) => warnings) }
}

/** What an app declares of its inputs. */
export interface DeclaredInputs {
  readonly variables: readonly Variable[]
  readonly files: FileSettings
}

/** Throws a TargetError that lists the problems, 20 at most. */
export function refuseInputs(problems: readonly string[]): void {
  if (problems.length === 0) return
  throw new TargetError(
    ['The app would refuse these inputs:', ...atMost(problems)].join('\n'),
    'Mend the inputs and run the command again; nothing was sent.',
  )
}

/** The first 20 sentences, and how many there are more. */
export function atMost(sentences: readonly string[]): readonly string[] {
  const more = sentences.length - MOST_TOLD
  return more > 0 ? [...sentences.slice(0, MOST_TOLD), `and ${more} more`] : sentences
}

function findInSet(set: InputSet, { seed, user }: Pick<Plan, 'seed' | 'user'>, { variables, files }: DeclaredInputs): InputFindings {
  const { name, rows } = set
  // In the order of the file, so that every row is looked at once and can be named.
  const inOrder: InputSet = { ...set, order: 'sequential', whenExhausted: 'repeat' }
  const { uploads, idOf } = pretended(set)
  const draw = createDraw({ seed, user, inputs: [inOrder] }, { run: newRunId(new Date(0)) })
  const count = rows === undefined ? DRAWS : Math.min(rows.length, MOST_ROWS)
  const [problems, warnings] = [createTally(), createTally()]
  for (let n = 0; n < count; n++) {
    const sent = addFiles({ inputs: {}, ...draw('check', n, { slot: 0 }) }, set, { variables, idOf })
    const remarks = checkInputs(variables, sent, { settings: files, uploads })
    for (const remark of remarks.problems) problems.add(remark, n)
    for (const remark of remarks.warnings) warnings.add(remark, n)
  }
  const at = (row: number) => `Input set ${name}${rows === undefined ? '' : `, row ${row + 1}`}`
  const left = (rows?.length ?? 0) - count
  const unread =
    left > 0
      ? [`Input set ${name}: only its first ${MOST_ROWS} rows were held against the app, ${left} ${left === 1 ? 'was' : 'were'} not.`]
      : []
  return { problems: problems.told(at), warnings: [...warnings.told(at), ...unread] }
}

/** Ids for the files of an input set as if they were uploaded, so that they can be held against the app in the form that runs are sent. */
function pretended(set: InputSet) {
  const files = filesOf(set).filter((file) => file.source !== 'url')
  const ids = new Map<PlannedFile, string>(files.map((file, index) => [file, `upload ${index}`]))
  const uploads = new Map(files.map((file, index) => [`upload ${index}`, { name: nameOfFile(file), size: file.size }]))
  return { uploads, idOf: (file: PlannedFile) => ids.get(file) }
}

interface Tally {
  add(remark: InputRemark, row: number): void
  told(at: (row: number) => string): readonly string[]
}

/** Remarks of the same kind on the same variable, counted. Numbers and quoted values in them may differ from row to row. */
function createTally(): Tally {
  const seen = new Map<string, { readonly remark: InputRemark; readonly first: number; count: number }>()
  return {
    add(remark, row) {
      const key = `${remark.variable} ${remark.wrong.replace(/"[^"]*"|\d+/g, '#')}`
      const known = seen.get(key)
      if (known) known.count++
      else seen.set(key, { remark, first: row, count: 1 })
    },
    told: (at) =>
      [...seen.values()].map(({ remark: { wrong, right }, first, count }) => {
        const where = at(first)
        const others = count > 1 && where.includes(', row ') ? ` (and in ${count - 1} more ${count === 2 ? 'row' : 'rows'})` : ''
        // Names and options come from the server, and a terminal obeys control characters.
        return `${where}: ${wrong}${others}. ${right}`.replace(/\p{Cc}+/gu, ' ')
      }),
  }
}
