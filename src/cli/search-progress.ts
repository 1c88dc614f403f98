import type { CapacityOrder, CapacitySearch } from '../core/capacity.ts'
import type { CapacityProgress } from '../judge/capacity/capacity-progress.ts'
import { loadInUnits } from '../judge/capacity/capacity-words.ts'
import { roundTime } from '../judge/capacity/search-cost.ts'
import { count, duration, rate, span } from '../report/format.ts'

/** What a run of a search is for, for the line that is drawn while it goes on: `4–8/s  6/s, trial 2`. */
export function beforeRun({ purpose, load }: CapacityOrder, { trials, lower, upper }: CapacityProgress, { axis }: CapacitySearch): string {
  const at = loadInUnits(load, axis)
  const bracket = lower === undefined && upper === undefined ? '' : `[${lower ?? 0}–${upper ?? '?'}]  `
  switch (purpose) {
    case 'unloaded':
      return 'one run at a time'
    case 'ceiling':
      return 'how much this machine can send'
    case 'probe':
      return `${bracket}has the target come back to rest?`
    case 'level':
      return `${bracket}${at}, trial ${trials.filter((trial) => trial.load === load && trial.purpose === 'level').length + 1}`
    case 'verify':
      return `${bracket}${at}, proof`
  }
}

/** A sentence on what is known once a run has ended; nothing after a probe. Where the bracket is drawn below it, it need not be said as well. */
export function afterTrial(
  progress: CapacityProgress,
  { purpose, load }: CapacityOrder,
  { search, bracket }: { readonly search: CapacitySearch; readonly bracket: 'said' | 'drawn' },
): string | undefined {
  const { unloaded, ceiling, settings, trials } = progress
  if (purpose === 'unloaded') {
    if (!unloaded) return undefined
    const bound = search.ceiling !== undefined && settings ? ` ${bounds(progress, search)}` : ''
    return `One run at a time takes ${duration(unloaded.p50)} (median).${bound}`
  }
  if (purpose === 'ceiling') return ceiling === undefined || !settings ? undefined : bounds(progress, search)
  const trial = trials.at(-1)
  if (!trial || purpose === 'probe') return undefined
  const { lower, upper } = progress
  const at = (value: number | undefined) => (value === undefined ? 'nothing yet' : loadInUnits(value, search.axis))
  const p95 = trial.phase.metrics['response_time']?.p95
  const why = trial.finding === 'held' ? (p95 === undefined ? '.' : `, response time p95 ${duration(p95)}.`) : `. ${trial.because}`
  const found = `${loadInUnits(load, search.axis)}${purpose === 'verify' ? ' (proof)' : ''}: ${trial.finding}${why}`
  return bracket === 'drawn' ? found : `${found} Decided so far: ${at(lower)} holds, ${at(upper)} is too much.`
}

function bounds({ ceiling = 0, settings, promised }: CapacityProgress, search: CapacitySearch): string {
  const { usual, most } = promised!
  const cost = ({ trials, time, runs, tokens = 0 }: { trials: number; time: number; runs: number; tokens?: number }) =>
    [`${count(trials)} trials`, span(roundTime(time)), tokens > 0 ? `${rough(tokens)} tokens` : `${rough(runs)} runs`].join(', ')
  return `This machine sends ${rate(ceiling)}, so that the search goes up to ${loadInUnits(settings!.top, search.axis)}. Usually about ${cost(usual)}; at the very worst ${cost(most)}, where it ends.`
}

/** To two digits: it is a guess. */
const rough = (value: number): string => count(Number(value.toPrecision(2)))
