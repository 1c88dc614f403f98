import { digest } from '../../core/digest.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { ObjectiveResult } from '../../core/summary.ts'
import type { LabelledRun, Overlay } from '../../judge/overlay/overlay.ts'
import { count, moment, NONE, span } from '../format.ts'
import { targetText } from '../lists.ts'
import { plain } from '../plain.ts'
import { type DataTable, phaseTable, type Table } from '../table.ts'
import type { Statement } from '../verdict.ts'
import { type CaveatView, phasesInOrder, viewOf } from '../view.ts'

/** Runs laid over each other as strings, every number formatted once, all foreign text made plain: what text, Markdown and HTML share. */
export interface OverlayView {
  readonly title: string
  readonly facts: readonly string[]
  /** Always that there is none. */
  readonly verdict: Statement
  readonly validity: Statement
  readonly runs: DataTable
  /** Of each measured phase the runs that have it, side by side. */
  readonly phases: readonly OverlaidPhase[]
  readonly objectives: DataTable
  readonly differences: DataTable
  readonly caveats: readonly CaveatView[]
  /** Sentences on what is not shown for want of room; empty where everything is. */
  readonly more: { readonly phases: string; readonly differences: string }
  readonly exitReason: string
  readonly colophon: string
}

/** A phase by its name, with the runs in which it was measured. */
export interface OverlaidPhase {
  readonly name: string
  readonly runs: readonly RunOfPhase[]
  readonly table: Table
}

export interface RunOfPhase {
  readonly label: string
  /** Place of the run among all, which gives it its colour. */
  readonly at: number
  readonly phase: PhaseSummary
}

/** Phases and rows of differences that are told. */
export const MOST = { phases: 20, differences: 40 } as const

export function overlayView({ runs, differences, exitReason }: Overlay, mostPhases: number = MOST.phases): OverlayView {
  const phases = phasesOf(runs)
  return {
    title: titleOf(runs),
    facts: [`${count(runs.length)} runs`, daysOf(runs), runs.map(({ label }) => label).join(', ')],
    verdict: {
      tone: 'plain',
      word: 'No verdict',
      sentence:
        'Runs laid over each other are not a comparison: single runs of one and the same target differ by chance, so nothing here says that one is better. flowbench compare takes turns, or takes many stored runs, and judges.',
    },
    validity: validityOf(runs),
    runs: runTable(runs),
    phases: phases.slice(0, mostPhases).map(({ name, runs }) => ({ name, runs, table: tableOf(runs) })),
    objectives: objectiveTable(runs),
    differences: {
      head: ['Field', ...runs.map(({ label }) => label)],
      words: runs.map((_, at) => at + 1),
      long: runs.map((_, at) => at + 1),
      rows: differences.slice(0, MOST.differences).map(({ field, values }) => [plain(field, 60), ...values.map(valueText)]),
    },
    caveats: runs.flatMap(({ label, ...run }) =>
      viewOf(run).caveats.map((caveat) => ({ ...caveat, where: caveat.where === undefined ? label : `${label}, ${caveat.where}` })),
    ),
    more: {
      phases:
        phases.length > mostPhases
          ? ` The first ${mostPhases} of ${phases.length} measured phases are shown; the runs’ own reports hold all.`
          : '',
      differences:
        differences.length > MOST.differences
          ? `The first ${MOST.differences} of ${differences.length} fields are shown; --json holds all.`
          : '',
    },
    exitReason: plain(exitReason, 400),
    colophon: `Made by flowbench from the runs’ own files; made again, it is the same report. ${plain(exitReason, 400)}`,
  }
}

/** What is longer has a mark at its end that is the same for the same text, since two may begin alike. */
const LONGEST = 240

function valueText(value: string | undefined): string {
  if (value === undefined) return NONE
  return value.length <= LONGEST ? plain(value, LONGEST) : `${plain(value, LONGEST - 10)} #${digest(value).toString(36).slice(0, 6)}`
}

function titleOf(runs: readonly LabelledRun[]): string {
  const names = [...new Set(runs.map(({ summary }) => plain(summary.name, 60) || 'a run without a name'))]
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}: ${runs.length} runs laid over each other`
}

function daysOf(runs: readonly LabelledRun[]): string {
  const days = runs.map(({ summary }) => plain(summary.start, 40).slice(0, 10)).toSorted()
  return days[0] === days.at(-1) ? days[0]! : `${days[0]} to ${days.at(-1)}`
}

function validityOf(runs: readonly LabelledRun[]): Statement {
  const invalid = runs.filter(({ summary }) => !summary.valid).map(({ label }) => label)
  const cut = runs.filter(({ summary }) => summary.status !== 'whole').map(({ label }) => label)
  const unfinished = cut.length === 0 ? '' : ` ${listed(cut)} did not come to ${cut.length === 1 ? 'its' : 'their'} end.`
  if (invalid.length > 0)
    return {
      tone: 'bad',
      word: 'Invalid',
      sentence: `Do not trust the numbers of ${listed(invalid)}: the reasons lie with the generator, not with the target.${unfinished}`,
    }
  if (cut.length > 0) return { tone: 'unsure', word: 'Not all whole', sentence: unfinished.trim() }
  return { tone: 'good', word: 'Valid', sentence: 'In each run the instrument can be believed; its caveats stand below.' }
}

const listed = (labels: readonly string[]): string =>
  labels.length < 2 ? labels.join('') : `${labels.slice(0, -1).join(', ')} and ${labels.at(-1)}`

function runTable(runs: readonly LabelledRun[]): DataTable {
  const hasArms = runs.some(({ plan }) => plan.arm !== undefined)
  return {
    head: ['Run', 'scenario', ...(hasArms ? ['arm'] : []), 'began', 'lasted', 'target', 'seed', 'validity', 'ends in', 'id'],
    words: hasArms ? [1, 2, 3, 5, 7, 9] : [1, 2, 4, 6, 8],
    rows: runs.map(({ label, summary, plan }) => [
      label,
      plain(summary.name, 40),
      ...(hasArms ? [plain(plan.arm ?? NONE, 40)] : []),
      moment(plain(summary.start, 40)),
      span(summary.durationUs),
      targetText(plan),
      String(plan.seed),
      summary.valid ? (summary.status === 'whole' ? 'valid' : summary.status) : 'invalid',
      String(summary.exitCode),
      plain(summary.run, 60),
    ]),
  }
}

/** Measured phases by name, in the order in which the runs' plans have them. */
function phasesOf(runs: readonly LabelledRun[]): readonly Omit<OverlaidPhase, 'table'>[] {
  const all = runs.flatMap(({ label, summary, plan }, at) =>
    phasesInOrder(summary, plan).flatMap(([name, phase]) => (phase.measured ? [{ name, of: { label, at, phase } }] : [])),
  )
  return [...Map.groupBy(all, ({ name }) => name)].map(([name, each]) => ({ name: plain(name, 60), runs: each.map(({ of }) => of) }))
}

const tableOf = (runs: readonly RunOfPhase[]): Table => phaseTable(runs.map(({ label, phase }) => [label, phase]))

const VERDICT_WORDS: Readonly<Record<ObjectiveResult['verdict'], string>> = {
  held: 'held',
  'held-not-proven': 'held, not proven',
  missed: 'missed',
  undecided: 'undecided',
}

/** Every objective of any run, with what became of it in each. */
function objectiveTable(runs: readonly LabelledRun[]): DataTable {
  const texts = [...new Set(runs.flatMap(({ summary }) => summary.objectives.map(({ text }) => text)))]
  return {
    head: ['Objective', ...runs.map(({ label }) => label)],
    words: runs.map((_, at) => at + 1),
    rows: texts.map((text) => [
      plain(text, 120),
      ...runs.map(({ summary: { objectives, status } }) => {
        const own = objectives.find((objective) => objective.text === text)
        if (!own) return NONE
        return status === 'incomplete' ? 'shown only' : VERDICT_WORDS[own.verdict]
      }),
    ]),
  }
}
