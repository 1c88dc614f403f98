import type { PhaseSummary } from '../../core/phase-summary.ts'
import type { OutcomeKind } from '../../core/sample.ts'
import type { RunSummary } from '../../core/summary.ts'
import { micros } from '../../core/units.ts'
import type { CapacityEvent, Unloaded } from './capacity-events.ts'
import { inItsWords } from './capacity-trial.ts'

/** Runs that this machine spoiled are made again, so many times in all. */
const TRIES = 3

/** Why a search ends before its first trial. */
export interface UnloadedEnd {
  readonly end: 'generator' | 'throttled' | 'unanswered' | 'budget'
  readonly because: string
}

/** What one run at a time took; why the search ends with it; or undefined where it has yet to be measured, for the first time or once more. */
export function unloadedIn(whole: readonly CapacityEvent[], name: string): Unloaded | UnloadedEnd | undefined {
  const made = whole.filter(({ order }) => order.purpose === 'unloaded')
  const readings = made.map((event) => readingOf(event, name))
  const known = readings.find((reading) => 'p50' in reading)
  if (known) return known
  // What ended the search before it was gone on with is tried again.
  const since = readings.slice(made.findLastIndex(({ resumed }) => resumed) + 1)
  const last = since.at(-1)
  return last && 'end' in last && last.end === 'generator' && since.length < TRIES ? undefined : last
}

function readingOf({ run, summary }: CapacityEvent, name: string): Unloaded | UnloadedEnd {
  const phase = summary.phases[name]
  const ours = summary.caveats.filter(({ invalidates }) => invalidates)
  if (!summary.valid) return { end: 'generator', because: ours.map(({ text }) => text).join(' ') }
  const throttled = phase?.outcomes.throttled ?? 0
  if (throttled > 0)
    return {
      end: 'throttled',
      because: `The target refused ${throttled} of its runs by a limit, sent one at a time${inItsWords(summary.failures)}.`,
    }
  const response = phase?.metrics['response_time']
  if (!phase || !response) {
    const spent = summary.caveats.find(({ kind }) => kind === 'budget')
    return spent && !phase?.failures
      ? { end: 'budget', because: spent.text }
      : { end: 'unanswered', because: `${howTheyEnded(summary, phase)} More stands in the report of that run, in the folder ${run}.` }
  }
  return { phase, p50: micros(response.p50), tokensPerRun: phase.metrics['tokens']?.mean ?? 0 }
}

/** `Of 30 runs sent one at a time none succeeded: 28 rejected, 2 timed out (most often: …).` */
function howTheyEnded({ failures }: RunSummary, phase: PhaseSummary | undefined): string {
  const outcomes = Object.entries(phase?.outcomes ?? {}) as [OutcomeKind, number][]
  const counts = outcomes
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${count} ${outcome}`)
  const said = failures.find(({ detail }) => detail !== undefined)?.detail?.replace(/\.$/, '')
  const told = [counts.join(', '), ...(said === undefined ? [] : [`most often “${said}”`])].filter((part) => part !== '')
  return `Of ${phase?.intended ?? 0} runs sent one at a time none succeeded${told.length > 0 ? `: ${told.join('; ')}` : ''}.`
}
