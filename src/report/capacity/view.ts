import type { CapacityLevel, CapacityStop, CapacitySummary, CapacityTrial } from '../../core/capacity-summary.ts'
import { SECOND } from '../../core/units.ts'
import { boundInWords, loadInUnits } from '../../judge/capacity/capacity-words.ts'
import { counted } from '../../measure/figures.ts'
import { count, digits, duration, interval, moment, NONE, percent, rate, span } from '../format.ts'
import { plain } from '../plain.ts'
import type { DataTable } from '../table.ts'
import type { Statement, Tone } from '../verdict.ts'
import { decidedIn, unprovenIn } from './decided.ts'

/** A search as strings, every number formatted once, all foreign text made plain: what text and HTML share. */
export interface CapacityView {
  readonly title: string
  readonly description?: string
  readonly facts: readonly string[]
  readonly verdict: Statement
  /** How sure the answer is. */
  readonly certainty: Statement
  readonly sentences: readonly string[]
  readonly levels: DataTable
  readonly headroom: DataTable
  readonly little: DataTable
  readonly scaling: readonly string[]
  readonly replicas: readonly string[]
  readonly notes: readonly string[]
  readonly cost: string
  readonly settings: readonly (readonly [string, string])[]
  /** The lowest load first, its trials in their order. */
  readonly trials: readonly { readonly load: string; readonly found: string; readonly trials: readonly TrialView[] }[]
  readonly exitReason: string
}

export interface TrialView {
  readonly run: string
  readonly tone: Tone
  readonly finding: string
  /** What it was, when, and its numbers. */
  readonly facts: string
  readonly why: string
}

const ENDS: Readonly<Record<CapacityStop, readonly [Tone, string]>> = {
  found: ['good', 'Found'],
  'top-held': ['good', 'Held to the top'],
  ceiling: ['unsure', 'Beyond this machine'],
  'lowest-missed': ['bad', 'Missed at the lowest load'],
  unanswered: ['bad', 'No run succeeded'],
  budget: ['unsure', 'Budget spent'],
  throttled: ['unsure', 'A limit, not capacity'],
  stuck: ['bad', 'No recovery'],
  generator: ['bad', 'Our own machine'],
  unfinished: ['unsure', 'Unfinished'],
}

export const FINDING_TONES = {
  held: 'good',
  missed: 'bad',
  spoiled: 'unsure',
  throttled: 'unsure',
  stuck: 'bad',
} as const satisfies Record<CapacityTrial['finding'], Tone>

export function capacityView(summary: CapacitySummary): CapacityView {
  const { axis } = summary
  const load = (value: number) => loadInUnits(value, axis)
  const sentences = summary.sentences.slice(1).map((text) => plain(text, 1000))
  return {
    title: plain(summary.name, 80) || 'a search without a name',
    ...(summary.description !== undefined && { description: plain(summary.description, 400) }),
    facts: [
      `capacity in ${summary.mode} mode`,
      axis === 'rate' ? 'runs per second' : 'slots',
      counted(summary.trials, 'trial'),
      `began ${moment(summary.start)}`,
    ],
    verdict: verdictOf(summary),
    certainty: certaintyOf(summary),
    sentences,
    levels: {
      head: ['load', 'held', 'verdict', 'completed', 'p50', 'p95', 'in flight', 'connections'],
      words: [2],
      rows: summary.levels.map((level) => levelRow(level, summary)),
    },
    headroom: {
      head: ['share of what held', 'load', 'runs per hour'],
      rows: summary.headroom.map(({ utilisation, load: at, perHour }) => [
        percent(utilisation),
        load(at),
        perHour === undefined ? NONE : digits(perHour),
      ]),
    },
    little: {
      head: ['load', 'in flight', 'throughput × response', 'inside the engine', 'outside it'],
      rows: summary.little.map(({ load: at, inFlight, byLaw, inside, outside }) => [
        load(at),
        digits(inFlight),
        digits(byLaw),
        digits(inside),
        digits(outside),
      ]),
    },
    scaling: scalingSentences(summary),
    replicas: replicaSentences(summary),
    notes: summary.notes.map((note) => plain(note, 400)),
    cost: `${counted(summary.trials, 'trial')}, ${span(summary.seconds * SECOND)} in all, ${count(summary.tokens)} tokens as far as the server told.`,
    settings: settingsOf(summary),
    trials: trialsOf(summary),
    exitReason: summary.exitReason,
  }
}

function trialsOf(summary: CapacitySummary): CapacityView['trials'] {
  const { levels, trialList, axis } = summary
  return levels.map((level) => ({
    load: loadInUnits(level.load, axis),
    found: `${level.held} of ${level.trials} held, ${decidedIn(level, summary)}`,
    trials: trialList.filter(({ load }) => load === level.load).map(trialView),
  }))
}

const trialView = ({ run, finding, purpose, measuredSeconds, began, throughput, responseP95, because }: CapacityTrial): TrialView => ({
  run,
  tone: FINDING_TONES[finding],
  finding,
  facts: [
    `${purpose === 'verify' ? 'proof' : 'vote'} of ${span(measuredSeconds * SECOND)}`,
    `began ${moment(began).slice(11)}`,
    `${rate(throughput)} completed`,
    ...(responseP95 === undefined ? [] : [`p95 ${duration(responseP95)}`]),
  ].join(', '),
  why: plain(because, 400),
})

/** How it ended, in a word and a sentence. */
export function verdictOf({ stopped, sentences: [sentence = ''] }: CapacitySummary): Statement {
  const [tone, word] = ENDS[stopped]
  return { tone, word, sentence: plain(sentence, 1000) }
}

function certaintyOf({ verified, stopped, heldSeconds, trialList, axis, margins }: CapacitySummary): Statement {
  const spoiled = trialList.filter(({ finding }) => finding === 'spoiled').length
  const ours =
    spoiled === 0
      ? trialList.length === 0
        ? 'No trial was made.'
        : 'Our own machine spoiled none of the trials.'
      : `Our own machine spoiled ${count(spoiled)} of the trials; they count for nothing.`
  if (verified !== null) {
    const held = `${loadInUnits(verified, axis)} held for ${span(heldSeconds * SECOND)} at a stretch too`
    const unproven = unprovenIn(margins)
    if (!unproven) return { tone: 'good', word: 'Proven', sentence: `${held}. ${ours}` }
    const reach = `${plain(unproven.objective, 100)} may be ${boundInWords(unproven)} by its interval within that trial`
    return { tone: 'good', word: 'Held', sentence: `${held}, but ${reach}. ${ours}` }
  }
  if (stopped === 'lowest-missed') return { tone: 'good', word: 'Proven', sentence: `A long trial missed it too. ${ours}` }
  return { tone: 'unsure', word: 'Not proven', sentence: `No long trial has held. ${ours}` }
}

function levelRow(level: CapacityLevel, summary: CapacitySummary): readonly string[] {
  const { axis, trialList } = summary
  const { load, held, trials } = level
  const made = trialList.filter((trial) => trial.load === load)
  const votes = made.filter(({ finding }) => finding === 'held' || finding === 'missed')
  // What ended the search at this load has figures too.
  const at = votes.length > 0 ? votes : made.filter(({ finding }) => finding !== 'spoiled')
  const mean = (of: (trial: CapacityTrial) => number | undefined) => {
    const values = at.flatMap((trial) => of(trial) ?? [])
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const shown = (value: number | undefined, write: (value: number) => string) => (value === undefined ? NONE : write(value))
  return [
    loadInUnits(load, axis),
    `${held} of ${trials}`,
    decidedIn(level, summary),
    shown(
      mean(({ throughput }) => throughput),
      rate,
    ),
    shown(
      mean(({ responseP50 }) => responseP50),
      duration,
    ),
    shown(
      mean(({ responseP95 }) => responseP95),
      duration,
    ),
    shown(
      mean(({ inFlight }) => inFlight),
      digits,
    ),
    shown(
      mean(({ connectionsOpen }) => connectionsOpen),
      digits,
    ),
  ]
}

function scalingSentences({ scaling }: CapacitySummary): readonly string[] {
  if (!scaling) return []
  const { gamma, alpha, beta, peak, misfit } = scaling
  const share = ({ estimate, low, high }: typeof alpha) => `${percent(estimate)} (${interval(low, high, 'ratio')})`
  return [
    `By the Universal Scalability Law, throughput of N runs in flight is γN / (1 + α(N − 1) + βN(N − 1)), with γ ${digits(gamma.estimate)} (${interval(gamma.low, gamma.high, 'count')}) runs per second, contention α ${share(alpha)} and coherency β ${share(beta)}; 95 % intervals. The level that it fits worst is ${percent(misfit)} from it.`,
    peak
      ? `It has its peak at ${digits(peak.inFlight)} runs in flight (${interval(peak.low, peak.high, 'count')}), within the data, and throughput was seen to fall beyond.`
      : 'Throughput was not seen to fall, so no peak is named, whatever the law does.',
  ]
}

function replicaSentences({ replicas }: CapacitySummary): readonly string[] {
  if (replicas.length === 0) return []
  const told = replicas.map(({ replicas: n, linear, low }) => `${n} give ${digits(low)} to ${digits(linear)}`)
  return [
    `An estimate, not a measurement, in runs per second: ${told.join('; ')}. The higher number holds if replicas share nothing (no database, queue or model behind them); the lower one if all that runs contend for here were one thing shared by all (the law with as many times more in flight, α at its upper end). Measure before you rely on it.`,
  ]
}

function settingsOf(summary: CapacitySummary): readonly (readonly [string, string])[] {
  const { settings, unloaded, generatorCeiling, top, axis, objectives } = summary
  const { budget } = settings
  const budgets = [
    ...(budget.trials === undefined ? [] : [counted(budget.trials, 'trial')]),
    ...(budget.time === undefined ? [] : [span(budget.time)]),
    ...(budget.tokens === undefined ? [] : [`${count(budget.tokens)} tokens`]),
    ...(budget.runs === undefined ? [] : [`${count(budget.runs)} runs`]),
  ]
  return [
    ['Objectives of each trial', objectives.join(', ') || NONE],
    [
      'Searched',
      `${loadInUnits(settings.from, axis)} to ${top === null ? NONE : loadInUnits(top, axis)}, bracket ${percent(settings.width)}`,
    ],
    ['Shortest trial', span(settings.trial)],
    ['Budget', budgets.join(', ') || 'none'],
    ['Seed', String(settings.seed)],
    ['One run at a time', unloaded ? `${duration(unloaded.p50)} (median)` : NONE],
    ['This machine can send', generatorCeiling === null ? NONE : `${rate(generatorCeiling)} to a simulator that takes no time`],
  ]
}
