import type { CapacityModesSummary } from '../../core/capacity-modes.ts'
import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { SECOND } from '../../core/units.ts'
import { loadInUnits } from '../../judge/capacity/capacity-words.ts'
import { bracketInWords, TWO_DEPLOYMENTS } from '../../judge/capacity/mode-sentences.ts'
import { counted } from '../../measure/figures.ts'
import { count, digits, duration, moment, NONE, percent, span } from '../format.ts'
import type { Opening } from '../opening-text.ts'
import { plain } from '../plain.ts'
import type { DataTable } from '../table.ts'
import type { Statement } from '../verdict.ts'
import { unprovenIn } from './decided.ts'
import { verdictOf } from './view.ts'

/** Searches in several modes as strings: what text and HTML share. */
export interface CapacityModesView extends Opening {
  readonly description?: string
  /** A column for each mode. */
  readonly beside: DataTable
  readonly cost: string
  readonly exitReason: string
}

export function capacityModesView(summary: CapacityModesSummary): CapacityModesView {
  const { modes, answers } = summary
  const verdict = verdictOfModes(summary)
  const [first = '', ...others] = summary.sentences.map((text) => plain(text, 1000))
  return {
    title: plain(summary.name, 80) || 'a search without a name',
    ...(summary.description !== undefined && { description: plain(summary.description, 400) }),
    facts: [
      `capacity in ${modes.join(' and ')} mode`,
      summary.axis === 'rate' ? 'runs per second' : 'slots',
      counted(summary.trials, 'trial'),
      `began ${moment(summary.start)}`,
    ],
    verdict: { ...verdict, sentence: first.replace(`${verdict.word}: `, '') },
    sentences: others.filter((sentence) => sentence !== TWO_DEPLOYMENTS),
    validity: { tone: 'unsure', word: 'Two deployments', sentence: TWO_DEPLOYMENTS },
    beside: {
      head: ['', ...modes],
      words: modes.map((_, at) => at + 1),
      rows: ROWS.map(([label, cell]) => [
        label,
        ...modes.map((mode) => {
          const answer = answers[mode]
          return answer ? plain(cell(answer) ?? NONE, 400) : 'not begun'
        }),
      ]),
    },
    cost: `${counted(summary.trials, 'trial')}, ${span(summary.seconds * SECOND)} in all, ${count(summary.tokens)} tokens as far as the server told.`,
    exitReason: summary.exitReason,
  }
}

function verdictOfModes({ modes, answers, serves, proven, status }: CapacityModesSummary): Pick<Statement, 'tone' | 'word'> {
  if (serves !== null)
    return { tone: proven ? 'good' : 'unsure', word: serves === 'streaming' ? 'Streaming serves more' : 'Blocking serves more' }
  if (status === 'unfinished') return { tone: 'unsure', word: 'Unfinished' }
  const isKnown = modes.every((mode) => answers[mode]?.lower != null && answers[mode].upper !== null)
  return isKnown ? { tone: 'plain', word: 'No difference shown' } : { tone: 'unsure', word: 'Not known' }
}

/** What a planner holds side by side; undefined where a mode has no such number. */
const ROWS: readonly (readonly [string, (answer: CapacitySummary) => string | undefined])[] = [
  ['ended', (answer) => verdictOf(answer).word],
  [
    'highest verified load',
    ({ verified, axis, margins }) =>
      verified === null ? undefined : `${loadInUnits(verified, axis)}${unprovenIn(margins) ? ' (held, not proven)' : ''}`,
  ],
  ['bracket', bracketInWords],
  ['held for', ({ heldSeconds }) => (heldSeconds > 0 ? span(heldSeconds * SECOND) : undefined)],
  ['runs per hour', ({ perHour }) => rounded(perHour)],
  ['tokens per minute', ({ tokensPerMinute }) => (tokensPerMinute ? rounded(tokensPerMinute) : undefined)],
  ['nearest objective', ({ margins: [first] }) => first && `${first.objective} (${percent(first.margin)} of the limit away)`],
  ['missed by', ({ limitedBy }) => limitedBy ?? undefined],
  ['overload', ({ overload }) => overload?.kind],
  ['knob', ({ overload }) => overload?.knob || undefined],
  [
    'first node to bend',
    ({ firstNode, axis }) =>
      firstNode === null ? undefined : `${firstNode.title}, at ${loadInUnits(firstNode.load, axis)}, ${digits(firstNode.inflation)} ×`,
  ],
  ['one run at a time', ({ unloaded }) => (unloaded ? duration(unloaded.p50) : undefined)],
  ['cost', ({ trials, seconds, tokens }) => `${counted(trials, 'trial')}, ${span(seconds * SECOND)}, ${count(tokens)} tokens`],
]

const rounded = (value: number | null): string | undefined => (value === null ? undefined : count(Number(value.toPrecision(3))))
