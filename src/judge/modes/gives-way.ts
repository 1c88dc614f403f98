import type { OverloadKind } from '../../core/diagnosis.ts'
import type { GaveWay, GaveWayFirst } from '../../core/modes-compared.ts'
import type { Mode } from '../../core/sample.ts'
import type { RunSummary } from '../../core/summary.ts'
import { counted, percent } from '../../measure/figures.ts'

/** A pair of judged runs. */
export type RunPair = Readonly<Record<Mode, RunSummary>>

/** What one run showed in one phase; undefined where it held. */
interface Sign {
  readonly kind: OverloadKind | 'failures'
  readonly because: string
  readonly knob?: string
}

/** Failures beyond those of the lightest phase, from which on a phase has given way: one percentage point. */
const NOTABLE = 0.01

/** How a mode's runs took a phase. `lightest` is the phase that its failures are held against. */
export function gaveWay(runs: readonly RunSummary[], phase: string, lightest: string): GaveWay {
  const signs = runs.flatMap((run) => signOf(run, phase, lightest) ?? [])
  const [most] = [...Map.groupBy(signs, ({ kind }) => kind).values()].toSorted((a, b) => b.length - a.length)
  const [first] = most ?? []
  return { runs: signs.length, ...first }
}

/** Where most pairs agree, the mode that gave way at a lighter phase, and how many pairs say so. `phases`: the lightest first. */
export function firstToGiveWay(
  pairs: readonly RunPair[],
  phases: readonly string[],
): { readonly mode: GaveWayFirst; readonly pairs: number } {
  const lightest = phases[0] ?? ''
  const heldUntil = (run: RunSummary) => {
    const at = phases.findIndex((phase) => signOf(run, phase, lightest))
    return at < 0 ? phases.length : at
  }
  const answers = pairs.map(({ streaming, blocking }): GaveWayFirst => {
    const [one, other] = [heldUntil(streaming), heldUntil(blocking)]
    if (one !== other) return one < other ? 'streaming' : 'blocking'
    return one === phases.length ? 'neither' : 'both'
  })
  const [most] = [...Map.groupBy(answers, (answer) => answer)].toSorted(([, a], [, b]) => b.length - a.length)
  return most && 2 * most[1].length > pairs.length
    ? { mode: most[0], pairs: most[1].length }
    : { mode: 'unclear', pairs: most?.[1].length ?? 0 }
}

function signOf({ phases, diagnoses }: RunSummary, phase: string, lightest: string): Sign | undefined {
  const overload = diagnoses[phase]?.overload
  if (overload && overload.kind !== 'none') {
    const { kind, because, knob } = overload
    return { kind, because, ...(knob !== undefined && { knob }) }
  }
  const [share, least] = [phases[phase]?.failureShare ?? 0, phases[lightest]?.failureShare ?? 0]
  if (share - least <= NOTABLE) return undefined
  const { failures = 0, load = '' } = phases[phase] ?? {}
  return {
    kind: 'failures',
    because: `${counted(failures, 'exchange')} failed at ${load} (${percent(share)}), against ${percent(least)} at the lightest load.`,
  }
}
