import type { Caveat } from '../../core/caveat.ts'
import type { ArmReading } from '../../core/comparison.ts'
import type { ComparedCaveat, ComparedRun, ComparisonSummary } from '../../core/comparison-summary.ts'
import type { RunSummary } from '../../core/summary.ts'

/** What a comparison tells of each of its runs; of a run without a summary nothing but zeros. */
export function factsOf(
  summary: RunSummary | undefined,
  reading: ArmReading | undefined,
): Pick<ComparedRun, 'figures' | 'failures' | 'exchanges' | 'tokens' | 'seconds'> {
  const phases = Object.values(summary?.phases ?? {})
  return {
    figures: reading?.figures ?? {},
    failures: reading?.failures ?? { count: 0, of: 0 },
    exchanges: phases.reduce((total, { released }) => total + released, 0),
    tokens: phases.reduce((total, { totals }) => total + totals.tokens, 0),
    seconds: (summary?.durationUs ?? 0) / 1e6,
  }
}

/** Of all runs together. */
export function costOf(runs: readonly ComparedRun[]): ComparisonSummary['cost'] {
  const sum = (of: (run: ComparedRun) => number) => runs.reduce((total, run) => total + of(run), 0)
  return {
    runs: runs.length,
    exchanges: sum(({ exchanges }) => exchanges),
    tokens: sum(({ tokens }) => tokens),
    seconds: sum(({ seconds }) => seconds),
  }
}

/** Caveats of the runs that are judged, each kind told once, with in how many runs of each arm it stands. */
export function caveatsOf(
  counted: readonly { readonly run: string; readonly arm: string; readonly caveats: readonly Caveat[] }[],
  arms: readonly string[],
): readonly ComparedCaveat[] {
  const found = counted.flatMap(({ run, arm, caveats }) => caveats.map(({ kind, text }) => ({ kind, text, run, arm })))
  return [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, all]) => ({
    kind,
    text: all[0]!.text,
    runs: Object.fromEntries(arms.map((name) => [name, new Set(all.filter(({ arm }) => arm === name).map(({ run }) => run)).size])),
  }))
}
