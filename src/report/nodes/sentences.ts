import type { MixComparison, NodeSummary, NodesSummary, TailPart } from '../../core/nodes-summary.ts'
import { FEWEST_FOR_TAIL } from '../../measure/nodes/tail.ts'
import { count, duration, percent } from '../format.ts'
import { plain } from '../plain.ts'
import { errorsOf, nameOf, titlesOf } from './tables.ts'

/** Parts of an excess that are worth a name. */
const NAMED_SHARE = 0.05
const MOST_NAMED = 4
/** An excess below this share of the median run is no tail to speak of. */
const SMALL_EXCESS = 0.05
/** Changes of a quantile below this are not put down to anything. */
const SMALL_CHANGE = 0.1
/** A share of a path differs by so many standard errors by chance about once in 400 times. */
const BEYOND_CHANCE = 3

/** Nodes that are named for what went wrong in them. */
const MOST_TROUBLED = 5

const PLACES: Readonly<Record<TailPart['kind'], (title: string) => string>> = {
  'before-sent': () => 'before the request was sent (the generator or the connection)',
  queue: () => 'in the wait until the server began the run',
  node: (title) => `in node “${title}”`,
  wait: (title) => `in the wait before node “${title}”`,
  end: () => 'after the last node, before the run was over',
  delivery: () => 'on the way back to the client',
}

const placeOf = ({ kind, title }: Pick<TailPart, 'kind' | 'title'>): string => PLACES[kind](plain(title ?? '', 60))

/** Where the slowest runs of a phase lost their time, in words. */
export function blameSentence({ tail, runs }: Pick<NodesSummary, 'tail' | 'runs'>): string {
  if (!tail) return `Too few runs to say where the slowest 5 % lost their time: ${count(runs)} of the ${FEWEST_FOR_TAIL} that it takes.`
  const excess = tail.tailUs - tail.medianUs
  const slowest = `The slowest 5 % (${count(tail.runs)} runs, from ${duration(tail.fromUs)} on) took ${duration(tail.tailUs)} on average`
  if (excess < SMALL_EXCESS * tail.medianUs) return `${slowest}, hardly more than the median run with ${duration(tail.medianUs)}.`
  const named = tail.parts.filter(({ share }) => share >= NAMED_SHARE).slice(0, MOST_NAMED)
  const told = named.map((part, at) => `${shareOf(part)}${at === 0 && part.share <= 1 ? ' of that' : ''} lies ${placeOf(part)}`)
  const where = told.length === 0 ? 'It lies in no single place' : capital(told.join(', '))
  return `${slowest}, ${duration(excess)} more than the median run. ${where}.`
}

/** More than all is where other parts were shorter in the tail. */
const shareOf = ({ share }: TailPart): string => (share > 1 ? `more than all of that (${percent(share)})` : percent(share))

/** What went wrong in which node, over all exchanges, accepted or not; nothing where nothing did. The most troubled first. */
export function troubleSentence({ nodes }: Pick<NodesSummary, 'nodes'>): string | undefined {
  const troubled = nodes.filter((node) => troubles(node) > 0).toSorted((a, b) => troubles(b) - troubles(a))
  if (troubled.length === 0) return undefined
  const more = troubled.length - MOST_TROUBLED
  const told = troubled.slice(0, MOST_TROUBLED).map((node) => troubleOf(node, nameOf(node, titlesOf(nodes))))
  return `Of all runs, accepted or not: ${told.join('; ')}${more > 0 ? `; and ${count(more)} more ${more === 1 ? 'node' : 'nodes'}` : ''}.`
}

const troubles = ({ failed, handled, retries, cutOff }: NodeSummary): number => failed + handled + retries + cutOff

function troubleOf(node: NodeSummary, name: string): string {
  const { failed, handled, retries, cutOff } = node
  const parts = [
    [failed, 'failed'],
    [handled, 'failed and was handled'],
    [retries, 'was tried again'],
    [cutOff, 'was never heard to end'],
  ] as const
  const told = parts.filter(([many]) => many > 0).map(([many, what]) => `${what} ${many === 1 ? 'once' : `${count(many)} times`}`)
  const why = Object.keys(node.errors).length > 0 ? ` (${errorsOf(node)})` : ''
  return `node “${name}” ${told.join(', ')}${why}`
}

/** What the mix of paths did to the quantiles from half to half; nothing where it changed no more than chance does. */
export const mixSentences = ({ halves = [], shift }: Pick<NodesSummary, 'halves' | 'shift'>): readonly string[] =>
  shift && Math.abs(shift.z) > BEYOND_CHANCE ? halves.map(mixSentence).filter((sentence) => sentence !== undefined) : []

/** What became of a quantile from the first to the second half, and how much of it the mix of paths did. Undefined where there is nothing to tell. */
function mixSentence({ of, first, second, adjusted, covered }: MixComparison): string | undefined {
  const naive = second / first - 1
  const seen = `From the first to the second half ${of} went from ${duration(first)} to ${duration(second)} (${signed(naive)})`
  if (!adjusted) return `${seen}; no path was taken in both, so that speed cannot be told from mix.`
  const real = adjusted.second / adjusted.first - 1
  if (Math.abs(naive) < SMALL_CHANGE && Math.abs(real) < SMALL_CHANGE) return undefined
  const alike = `with each path weighed alike in both from ${duration(adjusted.first)} to ${duration(adjusted.second)} (${signed(real)})`
  const part = covered < 0.95 ? ` That is of the ${percent(covered)} of runs whose path was taken in both.` : ''
  return `${seen}; ${alike}. ${verdict(naive, real)}${part}`
}

function verdict(naive: number, real: number): string {
  if (Math.abs(real) < SMALL_CHANGE) return 'Runs took other paths, and each path was as fast as before.'
  if (Math.abs(naive) < SMALL_CHANGE) return 'The paths themselves changed in speed; the mix of paths hid it.'
  return Math.abs(real) < 0.5 * Math.abs(naive)
    ? 'Most of the change is the mix of paths.'
    : 'Most of the change is the speed of the paths themselves.'
}

const signed = (change: number): string => `${change < 0 ? '−' : '+'}${percent(Math.abs(change))}`
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
