import type { NodesSummary } from '../../core/nodes-summary.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { Figure } from '../charts/figure.ts'
import { count, percent } from '../format.ts'
import { plain } from '../plain.ts'
import type { DataTable } from '../table.ts'
import { blameSentence, mixSentences, troubleSentence } from './sentences.ts'
import { FEW_MEANS, hasFew, nodeTable, pathTable } from './tables.ts'
import { waterfall } from './waterfall.ts'

/** How much is told of the nodes. */
export interface NodeRoom {
  /** Phases whose nodes are told. */
  readonly phases: number
  /** Rows of each table. */
  readonly rows: number
}

/** The nodes of one phase as strings. */
export interface NodesView {
  readonly phase: string
  /** What tells it from the other phases in our own words: names of foreign origin stand in no attribute. Empty where it is the only one. */
  readonly number: string
  /** Sentences: what the numbers are of, and what no node took. */
  readonly about: string
  /** Where the slowest runs lost their time; absent where no run was accepted. */
  readonly blame?: string
  /** What went wrong in which node; absent where nothing did. */
  readonly trouble?: string
  readonly table: DataTable
  /** What the mark of a percentile of few values means; absent where neither table has one. */
  readonly few?: string
  /** What a change from half to half owes to the mix of paths; empty where there is nothing to tell. */
  readonly mix: readonly string[]
  /** Only where there are several paths. */
  readonly pathTable?: DataTable
  readonly figures: readonly Figure[]
}

export interface NodeViews {
  readonly phases: readonly NodesView[]
  /** What is not told, and why; empty where everything is. */
  readonly notes: readonly string[]
}

export interface NodesShown {
  readonly room: NodeRoom
  /** Phases whose events were held back on the way. */
  readonly heldBack: ReadonlySet<string>
}

type Phases = readonly (readonly [string, PhaseSummary])[]

/** The nodes of measured phases: where a run was accepted, or something went wrong in one. */
export function nodeViews(phases: Phases, { room, heldBack }: NodesShown): NodeViews {
  const told = phases.flatMap(([name, { nodes }]) => (nodes && (nodes.runs > 0 || troubleSentence(nodes)) ? [[name, nodes] as const] : []))
  const blocking = phases.filter(([, { mode }]) => mode === 'blocking').length
  const more = told.length - room.phases
  return {
    phases: told
      .slice(0, room.phases)
      .map(([name, nodes], at) =>
        nodesView(plain(name, 60), nodes, { at, rows: room.rows, alone: told.length === 1, heldBack: heldBack.has(name) }),
      ),
    notes: [
      ...(more > 0 ? [`The nodes of ${count(more)} more ${more === 1 ? 'phase' : 'phases'} are in run.json.`] : []),
      ...(blocking > 0
        ? [
            'A blocking reply tells nothing of single nodes, only totals: elapsed_time, total_steps, total_tokens. To see inside, run the phase in streaming mode.',
          ]
        : []),
    ],
  }
}

interface Place {
  readonly at: number
  readonly rows: number
  readonly alone: boolean
  readonly heldBack: boolean
}

function nodesView(phase: string, nodes: NodesSummary, { at, rows, alone, heldBack }: Place): NodesView {
  const { runs, paths, examples, overheadShare } = nodes
  const until = Math.max(examples.median?.responseUs ?? 0, examples.tail?.responseUs ?? 0)
  const drawn = (which: 'median' | 'tail', title: string): readonly Figure[] => {
    const example = examples[which]
    return example
      ? [waterfall(example, { id: `waterfall-${which}-${at}`, title: alone ? title : `${at + 1}. ${title}`, rows, until })]
      : []
  }
  const left = nodes.nodes.length - rows
  const trouble = troubleSentence(nodes)
  const table = nodeTable(nodes, rows)
  const byPath = paths.length > 1 ? pathTable(nodes) : undefined
  const isFew = hasFew(table) || (byPath !== undefined && hasFew(byPath))
  return {
    phase,
    number: alone ? '' : `${at + 1}. `,
    about: `${runs === 0 ? 'No run was accepted with a known elapsed_time, so nothing is told of how long nodes took.' : `${count(runs)} accepted ${runs === 1 ? 'run' : 'runs'} with a known elapsed_time. For ${percent(overheadShare)} of that time no node was running: the engine’s own overhead.`}${left > 0 ? ` The ${count(rows)} largest of ${count(nodes.nodes.length)} nodes are shown.` : ''}${paths.length === 1 ? ' All of them executed the same nodes.' : ''}${heldBack ? ' Their events were held back on the way: how long nodes took is known, when they did is not, and waits are not to be believed.' : ''}`,
    ...(runs > 0 && { blame: blameSentence(nodes) }),
    ...(trouble !== undefined && { trouble }),
    table,
    ...(isFew && { few: FEW_MEANS }),
    mix: mixSentences(nodes),
    ...(byPath && { pathTable: byPath }),
    figures: [...drawn('median', 'A median run'), ...drawn('tail', 'A slow run')],
  }
}
