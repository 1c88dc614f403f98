import type { CapacitySummary } from '../../core/capacity-summary.ts'
import type { Overload, OverloadKind } from '../../core/diagnosis.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import { diagnoseOverload } from '../overload/overload.ts'
import type { MadeTrial } from './capacity-events.ts'
import { bracketOf, levelsOf } from './capacity-search.ts'

type Found = NonNullable<CapacitySummary['overload']>

/**
 * Which overload the trials of a search show, held against the unloaded runs: what most missed trials name at the lowest load that is too much, or at a
 * higher one where little has grown there yet. Where most trials of a load that held name another kind already, both give way, and it is not clear which
 * one limits. Undefined where none was missed, or none of them shows any.
 */
export function overloadOver(trials: readonly MadeTrial[], unloaded: PhaseSummary | undefined): Found | undefined {
  const shownAt = (load: number, wanted: (trial: MadeTrial) => boolean) =>
    trials.filter((trial) => trial.load === load && wanted(trial)).map(({ phase }) => diagnoseOverload(phase, unloaded ? [unloaded] : []))
  const loads = (wanted: (trial: MadeTrial) => boolean) => [...new Set(trials.filter(wanted).map(({ load }) => load))].sort((a, b) => a - b)
  // One trial that was missed at a load that held by the others tells of a short while, not of what is too much.
  const { upper } = bracketOf(levelsOf(trials))
  const beyond = loads((trial) => endsSearch(trial) || (trial.finding === 'missed' && trial.load >= (upper ?? 0)))
    .map((load) => shownAt(load, isOver))
    .find((shown) => namedByMost(shown).length > 0)
  if (!beyond) return undefined
  const kinds = new Map(namedByMost(beyond).map((kind) => [kind, tellingOf(kind, beyond)]))
  if (kinds.has('limit')) return foundIn(tellingOf('limit', beyond))
  // Nor does one that held tell of what holds, at a load that is too much.
  for (const load of loads((trial) => isHeld(trial) && (upper === undefined || trial.load < upper))) {
    const shown = shownAt(load, isHeld)
    for (const kind of namedByMost(shown)) if (!kinds.has(kind)) kinds.set(kind, tellingOf(kind, shown))
  }
  const [first, second] = [...kinds.values()]
  return second ? both([first!, second]) : foundIn(first!)
}

const isHeld = ({ finding }: MadeTrial): boolean => finding === 'held'
/** Of a limit, or a target that does not recover, one is enough. */
const endsSearch = ({ finding }: MadeTrial): boolean => finding === 'throttled' || finding === 'stuck'
const isOver = (trial: MadeTrial): boolean => trial.finding === 'missed' || endsSearch(trial)

const kindsOf = ({ kind, suspects = [] }: Overload): readonly OverloadKind[] =>
  kind === 'none' ? [] : kind === 'unclear' ? suspects : [kind]

/** The kinds that more than half of them name, alone or as one of several. */
function namedByMost(shown: readonly Overload[]): readonly OverloadKind[] {
  const all = [...new Set(shown.flatMap(kindsOf))]
  return all.filter((kind) => 2 * shown.filter((one) => kindsOf(one).includes(kind)).length > shown.length)
}

/** The last that names it, alone where one does. */
const tellingOf = (kind: OverloadKind, shown: readonly Overload[]): Overload =>
  shown.findLast((one) => one.kind === kind) ?? shown.findLast((one) => kindsOf(one).includes(kind))!

const foundIn = ({ kind, knob, because }: Overload): Found => ({ kind: kind as OverloadKind, knob: knob ?? '', because })

/** One that names several says it all. */
function both(shown: readonly [Overload, Overload]): Found {
  const told = shown.find(({ kind }) => kind === 'unclear')
  if (told) return foundIn(told)
  const [beyond, below] = shown
  return {
    kind: 'unclear',
    knob: shown.flatMap(({ knob }) => knob ?? []).join('; or '),
    because: `More than one thing gives way, so that it is not clear which one limits. ${below.because} Under more load: ${beyond.because} Change one knob at a time.`,
  }
}
