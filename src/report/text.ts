import { NONE } from './format.ts'
import { nodeLines } from './nodes/text.ts'
import { COLOURS, columnsOf, filesSection, type Pen, penOf, SIGNS, section, statement, type TextOptions, textOf } from './pen.ts'
import type { Cell, Column, Group, Table } from './table.ts'
import type { ReportView } from './view.ts'
import { cut, padded, width, wrapped } from './width.ts'

const LABEL = 24
const COLUMN = 24
/** From here on phases are told in a line each: as columns they would fill pages. */
const MANY = 7

/** Of most groups these rows are enough for a terminal; the report holds all. */
const FULL = 'Response time'
const SHORT_ROWS = new Set(['p50', 'p95', 'p99'])

/** How the cells of the numbers are read. */
export const READING =
  '[…] 95 % interval within this run; of all: the same over all intended runs, those without an accepted answer counted as endless, told where it differs'

/** The summary for a terminal or a log: verdict and validity first, phases side by side, doubts and failures, where the files are. Ends with a line feed. */
export function renderText(view: ReportView, options: TextOptions): string {
  const columns = columnsOf(options)
  const pen = penOf(options)
  const lines = [
    ...wrapped(view.title, columns).map((line) => pen('bold', line)),
    ...wrapped(view.facts.join(' · '), columns).map((line) => pen('dim', line)),
    '',
    ...statement(view.validity, columns, pen),
    ...statement(view.verdict, columns, pen),
    ...section('Objectives', objectives(view, columns, pen), pen),
    ...tableLines(view.table, columns, pen),
    ...section('Where the time went', diagnoses(view, columns, pen), pen),
    ...section('Inside the workflow', nodeLines(view.nodes, columns), pen),
    ...section(
      'Caveats',
      view.caveats.flatMap((caveat) =>
        statement(
          { ...caveat, word: caveat.where ? `${caveat.word} (${caveat.where})` : caveat.word, sentence: caveat.text },
          columns,
          pen,
        ),
      ),
      pen,
    ),
    ...section('Failures', failures(view, columns), pen),
    ...section('Lost runs', lostRuns(view, columns), pen),
    ...filesSection(options, pen),
  ]
  return textOf(lines, options)
}

function objectives(view: ReportView, columns: number, pen: Pen): readonly string[] {
  const words = Math.max(0, ...view.objectives.map(({ word }) => word.length))
  return view.objectives.flatMap(({ text, word, tone, explanation }) => {
    const sign = `  ${SIGNS[tone]} ${padded(word, words, 'left')}  `
    const [first = '', ...rest] = wrapped(text, columns - sign.length)
    return [
      pen(COLOURS[tone], sign.trimEnd()) + ' '.repeat(sign.length - sign.trimEnd().length) + first,
      ...rest.map((line) => ' '.repeat(sign.length) + line),
      ...indented(explanation, sign.length, columns),
    ]
  })
}

/** What was found, and that two modes are two deployments; the report tells the rest. */
function diagnoses({ diagnoses: { found, modes } }: ReportView, columns: number, pen: Pen): readonly string[] {
  return [
    ...found.flatMap(({ word, where, tone, sentence }) => statement({ tone, word: `${word} (${where})`, sentence }, columns, pen)),
    ...(modes === undefined ? [] : indented(modes, 2, columns).map((line) => pen('dim', line))),
  ]
}

const indented = (text: string, by: number, columns: number): readonly string[] =>
  text === '' ? [] : wrapped(text, columns - by).map((line) => ' '.repeat(by) + line)

function failures(view: ReportView, columns: number): readonly string[] {
  const shown = view.failures.slice(0, 10)
  const lines = shown.flatMap(({ outcome, detail, count, examples }) => {
    const head = `  ${padded(count, 8, 'right')}  ${outcome}${detail === '' ? '' : `: ${detail}`}`
    const [first = '', ...rest] = wrapped(head.trimStart(), columns - 12)
    const gap = ' '.repeat(head.length - head.trimStart().length)
    const id = examples.find((example) => example.id !== '')?.id
    return [gap + first, ...rest.map((line) => ' '.repeat(12) + line), ...(id ? indented(`such as ${id}`, 12, columns) : [])]
  })
  const more = view.failures.length - shown.length
  return more > 0 ? [...lines, `            and ${more} more kinds, in the report`] : lines
}

function lostRuns({ lostRuns: { sentences, fates, notes, ids } }: ReportView, columns: number): readonly string[] {
  const wide = Math.max(0, ...fates.map((fate) => fate.count.length))
  return [
    ...sentences.flatMap((line) => indented(line, 2, columns)),
    ...fates.flatMap(({ count, what }) => {
      const [first = '', ...rest] = wrapped(what, columns - wide - 6)
      return [`    ${padded(count, wide, 'right')}  ${first}`, ...rest.map((line) => ' '.repeat(wide + 6) + line)]
    }),
    ...notes.flatMap((line) => indented(line, 2, columns)),
    ...ids.flatMap((id) => indented(id, 4, columns)),
  ]
}

const tableLines = (table: Table, columns: number, pen: Pen): readonly string[] =>
  table.columns.length === 0
    ? ['', 'No phase of this run was measured.']
    : [
        ...(table.columns.length >= MANY ? [] : ['', ...wrapped(READING, columns).map((line) => pen('dim', line))]),
        ...numberLines(table, { of: 'phase', columns, pen }),
      ]

interface NumberOptions {
  /** What the columns are. */
  readonly of: 'phase' | 'run'
  readonly columns: number
  readonly pen: Pen
}

/** Phases, or runs of one phase, side by side; many of them in a line each. */
export function numberLines(table: Table, options: NumberOptions): readonly string[] {
  if (table.columns.length >= MANY) return compact(table, options)
  const { columns, pen } = options
  const fits = Math.max(1, Math.floor((columns - LABEL) / COLUMN))
  const lines: string[] = []
  for (let from = 0; from < table.columns.length; from += fits)
    lines.push(...sideBySide(table, { from, to: Math.min(from + fits, table.columns.length), columns, pen }))
  return lines
}

function sideBySide(
  table: Table,
  { from, to, columns, pen }: { readonly from: number; readonly to: number; readonly columns: number; readonly pen: Pen },
): readonly string[] {
  const shown = table.columns.slice(from, to)
  const line = (label: string, texts: readonly string[]) =>
    padded(label, LABEL, 'left') + texts.map((text) => padded(text, COLUMN - 2, 'right')).join('  ')
  const head = (text: (column: Column) => string) => line('', shown.map(text))
  return [
    '',
    pen(
      'bold',
      head((column) => column.name),
    ),
    ...(shown.some(({ name, mode }) => name !== mode) ? [head((column) => column.mode)] : []),
    pen(
      'dim',
      head((column) => column.load),
    ),
    ...table.groups.flatMap((group) => [
      ...titleOf(group, columns, pen),
      ...rowsOf(group).flatMap(({ label, cells }) => {
        const own = cells.slice(from, to)
        // Where every run was answered the two are one number, and a page of repetitions hides what differs.
        const twins = own.some(({ ofAll, value }) => ofAll !== undefined && ofAll !== value)
        return [
          line(`  ${label}`, own.map(valueText)),
          ...(twins
            ? [
                pen(
                  'dim',
                  line(
                    '    of all',
                    own.map((cell) => cell.ofAll ?? NONE),
                  ),
                ),
              ]
            : []),
        ]
      }),
    ]),
  ]
}

/** With its definition beside it, cut where the line ends. */
const titleOf = ({ title, definition }: Group, columns: number, pen: Pen): readonly string[] => {
  const room = columns - width(title) - 2
  return [definition === '' || room < 12 ? pen('bold', title) : `${pen('bold', title)}  ${pen('dim', cut(definition, room))}`]
}

const rowsOf = (group: Group) =>
  group.title === FULL || !group.rows.some((row) => SHORT_ROWS.has(row.label))
    ? group.rows
    : group.rows.filter((row) => SHORT_ROWS.has(row.label))

const valueText = ({ value, interval }: Cell): string => (interval === undefined ? value : `${value} [${interval}]`)

/** A line a phase: the numbers that decide. */
function compact(table: Table, { of, columns, pen }: NumberOptions): readonly string[] {
  const cells = (title: string, label: string) =>
    table.groups.find((group) => group.title === title)?.rows.find((row) => row.label === label)?.cells
  const chosen = [
    ['throughput', cells('Traffic', 'throughput')],
    ['failed', cells('Traffic', 'failure share')],
    ['p50', cells(FULL, 'p50')],
    ['p95', cells(FULL, 'p95')],
    ['p99', cells(FULL, 'p99')],
    ['p95 of all', cells(FULL, 'p95')?.map((cell) => ({ value: cell.ofAll ?? NONE }))],
  ] as const
  const name = columns - 12 - chosen.length * 11
  const line = (first: string, mode: string, texts: readonly string[]) =>
    `${padded(first, Math.max(8, name), 'left')}${padded(mode, 12, 'right')}${texts.map((text) => padded(text, 11, 'right')).join('')}`
  return [
    '',
    pen(
      'bold',
      line(
        of,
        'mode',
        chosen.map(([title]) => title),
      ),
    ),
    ...table.columns.map((column, at) =>
      line(
        column.name,
        column.mode,
        chosen.map(([, list]) => list?.[at]?.value ?? NONE),
      ),
    ),
  ]
}
