import type { Group, Table } from '../table.ts'
import type { ReportView } from '../view.ts'
import { caveatLine, folded, grid, MOST_ROWS, MOST_SUMMARY_BYTES, SIGNS, statement, text, within } from './markdown-parts.ts'

const MOST_COLUMNS = 6

/**
 * A run as GitHub-flavoured Markdown for a job summary or a merge request: verdict, validity, objectives, at most twelve rows of numbers,
 * everything else folded away. Below 60 kB. Foreign text is escaped for Markdown and HTML, so that it makes neither link, mention nor markup.
 */
export function markdown(view: ReportView): string {
  const parts = [
    `## ${text(view.title)}`,
    statement(view.verdict),
    statement(view.validity),
    ...(view.objectives.length === 0
      ? []
      : [
          grid(
            ['', 'objective', ''],
            view.objectives.slice(0, MOST_ROWS).map(({ tone, text: objective, word }) => [SIGNS[tone], objective, word]),
          ),
        ]),
    headline(view.table),
    ...folded('Caveats', view.caveats.map(caveatLine)),
    ...folded(
      'Failures',
      view.failures.map(({ count, outcome, detail }) => `- ${text(count)} × ${text(outcome)}${detail === '' ? '' : `: ${text(detail)}`}`),
    ),
    ...folded('Plan', [grid(['', ''], view.plan)]),
    text(view.facts.join(' · ')),
  ]
  return within(MOST_SUMMARY_BYTES, parts)
}

/** The first phases, or runs of one phase, side by side: the rows that decide. */
export function headline({ columns, groups }: Table): string {
  if (columns.length === 0) return 'No phase of this run was measured.'
  const shown = columns.slice(0, MOST_COLUMNS)
  const rows = CHOSEN.flatMap(([title, label]) => rowOf(groups, title, label)).slice(0, MOST_ROWS)
  const more = columns.length - shown.length
  const table = grid(
    ['', ...shown.map(({ name, mode }) => (name === mode ? name : `${name} (${mode})`))],
    rows.map((row) => row.slice(0, 1 + shown.length)),
  )
  return more > 0 ? `${table}\n\nand ${more} more, in the report` : table
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
