import type { Overload, OverloadKind } from '../../core/diagnosis.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import { causesOf } from './causes.ts'
import { buffers } from './delivery.ts'
import { evidenceOf, type Grown, growthOf, responseAt, STATISTICS } from './growth.ts'
import { because, KNOBS, withoutCause } from './overload-words.ts'
import { absoluteSigns } from './signs.ts'
import { slowerNode } from './slower-node.ts'

/** Share of exchanges without an answer that is many, and that is ordinary under less load. */
const SILENT = { from: 0.1, before: 0.02 } as const
/** A phase is lighter than another from this share of its load down. */
const LIGHTER = 0.8

/** What grew, and over which phase. */
interface Comparison {
  readonly lighter: PhaseSummary
  readonly grown?: Grown
}

/**
 * Which overload `loaded` shows, by what grew over `lighter`: phases or trials of the same workflow and target under less load, of any run. The
 * quickest of these in the same mode is held against it. A limit and an empty database pool show without any. Where two kinds come into
 * question it is `unclear`, and both are named.
 */
export function diagnoseOverload(loaded: PhaseSummary, lighter: readonly PhaseSummary[]): Overload {
  const signs = absoluteSigns(loaded)
  const shown = signs.map(({ kind }) => kind)
  const alone = { evidence: signs.flatMap(({ evidence }) => evidence) }
  const comparison = compared(loaded, lighter)
  // Who waits half a minute for a database connection is late in every mark, and that says nothing of slots.
  const grown = shown.includes('database-pool') ? undefined : comparison?.grown
  if (shown.length > 0 && !grown) return named(loaded, shown, alone)
  if (!comparison || !grown) return fellSilent(loaded, lighter) ?? nothing(comparison)
  const facts = { evidence: [...alone.evidence, ...evidenceOf(grown, loaded, comparison.lighter)], against: comparison.lighter.load }
  const distorted = couldBeOurs(loaded, grown) ? 'own-loop' : buffers(loaded) ? 'held-back' : undefined
  if (distorted && shown.length > 0) return named(loaded, shown, alone)
  if (distorted) return { kind: 'unclear', because: withoutCause(distorted), suspects: [], ...facts }
  const kinds = [...shown, ...causesOf(loaded, comparison.lighter, grown)]
  const node = kinds.includes('worker-cpu') ? slowerNode(loaded, comparison.lighter) : undefined
  return named(loaded, kinds, { ...facts, ...(node && { node }) })
}

/** Survivors tell nothing of those who never got an answer: where these became many, what the others took is no all-clear. */
function fellSilent(loaded: PhaseSummary, lighter: readonly PhaseSummary[]): Overload | undefined {
  const before = lighter.filter(({ mode }) => mode === loaded.mode)
  if (before.length === 0 || silence(loaded) < SILENT.from || before.some((one) => silence(one) > SILENT.before)) return undefined
  return { kind: 'unclear', because: withoutCause('silent'), suspects: [], evidence: [] }
}

/** Share of the exchanges that waited in vain. */
const silence = ({ outcomes, intended }: PhaseSummary): number =>
  intended === 0 ? 0 : ((outcomes['timed-out'] ?? 0) + (outcomes['no-result'] ?? 0) + (outcomes.unfinished ?? 0)) / intended

const nothing = (comparison: Comparison | undefined): Overload => ({
  kind: 'none',
  because: withoutCause(comparison ? 'nothing-grew' : 'nothing-lighter'),
  evidence: [],
  ...(comparison && { against: comparison.lighter.load }),
})

/** Whether our own loop may have made what grew: it holds a moment up by a stall at most, and a run by its share of the time. */
function couldBeOurs({ ownStall, metrics }: PhaseSummary, { statistic, total }: Grown): boolean {
  return ownStall !== undefined && total <= ownStall.longest + ownStall.share * (metrics['response_time']?.[statistic] ?? 0)
}

type Facts = Pick<Overload, 'evidence' | 'against' | 'node'>

function named(loaded: PhaseSummary, kinds: readonly OverloadKind[], facts: Facts): Overload {
  const kind: OverloadKind = kinds.length === 1 ? kinds[0]! : 'unclear'
  return {
    kind,
    ...(kinds.length > 0 && { knob: kinds.map((one) => KNOBS[one]).join('; or ') }),
    because: because(kind, { loaded, suspects: kinds, ...facts }),
    ...(kind === 'unclear' && { suspects: kinds }),
    ...facts,
  }
}

function compared(loaded: PhaseSummary, lighter: readonly PhaseSummary[]): Comparison | undefined {
  const [quickest] = lighter
    .flatMap((phase) => {
      const response = phase.mode === loaded.mode ? responseAt(phase, 'p50') : undefined
      return response === undefined ? [] : [{ phase, response }]
    })
    .sort((a, b) => a.response - b.response)
  if (!quickest || responseAt(loaded, 'p50') === undefined) return undefined
  for (const statistic of STATISTICS) {
    const grown = growthOf(loaded, quickest.phase, statistic)
    if (grown) return { lighter: quickest.phase, grown }
  }
  return { lighter: quickest.phase }
}

/** Those of `others` in the same mode under clearly less load: a lower rate where both are open, else fewer runs at once. */
export const lighterThan = (loaded: PhaseSummary, others: readonly PhaseSummary[]): readonly PhaseSummary[] =>
  others.filter((one) => {
    if (one === loaded || one.mode !== loaded.mode) return false
    const load = ({ offered, inFlight }: PhaseSummary) => (one.kind === 'open' && loaded.kind === 'open' ? offered : inFlight.mean)
    return load(one) <= LIGHTER * load(loaded)
  })
