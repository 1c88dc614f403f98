import type { CapacityAxis, CapacitySearch } from '../../core/capacity.ts'
import type { CapacitySummary } from '../../core/capacity-summary.ts'
import { unreachable } from '../../core/errors.ts'
import { digits, grouped, percent, time } from '../../measure/figures.ts'
import type { Unloaded } from './capacity-events.ts'
import type { CapacityEnd, CapacityProgress } from './capacity-progress.ts'
import { boundInWords, loadInUnits } from './capacity-words.ts'

type Facts = Pick<
  CapacitySummary,
  'heldSeconds' | 'limitedBy' | 'overload' | 'throughput' | 'perHour' | 'tokensPerMinute' | 'margins' | 'firstNode' | 'scaling'
>

/** The answer in whole sentences: how it ended, what was held and for how long, what limits it and which knob that is. */
export function capacitySentences(search: CapacitySearch, progress: CapacityProgress, facts: Facts): readonly string[] {
  const { next } = progress
  return [
    next.kind === 'over' ? endedIn(next.end, { search, progress, because: next.because }) : soFar(search, progress),
    ...held(search, progress, facts),
    ...margin(facts),
    ...limit(search, progress, facts),
    ...(facts.overload ? [facts.overload.because, ...knob(facts.overload)] : []),
    ...node(search, facts),
    ...peak(facts),
  ]
}

interface Ended {
  readonly search: CapacitySearch
  readonly progress: CapacityProgress
  readonly because: string | undefined
}

function endedIn(end: CapacityEnd, { search, progress, because }: Ended): string {
  const { lower, upper, verified, settings, trials, ceiling = 0 } = progress
  const at = (load: number | undefined) => (load === undefined ? 'nothing' : loadInUnits(load, search.axis))
  const last = trials.at(-1)?.because ?? because ?? ''
  switch (end) {
    case 'found':
      return `${about(verified, upper, search.axis)}${at(verified)} held, ${at(upper)} did not.`
    case 'top-held':
      return `${at(verified)} held, the highest load that was asked for: the capacity is higher. Raise capacity.to to find it.`
    case 'ceiling':
      return settings
        ? `${at(verified ?? lower)} held, and it is the most that this machine can be trusted with (it sends ${digits(ceiling)} runs per second to a simulator that takes no time, and half of that is the bound): the capacity is higher. Search from a larger machine.`
        : `This machine sends ${digits(ceiling)} runs per second to a simulator that takes no time, and the search would begin beyond half of that. Search from a larger machine, or from a lighter load.`
    case 'lowest-missed':
      return `${at(search.from)} is too much already, and it is the lowest load that was tried. Lower capacity.from, or look at the objectives.${unloadedLine(progress)} ${last}`.trim()
    case 'unanswered':
      return because ?? 'No run succeeded.'
    case 'budget':
      return because?.endsWith('.')
        ? `${because.slice(0, -1)}${bracketSoFar(lower, upper, at)}.`
        : `${because ?? `The budget leaves no room for ${progress.unloaded ? 'the next trial' : 'any run'}`}${bracketSoFar(lower, upper, at)}. Raise capacity.budget and go on with --resume.`
    case 'throttled':
      return `The target refused runs by a limit, and a limit is no capacity${bracketSoFar(lower, upper, at)}. ${last} Raise the limit and go on with --resume, or take it as the answer.`
    case 'stuck':
      return `The target did not come back to rest after a trial at ${at(trials.at(-1)?.load)}${bracketSoFar(lower, upper, at)}. ${last} Look at its queue, then go on with --resume.`
    case 'generator':
      return `It spoiled ${because ? 'the runs before the first trial, three times' : 'four trials in a row'}, so nothing more can be told${bracketSoFar(lower, upper, at)}. ${last} On a quieter machine go on with --resume, which makes what was spoiled again.`
    default:
      return unreachable(end)
  }
}

/** What the target takes with nothing else to do: whether the objectives are in reach at all. */
const unloadedLine = ({ unloaded }: CapacityProgress): string =>
  unloaded ? ` One run at a time, response time was ${time(unloaded.p50)} in the median${p95Of(unloaded)}.` : ''

const p95Of = ({ phase }: Unloaded): string => {
  const p95 = phase.metrics['response_time']?.p95
  return p95 === undefined ? '' : `, p95 ${time(p95)}`
}

const bracketSoFar = (lower: number | undefined, upper: number | undefined, at: (load: number | undefined) => string): string =>
  lower === undefined && upper === undefined
    ? ''
    : `; so far ${[lower === undefined ? '' : `${at(lower)} held`, upper === undefined ? '' : `${at(upper)} was missed`].filter(Boolean).join(' and ')}`

const soFar = ({ axis }: CapacitySearch, { lower, upper }: CapacityProgress): string =>
  `The search is unfinished${bracketSoFar(lower, upper, (load) => loadInUnits(load ?? 0, axis))}; flowbench capacity --resume goes on.`

function held(
  { axis }: CapacitySearch,
  { verified, lower }: CapacityProgress,
  { heldSeconds, throughput, perHour, tokensPerMinute }: Facts,
): readonly string[] {
  const load = verified ?? lower
  if (load === undefined || throughput === null || perHour === null) return []
  const tokens = tokensPerMinute !== null && tokensPerMinute > 0 ? ` and ${rounded(tokensPerMinute)} tokens a minute` : ''
  const rate = `${digits(throughput)} runs per second, which is ${rounded(perHour)} an hour${tokens}`
  const long = heldSeconds > 0 ? ` held for ${time(heldSeconds * 1e6)} at a stretch:` : ' gave'
  return [`At ${loadInUnits(load, axis)} a trial${long} ${rate}.`]
}

/** To three digits, also where they are more: nobody plans for 71568. */
const rounded = (value: number): string => grouped(digits(Number(value.toPrecision(3))))

/** `About 20/s: `, the roundest number within the bracket; nothing where there is none but its ends. */
function about(lower: number | undefined, upper: number | undefined, axis: CapacityAxis): string {
  if (lower === undefined || upper === undefined || (axis === 'concurrency' && upper - lower <= 1)) return ''
  const middle = Math.sqrt(lower * upper)
  const round = [1, 2, 3, 4].map((digits) => Number(middle.toPrecision(digits))).find((one) => one > lower && one < upper)
  return round === undefined ? '' : `About ${loadInUnits(round, axis)}: `
}

function margin({ margins: [first] }: Facts): readonly string[] {
  if (!first) return []
  const beyond = first.proven
    ? ''
    : first.bound === undefined
      ? ', with no interval within that trial'
      : `, but ${boundInWords(first)} within that trial`
  return [
    `There the objective nearest to its limit was \`${first.objective}\`, ${percent(first.margin)} of the limit away from it${beyond}.`,
  ]
}

function limit({ axis }: CapacitySearch, { upper }: CapacityProgress, { limitedBy }: Facts): readonly string[] {
  if (limitedBy === null || upper === undefined) return []
  const at = loadInUnits(upper, axis)
  if (limitedBy === 'completions') return [`At ${at} the target no longer completed what it was sent.`]
  if (limitedBy === 'in flight') return [`At ${at} runs piled up, although the objectives held until then.`]
  return [`What is missed first, at ${at}, is \`${limitedBy}\`.`]
}

const knob = ({ kind, knob }: NonNullable<Facts['overload']>): readonly string[] =>
  knob === '' ? [] : [`${kind === 'unclear' ? 'What to look at' : 'The knob to look at'}: ${knob}.`]

function node({ axis }: CapacitySearch, { firstNode }: Facts): readonly string[] {
  if (!firstNode) return []
  const { title, load, inflation } = firstNode
  return [
    `Of the nodes “${title}” bends first: at ${loadInUnits(load, axis)} the server’s own time for it is ${digits(inflation)} times that of the unloaded runs.`,
  ]
}

const peak = ({ scaling }: Facts): readonly string[] =>
  scaling?.peak
    ? [
        `Throughput falls beyond ${digits(scaling.peak.inFlight)} runs in flight (${digits(scaling.peak.low)} to ${digits(scaling.peak.high)}), where it is ${digits(scaling.peak.throughput)} runs per second.`,
      ]
    : []
