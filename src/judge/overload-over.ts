import type { CapacitySummary } from '../core/capacity-summary.ts'
import type { Overload, OverloadKind, PhaseSummary } from '../core/summary.ts'
import type { MadeTrial } from './capacity-progress.ts'
import { diagnoseOverload } from './overload.ts'

type Found = NonNullable<CapacitySummary['overload']>

/**
 * Which overload the trials that were missed show, held against the unloaded runs: what most of them at the lowest missed load show or, where little
 * has grown there yet, at the next higher one. Undefined where none was missed, or none of them shows any.
 */
export function overloadOver(trials: readonly MadeTrial[], unloaded: PhaseSummary | undefined): Found | undefined {
  const over = trials.filter(({ finding }) => finding === 'missed' || finding === 'throttled' || finding === 'stuck')
  const loads = [...new Set(over.map(({ load }) => load))].sort((a, b) => a - b)
  let unclear: Overload | undefined
  for (const load of loads) {
    const shown = over.filter((trial) => trial.load === load).map(({ phase }) => diagnoseOverload(phase, unloaded ? [unloaded] : []))
    const most = majority(shown)
    if (most && most.kind !== 'unclear') return foundIn(most)
    unclear ??= most
  }
  return unclear && foundIn(unclear)
}

/** What more than half of them show; none of those that show nothing counts. */
function majority(shown: readonly Overload[]): Overload | undefined {
  const some = shown.filter(({ kind }) => kind !== 'none')
  if (some.length * 2 <= shown.length) return undefined
  const counts = new Map<Overload['kind'], number>()
  for (const { kind } of some) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const [kind, votes] = [...counts].sort(([, a], [, b]) => b - a)[0]!
  return votes * 2 > some.length ? some.findLast((one) => one.kind === kind) : undefined
}

const foundIn = ({ kind, knob, because }: Overload): Found => ({ kind: kind as OverloadKind, knob: knob ?? '', because })
