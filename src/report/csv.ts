import { stringify } from 'csv-stringify/sync'
import { JUDGED_QUANTILES, type MetricSummary, QUANTILES, type QuantileName } from '../core/metric-summary.ts'
import type { PhaseSummary } from '../core/phase-summary.ts'
import type { NodeSpan, Sample } from '../core/sample.ts'
import type { RunSummary } from '../core/summary.ts'
import { describe } from './catalogue.ts'

/** A cell: numbers stay numbers, text is made harmless, `undefined` is an empty cell. */
type Cell = number | string | undefined
export type Column<Row> = readonly [name: string, cell: (row: Row) => Cell]

/** Rows turned to text at a time: few enough to stream, many enough that the call costs nothing. */
const BATCH = 512

const SAMPLE_COLUMNS: readonly Column<Sample>[] = [
  ['seq', (s) => s.seq],
  ['arm', (s) => s.arm],
  ['phase', (s) => s.phase],
  ['input_set', (s) => s.inputSet],
  ['mode', (s) => s.mode],
  ['outcome', (s) => s.outcome.kind],
  ['detail', (s) => s.outcome.detail],
  ['http_status', (s) => s.httpStatus],
  ['intended_us', (s) => s.marks.intended],
  ['released_us', (s) => s.marks.released],
  ['sent_us', (s) => s.marks.sent],
  ['headers_us', (s) => s.marks.headers],
  ['first_byte_us', (s) => s.marks.firstByte],
  ['first_event_us', (s) => s.marks.firstEvent],
  ['first_text_us', (s) => s.marks.firstText],
  ['last_text_us', (s) => s.marks.lastText],
  ['finished_us', (s) => s.marks.finished],
  ['closed_us', (s) => s.marks.closed],
  ['response_us', (s) => between(s.marks.intended, s.marks.finished)],
  ['service_us', (s) => between(s.marks.sent, s.marks.finished)],
  ['elapsed_us', (s) => s.elapsed],
  ['events', (s) => s.events],
  ['text_chunks', (s) => s.textChunks],
  ['bytes', (s) => s.bytes],
  ['tokens', (s) => s.tokens],
  ['steps', (s) => s.steps],
  ['task_id', (s) => s.taskId],
  ['workflow_run_id', (s) => s.workflowRunId],
  ['trace_id', (s) => s.traceId],
]

interface NodeRow {
  readonly sample: Sample
  readonly node: NodeSpan
}

const NODE_COLUMNS: readonly Column<NodeRow>[] = [
  ['seq', ({ sample }) => sample.seq],
  ['arm', ({ sample }) => sample.arm],
  ['phase', ({ sample }) => sample.phase],
  ['node_id', ({ node }) => node.nodeId],
  ['title', ({ node }) => node.title],
  ['type', ({ node }) => node.type],
  ['status', ({ node }) => node.status],
  ['started_us', ({ node }) => node.started],
  ['finished_us', ({ node }) => node.finished],
  ['elapsed_us', ({ node }) => node.elapsed],
  ['tokens', ({ node }) => node.tokens],
  ['parent', ({ node }) => node.parent],
]

interface SummaryRow {
  readonly phase: string
  readonly of: PhaseSummary
  readonly inputSet: string
  readonly name: string
  readonly metric: MetricSummary
}

const SUMMARY_COLUMNS: readonly Column<SummaryRow>[] = [
  ['arm', (row) => row.of.arm],
  ['phase', (row) => row.phase],
  ['mode', (row) => row.of.mode],
  ['input_set', (row) => row.inputSet],
  ['metric', (row) => row.name],
  ['unit', (row) => describe(row.name).unit],
  ['count', (row) => row.metric.count],
  ['unanswered', (row) => row.metric.unanswered],
  ['mean', (row) => row.metric.mean],
  ['min', (row) => row.metric.min],
  ...(Object.keys(QUANTILES) as QuantileName[]).map((name): Column<SummaryRow> => [name, (row) => row.metric[name]]),
  ['max', (row) => row.metric.max],
  ...JUDGED_QUANTILES.flatMap((name): Column<SummaryRow>[] => [
    [`${name}_low`, (row) => row.metric.intervals[name]?.low],
    [`${name}_high`, (row) => row.metric.intervals[name]?.high],
  ]),
  ...JUDGED_QUANTILES.flatMap((name): Column<SummaryRow>[] => [
    [`all_${name}`, (row) => row.metric.ofAll?.[name].value],
    [`all_${name}_bound`, (row) => (row.metric.ofAll?.[name].atLeast ? 'at least' : undefined)],
  ]),
]

/** `samples.csv` in pieces: a line per exchange, in the order given. Times in whole µs from the run's start; what never came is an empty cell. */
export const samplesCsv = (samples: AsyncIterable<Sample> | Iterable<Sample>): AsyncGenerator<string> => lines(SAMPLE_COLUMNS, samples)

/** `nodes.csv` in pieces: a line per finished workflow node, in order of arrival. A file with the header alone where there was none. */
export const nodesCsv = (samples: AsyncIterable<Sample> | Iterable<Sample>): AsyncGenerator<string> =>
  lines(NODE_COLUMNS, finished(samples))

/** `summary.csv`, whole: a line per phase, input set (and `all`) and metric, in the metric's unit. */
export const summaryCsv = (summary: RunSummary): string => csvText(SUMMARY_COLUMNS, summaryRows(summary))

/** The same of several runs, in a line's first cell the run's id. */
export const overlayCsv = (summaries: readonly RunSummary[]): string =>
  csvText<SummaryRow & { readonly run: string }>(
    [['run', ({ run }) => run], ...SUMMARY_COLUMNS],
    summaries.flatMap((summary) => summaryRows(summary).map((row) => ({ ...row, run: summary.run }))),
  )

const summaryRows = (summary: RunSummary): readonly SummaryRow[] =>
  Object.entries(summary.phases).flatMap(([phase, of]) =>
    [['all', of] as const, ...Object.entries(of.inputSets)].flatMap(([inputSet, { metrics }]) =>
      Object.entries(metrics).map(([name, metric]): SummaryRow => ({ phase, of, inputSet, name, metric })),
    ),
  )

/**
 * Text that no spreadsheet takes for a formula once csv-stringify has marked the first character: control characters become blanks, blanks
 * in front go (they hide a formula), and a formula after a semicolon is marked too (that splits cells where the comma is the decimal mark).
 */
export function harmless(value: string): string {
  return value
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/^[\s\p{Z}\p{Cf}]+/u, '')
    .replace(/;(?=[\s\p{Z}\p{Cf}"']*[=+\-@＝＋－＠])/gu, ";'")
}

async function* lines<Row>(columns: readonly Column<Row>[], rows: AsyncIterable<Row> | Iterable<Row>): AsyncGenerator<string> {
  yield header(columns)
  let batch: Row[] = []
  for await (const row of rows) {
    if (batch.push(row) < BATCH) continue
    yield text(columns, batch)
    batch = []
  }
  if (batch.length > 0) yield text(columns, batch)
}

async function* finished(samples: AsyncIterable<Sample> | Iterable<Sample>): AsyncGenerator<NodeRow> {
  for await (const sample of samples) for (const node of sample.nodes) if (node.status !== undefined) yield { sample, node }
}

/** A whole table as CSV. */
export const csvText = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string => header(columns) + text(columns, rows)

const header = <Row>(columns: readonly Column<Row>[]): string => `${columns.map(([name]) => name).join(',')}\n`

const text = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string =>
  stringify(
    rows.map((row) => columns.map(([, cell]) => safe(cell(row)))),
    { escape_formulas: true, record_delimiter: 'unix' },
  )

const safe = (cell: Cell): Cell => (typeof cell === 'string' ? harmless(cell) : cell)

const between = (from: number | undefined, to: number | undefined): number | undefined =>
  from === undefined || to === undefined ? undefined : to - from
