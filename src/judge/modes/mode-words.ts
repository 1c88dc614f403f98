import { unreachable } from '../../core/errors.ts'
import type { GaveWay, ModeFigure, ModesCompared, OverRuns, PhaseOfModes } from '../../core/modes-compared.ts'
import type { Mode } from '../../core/sample.ts'

import { counted, time } from '../../measure/figures.ts'

type Told = Omit<ModesCompared, 'advice'>

/** What follows for who has to choose: what is gained and lost at the lightest and the heaviest load, which mode gives way first, what to take. `noise`: the share of what blocking takes that a shift must exceed to matter. */
export function adviceOf(told: Told, noise: number): readonly string[] {
  const [lightest] = told.phases
  if (!lightest) return []
  const heaviest = told.phases.at(-1)!
  return [...[...new Set([lightest, heaviest])].map(gainAndCost), ...givingWay(told), choice(told, lightest, noise)]
}

function gainAndCost(phase: PhaseOfModes): string {
  const { 'first_output p50': output, 'response_time p50': end } = phase.figures
  return `At ${loadOf(phase)}, in the median, with streaming the first output ${shiftInWords(output)}, and the end ${shiftInWords(end)}.`
}

/** `comes 685 ms earlier (681 ms to 689 ms)`, `comes 40 ms later (10 ms earlier to 90 ms later, not proven)`. */
function shiftInWords({ streaming, blocking, difference, proven }: ModeFigure = {}): string {
  const never = [streaming, blocking].map((level) => level?.estimate === undefined)
  if (never[0]) return never[1] ? 'comes as little as with blocking: nobody was answered' : 'never comes, as it does with blocking'
  if (never[1]) return 'comes, as with blocking it never does'
  if (difference?.estimate === undefined) return 'comes sooner or later by what cannot be told'
  const side = difference.estimate < 0 ? 'earlier' : 'later'
  const doubt = proven ? [] : ['not proven']
  return `comes ${size(difference.estimate)} ${side} (${[rangeInWords(difference), ...doubt].join(', ')})`
}

const size = (shift: number): string => time(Math.abs(shift))

function rangeInWords({ low, high }: OverRuns): string {
  if (low === undefined || high === undefined) return 'without an interval'
  if (low < 0 !== high < 0) return `${size(low)} earlier to ${size(high)} later`
  const [from, to] = [low, high].toSorted((a, b) => Math.abs(a) - Math.abs(b)).map(size)
  return from === to ? `${from}` : `${from} to ${to}`
}

/** `8/s`, `concurrency 4`; of arms with loads of their own both. */
function loadOf({ load }: Pick<PhaseOfModes, 'load'>): string {
  const [streaming, blocking] = [shortLoad(load.streaming), shortLoad(load.blocking)]
  return streaming === blocking ? streaming : `${streaming} (streaming) and ${blocking} (blocking)`
}

/** Without what a reader of a sentence takes for granted: `8/s`. */
export const shortLoad = (load: string): string => load.replace(/ (?:poisson|constant)$/, '')

/** The first phase that most runs of a mode gave way in, else the one that most of those did; undefined where none did. */
function whereGaveWay({ phases, pairs }: Told, mode: Mode): PhaseOfModes | undefined {
  const runsIn = ({ gaveWay }: PhaseOfModes) => gaveWay[mode].runs
  const [most] = phases.filter((phase) => runsIn(phase) > 0).toSorted((a, b) => runsIn(b) - runsIn(a))
  return phases.find((phase) => 2 * runsIn(phase) > pairs) ?? most
}

function givingWay(told: Told): readonly string[] {
  const { first, pairs, phases } = told
  const share = `${first.pairs} of ${counted(pairs, 'pair')}`
  const both = (['blocking', 'streaming'] as const).flatMap((mode) => by(told, mode))
  switch (first.mode) {
    case 'neither':
      return [
        `Neither mode gave way up to ${loadOf(phases.at(-1)!)} (${share}), so which would first is not known: raise the heaviest load to see.`,
        ...both,
      ]
    case 'unclear':
      return ['Which mode gives way first is not clear: no answer is that of most pairs.', ...both]
    case 'both':
      return [`Both modes gave way in the same phase (${share}); a load between would part them.`, ...both]
    case 'blocking':
    case 'streaming': {
      const other = first.mode === 'blocking' ? 'streaming' : 'blocking'
      return [
        `${from(told, first.mode)} ${first.mode} gives way first (${share}).`,
        ...by(told, first.mode),
        ...(whereGaveWay(told, other) ? by(told, other) : [`${capital(other)} held up to ${loadOf(phases.at(-1)!)}.`]),
      ]
    }
    default:
      return unreachable(first.mode)
  }
}

/** The heaviest load that a mode still held; undefined where it gave way at once. */
function heldUpTo(told: Told, mode: Mode): PhaseOfModes | undefined {
  const where = whereGaveWay(told, mode)
  return where ? told.phases[told.phases.indexOf(where) - 1] : told.phases.at(-1)
}

function from(told: Told, mode: Mode): string {
  const held = heldUpTo(told, mode)
  return held ? `Above ${loadOf(held)}` : `Already at ${loadOf(told.phases[0]!)}`
}

function by(told: Told, mode: Mode): readonly string[] {
  const where = whereGaveWay(told, mode)
  if (!where) return []
  const { kind, because = '', knob, runs }: GaveWay = where.gaveWay[mode]
  return [
    `${capital(mode)} at ${loadOf(where)}, ${kind} (${runs} of ${counted(told.pairs, 'run')}): ${because}${knob === undefined ? '' : ` Look at ${knob}.`}`,
  ]
}

/** What to take while neither gives way, and past that. */
function choice(told: Told, phase: PhaseOfModes, noise: number): string {
  const { mode } = told.first
  const whoWaits = servedBest(phase.figures, noise)
  if (mode !== 'blocking' && mode !== 'streaming') return `So ${whoWaits}.`
  const held = heldUpTo(told, mode)
  const stronger = `${mode === 'blocking' ? 'streaming' : 'blocking'} is the one that carries more`
  return held ? `So up to ${loadOf(held)} ${whoWaits}; above it ${stronger}.` : `So at each of these loads ${stronger}.`
}

function servedBest(figures: PhaseOfModes['figures'], noise: number): string {
  const [output, end] = [sideOf(figures['first_output p50'], noise), sideOf(figures['response_time p50'], noise)]
  if (output === 'sooner')
    switch (end) {
      case 'sooner':
        return 'streaming serves everybody: the whole answer comes sooner with it too'
      case 'later':
        return 'streaming serves people who read along, and blocking a program that needs the whole answer'
      case 'alike':
        return 'streaming serves people who read along, and costs a program that needs the whole answer nothing beyond noise'
      default:
        return unreachable(end)
    }
  if (end === 'later') return 'blocking serves better: streaming was not shown to gain anybody anything, and its end comes later'
  return 'neither mode was shown to be the better one for who waits'
}

/** Where streaming has it. `alike`: not proven, or no more than what is taken for noise of what blocking takes. */
function sideOf(figure: ModeFigure | undefined, noise: number): 'sooner' | 'later' | 'alike' {
  const [shift, level] = [figure?.difference?.estimate, figure?.blocking?.estimate]
  if (!figure?.proven || shift === undefined || level === undefined || Math.abs(shift) <= noise * level) return 'alike'
  return shift < 0 ? 'sooner' : 'later'
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
