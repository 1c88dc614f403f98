import { isAbsolute, join } from 'node:path'
import type { InputSet, Phase } from '../core/plan.ts'
import { checkFileNames, planFiles } from './files.ts'
import { findFile, type Row, readRows } from './input-rows.ts'
import type { Complain, ComplainIn } from './problem.ts'
import type { ScenarioInputSet } from './schema.ts'
import { checkTemplates } from './template.ts'

export interface InputsContext {
  /** Of the scenario, as it was named: messages show paths in it. */
  readonly folder: string
  readonly outside: 'allowed' | 'refused'
  readonly phases: readonly Pick<Phase, 'kind'>[]
  readonly complain: Complain
  readonly complainIn: ComplainIn
}

/** What `summary.csv` calls the sum over all input sets. */
const ALL = 'all'
const BAD_TEMPLATE = 'With its variables put in, this text holds a template that cannot be used'

/** Input sets with their rows read and their templates checked. Without any the workflow is run with no inputs. */
export function planInputs(written: readonly ScenarioInputSet[] | undefined, context: InputsContext): readonly InputSet[] {
  const { complain } = context
  if (written?.length === 0)
    complain(
      ['inputs'],
      'There is no input set',
      'Write one, such as [{ values: { text: Hello } }], or remove the line where the workflow takes no inputs.',
    )
  const sets = written ?? [{ values: {} }]
  const names = sets.map(({ name }, index) => name ?? `inputs-${index + 1}`)
  return sets.map((set, index) => {
    const name = names[index]!
    if (names.indexOf(name) < index)
      complain(['inputs', index, 'name'], `An earlier input set is called ${name} too`, 'Give each input set a name of its own.')
    if (name === ALL)
      complain(['inputs', index, 'name'], `No input set can be called ${ALL}: summary.csv calls the sum of all so`, 'Give it another name.')
    const hasFiles = set.files !== undefined || set.requestFiles !== undefined
    if (set.values === undefined && set.from === undefined && !hasFiles)
      complain(
        ['inputs', index],
        'This input set has neither values nor a file',
        'Add values: { text: Hello } or from: inputs/articles.csv.',
      )
    for (const field of ['order', 'whenExhausted'] as const)
      if (set[field] !== undefined && set.from === undefined)
        complain(['inputs', index, field], 'This needs rows, and this input set has none', `Remove ${field}:, or add from: with a file.`)
    if (set.order === 'random' && set.whenExhausted === 'stop')
      complain(['inputs', index, 'whenExhausted'], 'Random rows never run out', 'Use order: shuffled, or remove whenExhausted:.')
    const rows = set.from === undefined ? undefined : rowsOf(set.from, index, context)
    checkValues(set, index, rows, context)
    if (set.files !== undefined) checkFileNames(set, set.values === undefined ? (rows ?? []) : [], index, complain)
    return {
      name,
      weight: set.weight ?? 1,
      ...(set.values === undefined ? {} : { values: set.values }),
      ...(rows === undefined ? {} : { rows }),
      ...planFiles(set, name, index, context),
      order: set.order ?? 'sequential',
      whenExhausted: set.whenExhausted ?? 'repeat',
    }
  })
}

/** Complains of every template in a text that goes to the server for each run, such as `user`. */
export function checkUser(user: string, sets: readonly InputSet[], { phases, complain }: Pick<InputsContext, 'phases' | 'complain'>): void {
  const columns = sets.every(({ rows }) => rows) ? commonColumns(sets.flatMap(({ rows }) => rows ?? [])) : undefined
  const surroundings = { hasSlots: phases.every(({ kind }) => kind === 'closed'), ...(columns ? { columns } : {}) }
  for (const { wrong, right } of checkTemplates(user, surroundings)) complain(['user'], wrong, right, BAD_TEMPLATE)
}

function rowsOf(from: string, index: number, { folder, outside, complain, complainIn }: InputsContext): readonly Row[] | undefined {
  const path = ['inputs', index, 'from']
  const found = findFile(from, { folder, outside })
  if (!found.ok) {
    complain(path, found.wrong, found.right)
    return undefined
  }
  const read = readRows(found.path)
  if (read.ok) return read.rows
  if (read.at) complainIn({ kind: 'file', file: isAbsolute(from) ? from : join(folder, from), ...read.at }, path, read)
  else complain(path, read.wrong, read.right)
  return undefined
}

function checkValues(set: ScenarioInputSet, index: number, rows: readonly Row[] | undefined, { phases, complain }: InputsContext): void {
  // Of a file that could not be read, nothing is known about the columns.
  if (set.values === undefined || (set.from !== undefined && rows === undefined)) return
  const surroundings = { hasSlots: phases.every(({ kind }) => kind === 'closed'), ...(rows ? { columns: commonColumns(rows) } : {}) }
  for (const { path, wrong, right } of checkTemplates(set.values, surroundings))
    complain(['inputs', index, 'values', ...path], wrong, right, BAD_TEMPLATE)
}

/** The columns that every row has. */
function commonColumns(rows: readonly Row[]): ReadonlySet<string> {
  const [first, ...others] = rows
  return new Set(Object.keys(first ?? {}).filter((column) => others.every((row) => Object.hasOwn(row, column))))
}
