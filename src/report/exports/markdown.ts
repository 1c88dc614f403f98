import type { Group, Table } from '../table.ts'
import type { Tone } from '../verdict.ts'
import type { ReportView } from '../view.ts'

/** What a job summary takes is 1 MiB for a whole job, and what is read at a glance is far less. */
const MOST_BYTES = 60_000
const MOST_ROWS = 12
const MOST_COLUMNS = 6

const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', unsure: '?', plain: '·' }

/**
 * A run as GitHub-flavoured Markdown for a job summary or a merge request: verdict, validity, objectives, at most twelve rows of numbers,
 * everything else folded away. Below 60 kB. Foreign text is escaped for Markdown and HTML, so that it makes neither link, mention nor markup.
 */
export function markdown(view: ReportView): string {
  const parts = [
    `## ${text(view.title)}`,
    `**${SIGNS[view.verdict.tone]} ${text(view.verdict.word)}.** ${text(view.verdict.sentence)}`,
    `**${SIGNS[view.validity.tone]} ${text(view.validity.word)}.** ${text(view.validity.sentence)}`,
    ...(view.objectives.length === 0
      ? []
      : [
          grid(
            ['', 'objective', ''],
            view.objectives.slice(0, MOST_ROWS).map(({ tone, text: objective, word }) => [SIGNS[tone], objective, word]),
          ),
        ]),
    headline(view.table),
    ...folded(
      'Caveats',
      view.caveats.map(
        ({ tone, where, text: said }) => `- ${SIGNS[tone]} ${where === undefined ? '' : `**${text(where)}**: `}${text(said)}`,
      ),
    ),
    ...folded(
      'Failures',
      view.failures.map(({ count, outcome, detail }) => `- ${text(count)} × ${text(outcome)}${detail === '' ? '' : `: ${text(detail)}`}`),
    ),
    ...folded('Plan', [grid(['', ''], view.plan)]),
    text(view.facts.join(' · ')),
  ]
  return within(MOST_BYTES, parts)
}

/** The first phases side by side, the rows that decide. */
function headline({ columns, groups }: Table): string {
  if (columns.length === 0) return 'No phase of this run was measured.'
  const shown = columns.slice(0, MOST_COLUMNS)
  const rows = CHOSEN.flatMap(([title, label]) => rowOf(groups, title, label)).slice(0, MOST_ROWS)
  const more = columns.length - shown.length
  const table = grid(
    ['', ...shown.map(({ name, mode }) => (name === mode ? name : `${name} (${mode})`))],
    rows.map((row) => row.slice(0, 1 + shown.length)),
  )
  return more > 0 ? `${table}\n\nand ${more} more phases, in the report` : table
}

const CHOSEN = [
  ['Traffic', 'throughput'],
  ['Traffic', 'failure share'],
  ['Response time', 'p50'],
  ['Response time', 'p95'],
  ['Response time', 'p99'],
  ['Time to first output', 'p50'],
  ['Time to first output', 'p95'],
  ['Time to first event', 'p95'],
  ['Elapsed time (server)', 'p50'],
  ['Elapsed time (server)', 'p95'],
  ['Tokens', 'per run, mean'],
] as const

function rowOf(groups: readonly Group[], title: string, label: string): readonly (readonly string[])[] {
  const row = groups.find((group) => group.title === title)?.rows.find((one) => one.label === label)
  if (!row) return []
  const cells = row.cells.map(({ value, interval, ofAll }) =>
    [
      value,
      ...(interval === undefined ? [] : [`[${interval}]`]),
      ...(ofAll === undefined || ofAll === value ? [] : [`of all ${ofAll}`]),
    ].join(' '),
  )
  return [[title === 'Traffic' ? label : `${title} ${label}`, ...cells]]
}

/** A Markdown table; cells are escaped here. */
function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function folded(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? []
    : [`<details><summary>${title}${lines.length > 1 ? ` (${lines.length})` : ''}</summary>\n\n${lines.join('\n')}\n\n</details>`]
}

/** What begins something in Markdown or HTML: markup, a mention, an emoji, a bare address that would become a link. */
const BEGINS = /[&<>\\`*_[\]|~#!@]|:(?=[:/])|(?<=www)\./gi

/** Written as entities, which begin nothing wherever they stand. */
const text = (foreign: string): string => foreign.replace(BEGINS, (character) => `&#${character.charCodeAt(0)};`)

/** Whole parts, as many as fit, and a word where some did not. */
function within(most: number, parts: readonly string[]): string {
  const kept: string[] = []
  let size = 0
  for (const part of parts) {
    size += Buffer.byteLength(part) + 2
    if (size > most - 100) {
      kept.push('The rest is in the report.')
      break
    }
    kept.push(part)
  }
  return `${kept.join('\n\n')}\n`
}
