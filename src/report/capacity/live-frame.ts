import type { CapacityOrder, CapacitySearch } from '../../core/capacity.ts'
import { SECOND } from '../../core/units.ts'
import type { CapacityProgress } from '../../judge/capacity/capacity-progress.ts'
import { levelsOf } from '../../judge/capacity/capacity-search.ts'
import { loadInUnits } from '../../judge/capacity/capacity-words.ts'
import { ascii } from '../ascii.ts'
import { count, percent, span } from '../format.ts'
import { type Pen, penOf } from '../pen.ts'
import { cut, width } from '../width.ts'
import { bracketLines } from './bracket.ts'

/** The run of a search that is under way. */
export interface UnderWay {
  readonly order: CapacityOrder
  /** How far it is, 0 to 1; absent where that cannot be told. */
  readonly done?: number
  /** Until it has sent its last, in µs; absent where that cannot be told. */
  readonly left?: number
  /** What is to be seen of it, in parts. */
  readonly numbers: readonly string[]
}

export interface FrameOptions {
  readonly columns: number
  readonly rows: number
  readonly colour: 'on' | 'off'
  readonly glyphs: 'unicode' | 'ascii'
}

/** Wider pictures make a bracket no clearer. */
const WIDEST = 100
/** Room for what the terminal echoes of a Ctrl-C, so that it does not begin a line of its own. */
const ECHO = 4
const BAR = { fewest: 5, most: 24 } as const

/**
 * A search as it goes on, for the last lines of a terminal: the loads with their votes and the bracket closing on them, what is known, the run under way
 * with how far it is, and what was used of the worst case. No line is wider than the terminal; where it is too low for the picture, words must do.
 */
export function searchFrame(
  { search, progress, now }: { readonly search: CapacitySearch; readonly progress: CapacityProgress; readonly now: UnderWay | undefined },
  { columns, rows, colour, glyphs }: FrameOptions,
): readonly string[] {
  const room = Math.min(WIDEST, columns - ECHO)
  const pen = penOf({ colour })
  const fitting = fitter(room, glyphs)
  const { lower, upper, trials } = progress
  const current = now && isTrial(now.order) ? now.order.load : undefined
  const picture = {
    trials,
    from: search.from,
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    ...(current !== undefined && { current }),
  }
  const drawn = [
    pen('bold', fitting(`${search.mode}, ${search.axis === 'rate' ? 'runs per second' : 'slots'}`)),
    ...bracketLines(picture, room, pen).map(fitting.written),
    ...inLines(knownInWords(search, progress), '; ', fitting),
  ]
  const told = [
    nowLine(now, { search, progress }, { room, fitting, pen }),
    ...[
      ...(now ? inLines(now.numbers, '  ', fitting) : []),
      ...(progress.promised ? inLines(usedInWords(progress), ', ', fitting) : []),
    ].map((line) => pen('dim', line)),
  ]
  return progress.settings && drawn.length + told.length < rows ? [...drawn, ...told] : told
}

/** As many parts on a line as have room, each whole where it can be. */
function inLines(parts: readonly string[], between: string, fitting: Fitting): readonly string[] {
  const lines: string[] = []
  for (const part of parts) {
    const longer = lines.length === 0 ? part : `${lines.at(-1)}${between}${part}`
    if (lines.length > 0 && fitting(longer) === fitting.written(longer)) lines[lines.length - 1] = longer
    else lines.push(part)
  }
  return lines.map(fitting)
}

const isTrial = ({ purpose }: CapacityOrder): boolean => purpose === 'level' || purpose === 'verify'

/** A line in the characters that the terminal knows, cut where it has no room; `written` as long as it is. */
interface Fitting {
  (text: string): string
  readonly written: (text: string) => string
}

function fitter(room: number, glyphs: FrameOptions['glyphs']): Fitting {
  const written = (text: string) => (glyphs === 'ascii' ? ascii(text) : text)
  // The ellipsis takes three columns there.
  const dots = glyphs === 'ascii' ? 2 : 0
  const fitting = (text: string) => (width(written(text)) <= room ? written(text) : written(cut(written(text), room - dots)))
  return Object.assign(fitting, { written })
}

function knownInWords({ axis, width: sought }: CapacitySearch, { trials, lower, upper }: CapacityProgress): readonly string[] {
  const levels = levelsOf(trials)
  const told = (load: number | undefined, says: string) => {
    const isProven = levels.some((level) => level.load === load && level.proven)
    return load === undefined ? [] : [`${loadInUnits(load, axis)} ${says}${isProven ? ', proven' : ''}`]
  }
  const known = [...told(lower, 'holds'), ...told(upper, 'is too much')]
  if (lower !== undefined && upper !== undefined) return [...known, `${percent(upper / lower - 1)} apart, ${percent(sought)} sought`]
  return known.length === 0 ? ['nothing is decided yet'] : [...known, upper === undefined ? 'nothing is too much yet' : 'nothing holds yet']
}

function nowLine(
  now: UnderWay | undefined,
  { search, progress }: { readonly search: CapacitySearch; readonly progress: CapacityProgress },
  { room, fitting, pen }: { readonly room: number; readonly fitting: Fitting; readonly pen: Pen },
): string {
  if (!now) return fitting('waiting until nothing is under way')
  const what = whatInWords(now.order, progress, search)
  const end = now.left === undefined ? '' : now.left > 0 ? `${span(Math.ceil(now.left / SECOND) * SECOND)} left` : 'draining'
  const bar = Math.min(BAR.most, room - width(fitting.written(what)) - width(end) - 4)
  if (now.done === undefined || bar < BAR.fewest) return fitting([what, end].filter((part) => part !== '').join('  '))
  const full = Math.floor(now.done * bar)
  return `${fitting(what)}  ${pen('cyan', fitting.written('█'.repeat(full)))}${pen('dim', fitting.written('░'.repeat(bar - full)))}  ${end}`.trimEnd()
}

function whatInWords({ purpose, load }: CapacityOrder, { trials }: CapacityProgress, { axis }: CapacitySearch): string {
  const level = levelsOf(trials).find((each) => each.load === load)
  switch (purpose) {
    case 'unloaded':
      return 'one run at a time'
    case 'ceiling':
      return 'what this machine can send'
    case 'probe':
      return 'is it at rest again?'
    case 'level':
      return `${loadInUnits(load, axis)}, vote ${(level?.held ?? 0) + (level?.missed ?? 0) + 1} of ≤ 5`
    case 'verify':
      return `${loadInUnits(load, axis)}, proof`
  }
}

/** What was taken so far, of what a search usually takes; once that is passed, of the most that it does. */
function usedInWords({ promised, spent, trials, unloaded }: CapacityProgress): readonly string[] {
  const { usual, most } = promised!
  const of = (used: number, usually: number, bound: number, write: (value: number) => string) =>
    used < usually && usually < bound ? `of about ${write(usually)}` : `of ≤ ${write(bound)}`
  const { tokens } = most
  return [
    `${count(trials.length)} ${of(trials.length, usual.trials, most.trials, count)} trials`,
    `${readable(spent.time)} ${of(spent.time, usual.time, most.time, readable)}`,
    ...(unloaded!.tokensPerRun > 0 && tokens !== undefined
      ? [`${count(spent.tokens)} ${of(spent.tokens, usual.tokens, tokens, rough)} tokens`]
      : []),
  ]
}

/** To two digits: it is a guess. */
const rough = (value: number): string => count(Number(value.toPrecision(2)))

/** In whole seconds, from ten minutes on in whole minutes. */
function readable(us: number): string {
  const unit = us < 600 * SECOND ? SECOND : 60 * SECOND
  return span(Math.ceil(us / unit) * unit)
}
