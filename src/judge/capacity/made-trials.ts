import type { CapacityOrder, CapacitySearch } from '../../core/capacity.ts'
import type { RunSummary } from '../../core/summary.ts'
import { SECOND } from '../../core/units.ts'
import type { CapacityEvent, MadeTrial, Unloaded } from './capacity-events.ts'
import type { TrialFinding } from './capacity-search.ts'
import { judgeTrial } from './capacity-trial.ts'

/** A probe that takes longer than so many unloaded runs finds the target busy. */
const RESTED = 1.5
/** Probing is given up once it has taken this long, or so many unloaded runs. */
const COOL_DOWN_MOST = 60 * SECOND
const COOL_DOWN_RUNS = 20

export interface MadeTrials {
  readonly trials: readonly MadeTrial[]
  /** The last one has not been followed by a quick probe yet. */
  readonly open: boolean
  /** Why the last run sent less than it was to: its budget, or the inputs. It is no trial, and nothing that follows can be one. */
  readonly cut?: string
}

/** The trials among the runs that came to their end, with the probes that followed each. */
export function madeTrials(
  events: readonly CapacityEvent[],
  { phase, unloaded }: Pick<CapacitySearch, 'phase'> & { readonly unloaded: Unloaded },
): MadeTrials {
  let trials: readonly MadeTrial[] = []
  let open = false
  let cut: string | undefined
  for (const event of events) {
    const last = trials.at(-1)
    const measured = event.summary.phases[phase]
    if (isTrial(event.order)) {
      cut = event.summary.caveats.find(({ kind }) => kind === 'budget')?.text
      if (measured && cut === undefined) {
        trials = [...trials, trialOf(event, { ...event.order, phase: measured })]
        open = true
      }
    } else if (event.order.purpose === 'probe' && open && last) {
      const probed = withProbe(last, event, measured?.metrics['response_time']?.p50, unloaded)
      open = probed.open
      trials = [...trials.slice(0, -1), probed.trial]
    }
    if (event.resumed) {
      trials = withoutEnd(trials)
      cut = undefined
    }
  }
  return { trials, open, ...(cut !== undefined && { cut }) }
}

const isTrial = (order: CapacityOrder): order is CapacityOrder & Pick<MadeTrial, 'purpose'> =>
  order.purpose === 'level' || order.purpose === 'verify'

function trialOf(
  { run, summary, began, ended }: CapacityEvent,
  { load, purpose, phase }: Pick<MadeTrial, 'load' | 'purpose' | 'phase'>,
): MadeTrial {
  return { run, began, load, purpose, phase, ...judgeTrial(summary, phase), spentUs: (ended - began) * 1000, tokens: tokensOf(summary) }
}

/** A trial with one more probe after it: at rest, still open, or given up. */
function withProbe(
  trial: MadeTrial,
  { summary, ended }: CapacityEvent,
  response: number | undefined,
  { p50 }: Unloaded,
): { readonly trial: MadeTrial; readonly open: boolean } {
  const spentUs = (ended - trial.began) * 1000
  const coolingUs = spentUs - trial.spentUs
  const tokens = trial.tokens + tokensOf(summary)
  if (response !== undefined && response <= RESTED * p50) return { trial: { ...trial, tokens, spentUs }, open: false }
  if (coolingUs <= Math.max(COOL_DOWN_MOST, COOL_DOWN_RUNS * p50)) return { trial: { ...trial, tokens }, open: true }
  const finding: TrialFinding = 'stuck'
  return { trial: { ...trial, tokens, spentUs, finding, because: `${trial.because} ${stuckFor(coolingUs, response)}` }, open: false }
}

const stuckFor = (us: number, response: number | undefined): string =>
  `${Math.round(us / SECOND)} s after it a single run still ${response === undefined ? 'did not succeed' : `took more than ${RESTED} times as long as on the unloaded target`}.`

/** The last trials, as far as they are no votes, count for nothing any more: what was in their way may be gone. */
function withoutEnd(trials: readonly MadeTrial[]): readonly MadeTrial[] {
  const voted = trials.findLastIndex(({ finding }) => finding === 'held' || finding === 'missed')
  return trials.map((trial, at) => (at > voted ? { ...trial, again: true } : trial))
}

export const tokensOf = ({ phases }: RunSummary): number => Object.values(phases).reduce((sum, { totals }) => sum + totals.tokens, 0)
