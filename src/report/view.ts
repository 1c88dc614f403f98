import type { Caveat } from '../core/caveat.ts'
import type { PhaseSummary } from '../core/phase-summary.ts'
import type { Plan } from '../core/plan.ts'
import type { Environment, MachineSecond } from '../core/record.ts'
import { shardInWords } from '../core/shard.ts'
import type { NotableExchange, ObjectiveResult, RunSummary } from '../core/summary.ts'
import { SECOND } from '../core/units.ts'
import { type DiagnosesView, diagnosesView } from './diagnosis.ts'
import { count, duration, moment, span } from './format.ts'
import { isHarmlessLinger, lingerNote } from './lingering.ts'
import { environmentList, everyMetric, glossary, inputSetList, phaseList, planList, targetText } from './lists.ts'
import { type LostRunsView, lostRuns } from './lost-runs.ts'
import { type NodeRoom, type NodeViews, nodeViews } from './nodes/view.ts'
import { plain } from './plain.ts'
import { type DataTable, phaseTable, type Table } from './table.ts'
import { judge, type Statement, type Tone } from './verdict.ts'

/** All that a report is made of. */
export interface ReportInput {
  readonly summary: RunSummary
  readonly plan: Plan
  readonly environment?: Environment
  /** In order of time; empty where nothing was kept. */
  readonly machine?: readonly MachineSecond[]
}

/** A run as strings, every number formatted once, all foreign text made plain: what text and HTML share. */
export interface ReportView {
  readonly title: string
  readonly description?: string
  /** What was measured, when, for how long: short pieces for one line. */
  readonly facts: readonly string[]
  readonly verdict: Statement
  readonly validity: Statement
  readonly caveats: readonly CaveatView[]
  readonly objectives: readonly ObjectiveView[]
  /** Measured phases side by side. */
  readonly table: Table
  readonly diagnoses: DiagnosesView
  /** The nodes of the workflow, of measured phases. */
  readonly nodes: NodeViews
  /** Sentences on what is not shown for want of room; empty where everything is. */
  readonly more: { readonly phases: string }
  readonly plan: readonly (readonly [string, string])[]
  readonly phaseList: DataTable
  readonly inputSets: DataTable
  readonly environment: readonly (readonly [string, string])[]
  readonly everyMetric: DataTable
  readonly glossary: readonly (readonly [string, string])[]
  /** What made this report, and from what. */
  readonly colophon: string
  readonly failures: readonly FailureView[]
  readonly slowest: readonly ExchangeView[]
  readonly lostRuns: LostRunsView
}

export interface CaveatView {
  readonly word: string
  readonly tone: Tone
  readonly where?: string
  readonly text: string
}

export interface ObjectiveView {
  readonly text: string
  readonly word: string
  readonly tone: Tone
  readonly explanation: string
}

export interface FailureView {
  readonly outcome: string
  readonly detail: string
  readonly count: string
  readonly examples: readonly ExchangeView[]
}

export interface ExchangeView {
  readonly seq: string
  readonly phase: string
  readonly mode: string
  readonly inputSet: string
  readonly outcome: string
  readonly detail: string
  readonly intended: string
  readonly response: string
  readonly elapsed: string
  /** `workflow_run_id`, or where there is none the task's id, named; empty where the server gave neither. */
  readonly id: string
}

/** A report names no more of each than this; the files beside it hold all. */
export const MOST = { caveats: 40, alike: 3, named: 12, objectives: 40, groups: 50, examples: 3, slowest: 20 } as const

/** How much is told of a run's phases and of its time. */
export interface Room {
  /** Phases that are told one by one. */
  readonly phases: number
  /** Rows of a table over time. */
  readonly rows: number
  readonly nodes: NodeRoom
}

/** From what a page should have to what it can have where names and numbers would else make it too large. */
export const ROOMS = [
  { phases: 40, rows: 100, nodes: { phases: 6, rows: 40 } },
  { phases: 12, rows: 40, nodes: { phases: 2, rows: 15 } },
] as const satisfies readonly Room[]

/** The view of a run. */
export function viewOf({ summary, plan, environment }: ReportInput, room: Room = ROOMS[0]): ReportView {
  const phases = phasesInOrder(summary, plan)
  const measured = phases.filter(([, phase]) => phase.measured)
  const shown = measured.slice(0, room.phases)
  return {
    title: plain(summary.name, 80) || 'a run without a name',
    ...(plan.description === undefined ? {} : { description: plain(plan.description, 400) }),
    facts: [
      targetText(plan),
      ...(plan.arm === undefined ? [] : [`arm ${plain(plan.arm, 60)}`]),
      ...(summary.shard ? [shardInWords(summary.shard)] : []),
      ...(summary.shards ? [`merged from ${count(summary.shards.length)} shards`] : []),
      moment(plain(summary.start, 40)),
      span(summary.durationUs),
      `run ${plain(summary.run, 60)}`,
    ],
    ...judge(summary),
    caveats: caveatViews(summary),
    objectives: summary.objectives.slice(0, MOST.objectives).map((objective) => objectiveView(objective, summary.status)),
    table: phaseTable(shown),
    diagnoses: diagnosesView(shown, summary.diagnoses),
    nodes: nodeViews(shown, { room: room.nodes, heldBack: heldBack(summary) }),
    more: {
      phases:
        measured.length > shown.length
          ? ` The first ${shown.length} of ${measured.length} measured phases are shown; summary.csv holds all.`
          : '',
    },
    plan: planList(plan),
    phaseList: phaseList(phases.slice(0, room.phases)),
    inputSets: inputSetList(plan),
    environment: environment ? environmentList(environment) : [],
    everyMetric: everyMetric(shown),
    glossary: glossary(),
    failures: summary.failures.slice(0, MOST.groups).map((group) => ({
      outcome: group.outcome,
      detail: plain(group.detail ?? ''),
      count: count(group.count),
      examples: group.examples.slice(0, MOST.examples).map(exchangeView),
    })),
    slowest: summary.slowest.slice(0, MOST.slowest).map(exchangeView),
    lostRuns: lostRuns(summary, plan.limits),
    colophon: `Made by flowbench${environment ? ` ${plain(environment.flowbench, 20)}` : ''} from the run’s own files; made again, it is the same report. ${plain(summary.exitReason, 400)}`,
  }
}

/** Phases in the order of the plan: an object's own order puts names that look like numbers first. */
export function phasesInOrder(summary: RunSummary, plan: Plan): readonly (readonly [string, PhaseSummary])[] {
  const planned = plan.phases.map((phase) => phase.name)
  const rank = ([name]: readonly [string, PhaseSummary]) => {
    const at = planned.indexOf(name)
    return at < 0 ? planned.length : at
  }
  return Object.entries(summary.phases).sort((a, b) => rank(a) - rank(b))
}

/** Phases whose events were held back on the way. */
const heldBack = ({ diagnoses }: RunSummary): ReadonlySet<string> =>
  new Set(Object.entries(diagnoses).flatMap(([phase, { delivery }]) => (delivery?.buffered ? [phase] : [])))

const invalidatingFirst = (a: Caveat, b: Caveat): number => Number(b.invalidates) - Number(a.invalidates)

const caveatView = (caveat: Caveat): CaveatView => ({
  word: caveat.invalidates ? 'invalid' : 'caveat',
  tone: caveat.invalidates ? 'bad' : 'unsure',
  ...(caveat.phase === undefined ? {} : { where: plain(caveat.phase, 60) }),
  text: plain(caveat.text, 600),
})

/** The first few of each kind in full; of the others only where, so that forty phases do not tell the same forty times. */
function caveatViews({ caveats, diagnoses }: RunSummary): readonly CaveatView[] {
  const harmless = caveats.filter((caveat) => isHarmlessLinger(caveat, diagnoses))
  const note = lingerNote(harmless)
  const kinds = Map.groupBy(
    caveats.filter((caveat) => !harmless.includes(caveat)).sort(invalidatingFirst),
    ({ kind, invalidates }) => `${kind} ${invalidates}`,
  )
  const views = [...kinds.values()].flatMap((alike) => {
    const rest = alike.slice(MOST.alike)
    const told = alike.slice(0, MOST.alike).map(caveatView)
    if (rest.length === 0) return told
    const where = [...new Set(rest.map(({ phase }) => phase).filter((phase) => phase !== undefined))]
    const named = where.slice(0, MOST.named).map((phase) => plain(phase, 40))
    const more = where.length > named.length ? ` and ${count(where.length - named.length)} more` : ''
    const text = `The same ${count(rest.length)} more ${rest.length === 1 ? 'time' : 'times'}${named.length > 0 ? `, in ${named.join(', ')}${more}` : ''}.`
    return [...told, { word: told[0]!.word, tone: told[0]!.tone, text }]
  })
  return [...views.slice(0, MOST.caveats), ...(note === '' ? [] : [{ word: 'note', tone: 'plain', text: note } as const])]
}

const OBJECTIVE_WORDS = {
  held: ['held', 'good'],
  'held-not-proven': ['held, not proven', 'good'],
  missed: ['missed', 'bad'],
  undecided: ['undecided', 'unsure'],
} as const

function objectiveView(objective: ObjectiveResult, status: RunSummary['status']): ObjectiveView {
  const [word, tone] = OBJECTIVE_WORDS[objective.verdict]
  const shown = status === 'incomplete' ? ({ word: 'shown only', tone: 'unsure' } as const) : { word, tone }
  return { text: plain(objective.text, 120), ...shown, explanation: plain(objective.explanation, 400) }
}

const exchangeView = (exchange: NotableExchange): ExchangeView => ({
  seq: count(exchange.seq),
  phase: plain(exchange.phase, 60),
  mode: exchange.mode,
  inputSet: plain(exchange.inputSet, 40),
  outcome: exchange.outcome,
  detail: plain(exchange.detail ?? '', 200),
  intended: `${(exchange.intendedUs / SECOND).toFixed(2)} s`,
  response: exchange.responseUs === undefined ? '' : duration(exchange.responseUs),
  elapsed: exchange.elapsedUs === undefined ? '' : duration(exchange.elapsedUs),
  id:
    exchange.workflowRunId !== undefined
      ? plain(exchange.workflowRunId, 80)
      : exchange.taskId !== undefined
        ? `task ${plain(exchange.taskId, 80)}`
        : '',
})
