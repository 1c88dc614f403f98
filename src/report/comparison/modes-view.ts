import type { GaveWay, ModeFigure, ModesCompared, OverRuns, PhaseOfModes } from '../../core/modes-compared.ts'
import type { Mode } from '../../core/sample.ts'
import type { Unit } from '../../measure/metrics.ts'
import { count, interval, NONE, percent, quantity } from '../format.ts'
import { plain } from '../plain.ts'
import type { DataTable } from '../table.ts'

/** What streaming gives and costs, as strings: what text and HTML share. */
export interface ModesView {
  readonly advice: readonly string[]
  /** What is compared, what exists in one mode only, and what the intervals are. */
  readonly reading: readonly string[]
  readonly phases: readonly { readonly title: string; readonly table: DataTable }[]
}

interface Row {
  readonly figure: string
  readonly label: string
  readonly unit: Unit
}

const ROWS: readonly Row[] = [
  { figure: 'first_event p50', label: 'first event, p50', unit: 'µs' },
  { figure: 'first_text p50', label: 'first text, p50', unit: 'µs' },
  { figure: 'first_output p50', label: 'first output, p50', unit: 'µs' },
  { figure: 'first_output p95', label: 'first output, p95', unit: 'µs' },
  { figure: 'response_time p50', label: 'end, p50', unit: 'µs' },
  { figure: 'response_time p95', label: 'end, p95', unit: 'µs' },
  { figure: 'elapsed_time p50', label: 'elapsed_time, p50', unit: 'µs' },
  { figure: 'bytes mean', label: 'bytes of a reply', unit: 'bytes' },
  { figure: 'connections_open mean', label: 'connections open, mean', unit: 'count' },
  { figure: 'connections_open max', label: 'connections open, most', unit: 'count' },
]

export const modesView = (modes: ModesCompared): ModesView => ({
  advice: modes.advice.map((sentence) => plain(sentence, 1200)),
  reading: [
    `In Dify the two modes run in different processes: blocking runs in the API process, streaming ones in the workers. So two deployments are compared, not only two forms of a reply.`,
    'A blocking reply says nothing before its end: first event and first text exist in streaming only. First output is the fair number between the modes, in streaming the first text, in blocking the end.',
    `Numbers are means over ${count(modes.pairs)} runs of each mode, in brackets the ${Number((100 * modes.confidence).toFixed(2))} % interval of each by itself; differences are streaming less blocking, from pair to pair. Those of the first output and the end (p50) are held to one joint level, and one that may be chance says “not proven”.`,
  ],
  phases: modes.phases.map((phase) => ({ title: titleOf(phase), table: tableOf(phase, modes.pairs) })),
})

function titleOf({ phase, load }: PhaseOfModes): string {
  const words =
    load.streaming === load.blocking ? load.streaming : `streaming ${plain(load.streaming, 60)}, blocking ${plain(load.blocking, 60)}`
  return `${plain(phase, 60)}, ${words}`
}

function tableOf(phase: PhaseOfModes, pairs: number): DataTable {
  return {
    head: ['Of a run', 'streaming', 'blocking', 'streaming − blocking'],
    rows: [
      ...ROWS.map(({ figure, label, unit }) => [label, ...cells(phase.figures[figure] ?? {}, unit)]),
      ['failures', ...bothModes((mode) => failuresIn(phase.failures[mode])), NONE],
      ['gave way', ...bothModes((mode) => gaveWayIn(phase.gaveWay[mode], pairs)), NONE],
    ],
  }
}

const bothModes = (of: (mode: Mode) => string): readonly string[] => [of('streaming'), of('blocking')]

function cells({ streaming, blocking, difference, proven }: ModeFigure, unit: Unit): readonly string[] {
  const told = difference ? overRunsText(difference, unit) : NONE
  return [overRunsText(streaming, unit), overRunsText(blocking, unit), proven === false ? `${told}, not proven` : told]
}

/** `295 ms [294–297 ms]`; what is not told is endless. */
function overRunsText(told: OverRuns | undefined, unit: Unit): string {
  if (!told) return NONE
  const { estimate, low, high } = told
  if (estimate === undefined) return 'endless'
  const bounds = low === undefined || high === undefined ? '' : ` [${interval(low, high, unit)}]`
  return `${quantity(estimate, unit)}${bounds}`
}

const failuresIn = ({ count: failed, of }: { readonly count: number; readonly of: number }): string =>
  of === 0 ? NONE : `${count(failed)} of ${count(of)} (${percent(failed / of)})`

const gaveWayIn = ({ runs, kind }: GaveWay, pairs: number): string =>
  runs === 0 ? 'no' : `${count(runs)} of ${count(pairs)} runs${kind === undefined ? '' : `, ${kind}`}`
