import type { Verdict } from '../../core/comparison.ts'
import type { ComparedRun, ComparisonSummary, RunUse } from '../../core/comparison-summary.ts'
import { SECOND } from '../../core/units.ts'
import { count, moment, NONE, percent, span } from '../format.ts'
import type { Opening } from '../opening-text.ts'
import { plain } from '../plain.ts'
import type { DataTable } from '../table.ts'
import type { Statement, Tone } from '../verdict.ts'
import type { CaveatView } from '../view.ts'
import { figureText } from './figure-text.ts'
import { type ModesView, modesView } from './modes-view.ts'
import { failureLines, metricsTable, workTable } from './tables.ts'

/** A comparison as strings, every number formatted once, all foreign text made plain: what text and HTML share. */
export interface ComparisonView extends Opening {
  readonly description?: string
  /** Empty before anything was judged. */
  readonly metrics: DataTable
  readonly failures: readonly string[]
  /** Only where the arms differ in mode, each being of one. */
  readonly modes?: ModesView
  readonly work: DataTable
  readonly caveats: readonly CaveatView[]
  readonly notes: readonly string[]
  readonly differences: DataTable
  readonly runs: readonly RunView[]
  readonly runsHead: readonly string[]
  /** What the numbers of the differences are, in a sentence or two. */
  readonly reading: string
  readonly cost: string
  readonly settings: readonly (readonly [string, string])[]
  readonly exitReason: string
}

export interface RunView {
  readonly run: string
  readonly tone: Tone
  readonly cells: readonly string[]
}

/** How a verdict is shown. */
export const VERDICT_TONES = {
  regressed: 'bad',
  improved: 'good',
  'no regression': 'good',
  inconclusive: 'unsure',
} as const satisfies Record<Verdict, Tone>

const VERDICT_WORDS = {
  regressed: 'Regressed',
  improved: 'Improved',
  'no regression': 'No regression shown',
  inconclusive: 'Inconclusive',
} as const satisfies Record<Verdict, string>

const USES: Readonly<Record<RunUse, string>> = {
  counted: 'judged',
  spoiled: 'spoiled by our own machine',
  'left-out': 'its pair is not whole',
  'cut-short': 'cut short',
  'other-plan': 'of another plan',
}

const DECIDES = 'The metric with a star decides; the others inform and are held to a stricter level together.'

export function comparisonView(summary: ComparisonSummary): ComparisonView {
  const [baseline, candidate] = summary.arms.map((arm) => plain(arm, 60)) as [string, string]
  return {
    title: plain(summary.name, 80) || 'a comparison without a name',
    ...(summary.description !== undefined && { description: plain(summary.description, 400) }),
    facts: [...basisOf(summary, [baseline, candidate]), moment(plain(summary.start, 40)), `comparison ${plain(summary.experiment, 60)}`],
    verdict: verdictOf(summary),
    sentences: summary.sentences.slice(1).map((sentence) => plain(sentence, 600)),
    validity: validityOf(summary),
    metrics: metricsTable(summary, [baseline, candidate]),
    failures: failureLines(summary),
    ...(summary.modes && { modes: modesView(summary.modes) }),
    work: workTable(summary, [baseline, candidate]),
    caveats: summary.caveats.map(({ text, runs }) => ({
      word: 'caveat',
      tone: 'unsure',
      where: whereOf(runs, summary),
      text: plain(text, 600),
    })),
    notes: summary.notes.map((note) => plain(note, 400)),
    differences: {
      head: ['Field', baseline, candidate],
      words: [1, 2],
      rows: summary.differences.map(({ field, baseline, candidate }) => [plain(field, 80), plain(baseline, 200), plain(candidate, 200)]),
    },
    runsHead: [
      ...(summary.kind === 'interleaved' ? ['Pair', 'arm'] : ['Side']),
      'began',
      'use',
      summary.primary,
      'failures',
      'exchanges',
      'folder',
    ],
    runs: summary.runs.map((run) => runView(run, summary)),
    reading: `${DECIDES} Levels are geometric means over runs. “Would find” is the change that so many ${summary.kind === 'interleaved' ? 'pairs' : 'runs'} find in four cases out of five.`,
    cost: costOf(summary),
    settings: settingsOf(summary),
    exitReason: plain(summary.exitReason, 300),
  }
}

function basisOf({ kind, pairs, runs, arms }: ComparisonSummary, [baseline, candidate]: readonly [string, string]): readonly string[] {
  if (kind === 'interleaved') return [`${candidate} against ${baseline}`, `${count(pairs)} ${pairs === 1 ? 'pair' : 'pairs'} of runs`]
  const [before, after] = arms.map((arm) => count(countedRuns(runs, arm)))
  return ['historical: stored runs, not made in turn', `${after} of the ${candidate} against ${before} of the ${baseline}`]
}

const countedRuns = (runs: ComparisonSummary['runs'], arm: string): number =>
  runs.filter((run) => run.use === 'counted' && run.arm === arm).length

/** In which runs a caveat stands. */
function whereOf(caveat: Readonly<Record<string, number>>, { arms, runs }: ComparisonSummary): string {
  const counts = arms.map((arm) => [caveat[arm] ?? 0, countedRuns(runs, arm)] as const)
  if (counts.every(([many, all]) => many === all)) return 'all runs'
  return arms.map((arm, place) => `${counts[place]!.map(count).join(' of ')} runs of ${plain(arm, 40)}`).join(', ')
}

/** The first sentence without the word that it begins with, since the word stands before it. */
function verdictOf({ verdict, sentences, status, exitCode, exitReason, settings, pairs }: ComparisonSummary): Statement {
  if (verdict !== null) {
    const word = VERDICT_WORDS[verdict]
    const [first = ''] = sentences
    return { tone: VERDICT_TONES[verdict], word, sentence: first.startsWith(`${word}: `) ? first.slice(word.length + 2) : first }
  }
  if (status === 'unfinished') {
    const first = settings.pairs ?? 0
    const [planned, look] = pairs < first ? [first, 'first'] : [2 * first, 'second']
    const undecided = look === 'first' ? '' : ' The first look did not decide.'
    return {
      tone: 'unsure',
      word: 'Unfinished',
      sentence: `${count(pairs)} of ${count(planned)} pairs are done.${undecided} Nothing is judged before the ${look} look.`,
    }
  }
  return {
    tone: exitCode === 0 ? 'unsure' : 'bad',
    word: 'No verdict',
    sentence: exitReason.replace(/^Exit code \d+, since (.)/, (_, letter: string) => letter.toUpperCase()),
  }
}

function validityOf({ repeated, restarted, exitCode, caveats, notes, status }: ComparisonSummary): Statement {
  const again = [
    ...(repeated > 0 ? [`${times(repeated)} a pair was run again since our own machine had spoiled it.`] : []),
    ...(restarted > 0 ? [`${times(restarted)} a pair was begun again after an interruption.`] : []),
  ]
  if (exitCode === 4)
    return {
      tone: 'bad',
      word: 'Invalid',
      sentence: ['Our own machine spoiled more pairs than may be repeated: let it rest, or measure from another.', ...again].join(' '),
    }
  const doubts = caveats.length + notes.length
  const reading = doubts === 0 ? [] : [`${doubts === 1 ? 'One caveat bears' : `${count(doubts)} caveats bear`} on how to read it.`]
  const sentence = ['Every judged run is one that the instrument can be believed in.', ...again, ...reading].join(' ')
  return { tone: status === 'whole' && doubts === 0 ? 'good' : 'plain', word: 'Valid', sentence }
}

const times = (many: number): string => (many === 1 ? 'Once' : many === 2 ? 'Twice' : `${count(many)} times`)

function runView(run: ComparedRun, { primary }: ComparisonSummary): RunView {
  const { failures, reasons } = run
  const use = USES[run.use] + (reasons.length > 0 ? ` (${plain(reasons.join(', '), 120)})` : '')
  return {
    run: run.run,
    tone: run.use === 'counted' ? 'plain' : 'unsure',
    cells: [
      ...(run.pair === undefined ? [] : [run.attempt === 0 ? count(run.pair) : `${count(run.pair)}, attempt ${count(run.attempt + 1)}`]),
      plain(run.arm, 60),
      run.pair === undefined ? moment(plain(run.began, 40)) : moment(run.began).slice(11, 19),
      use,
      figureText(run.figures[primary], primary),
      failures.of === 0 ? NONE : percent(failures.count / failures.of),
      count(run.exchanges),
    ],
  }
}

function costOf({ cost }: ComparisonSummary): string {
  const tokens = cost.tokens > 0 ? `, at least ${count(cost.tokens)} tokens` : ''
  return `${count(cost.runs)} runs with ${count(cost.exchanges)} exchanges in ${span(cost.seconds * SECOND)} of load and drain${tokens}.`
}

function settingsOf({ settings }: ComparisonSummary): readonly (readonly [string, string])[] {
  return [
    ['Primary metric', settings.primary],
    ['Margin', `${percent(settings.margin)}: a change for the worse beyond it fails`],
    ['Noise', `${percent(settings.noise)}: a change up to it is of no interest`],
    ...(settings.pairs === undefined
      ? [['Intervals', 'Welch’s of stored runs, half as wide again; from 8 runs of the baseline on'] as const]
      : [['Pairs', `${count(settings.pairs)} at the first look, ${count(2 * settings.pairs)} at the second`] as const]),
    ['Nothing decided', settings.inconclusive === undefined ? 'ends in exit code 12' : `counts as ${settings.inconclusive}`],
    ...(settings.seed === undefined ? [] : [['Seed', String(settings.seed)] as const]),
  ]
}
