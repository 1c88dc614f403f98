import { relative } from 'node:path'
import type { Noise } from '../../core/calibration.ts'
import type { ComparisonSettings } from '../../core/comparison.ts'
import { EQUAL_ARMS, falseAlarms, metricNoise, pairTakes } from '../../judge/calibration/noise.ts'
import type { Progress, RunOrder } from '../../judge/comparison/experiment.ts'
import type { PlannedScenario } from '../../scenario/plan.ts'
import { beginComparison, type Comparison, type CutShort, carryOn, resumeComparison } from '../compare.ts'
import { concludeComparisonFolder, DEFAULT_COMPARISON_FORMATS, readComparison, writeComparison } from '../conclude-comparison.ts'
import type { KeysOnResume } from '../keys-of-experiment.ts'
import type { Ready, RunSeries } from '../run-series.ts'

export interface ToMeasure extends PlannedScenario {
  readonly judge: ComparisonSettings
}

/** What the folders of comparisons of a scenario with itself are called, before the id. */
export const NOISE_PREFIX = 'noise'

/** A scenario as two arms that do not differ. */
export const asEqualArms = <Planned extends ToMeasure>(planned: Planned) => ({
  arms: Object.values(EQUAL_ARMS).map((name: string) => ({ ...planned, name })),
  settings: planned.judge,
})

/** Makes the folder for a comparison of the scenario with itself below `out`. */
export const beginNoise = (planned: ToMeasure, out: string): Comparison =>
  beginComparison(asEqualArms(planned), out, { prefix: NOISE_PREFIX })

/** Takes one up that was interrupted or killed, as `resumeComparison` does. */
export const resumeNoise = (folder: string, planned: ToMeasure, keys: KeysOnResume): Promise<Comparison> =>
  resumeComparison(folder, asEqualArms(planned), keys)

export interface NoisePorts {
  readonly ready: Ready
  readonly series: RunSeries
  readonly watcher: { beginning(order: RunOrder): void; ended(progress: Progress, last: RunOrder): void }
}

export type NoiseEnd =
  | { readonly kind: 'measured'; readonly noise: Noise }
  | ({ readonly kind: 'cut-short' } & CutShort)
  /** Our own machine spoiled more pairs than may be run again. */
  | { readonly kind: 'invalid' }

/** Compares a target with itself until the comparison would end: whatever differs then is noise. */
export async function measureNoise(comparison: Comparison, out: string, { ready, series, watcher }: NoisePorts): Promise<NoiseEnd> {
  const { folder, header } = comparison
  const { primary, informing } = header.settings
  const { target } = ready
  // Lateness is held against what a comparison would be decided by, as in one.
  const compared = { ...target, plan: { ...target.plan, compared: [primary, ...informing] } }
  const arms = header.arms.map(({ name }) => ({ ...ready, target: compared, name }))
  const cut = await carryOn(comparison, { arms, series, watcher })
  const { summary, progress } = await concludeComparisonFolder(folder)
  await writeComparison(folder, summary, new Set(DEFAULT_COMPARISON_FORMATS))
  if (cut) return { kind: 'cut-short', ...cut }
  if (progress.next.kind === 'invalid') return { kind: 'invalid' }
  const { rounds } = progress
  return {
    kind: 'measured',
    noise: {
      scenario: header.name,
      planHash: header.arms[0]!.planHash,
      at: header.start,
      folder: relative(out, folder),
      pairs: rounds.length,
      pairTakes: pairTakes((await readComparison(folder)).lines),
      primary: header.settings.primary,
      metrics: metricNoise(rounds, header.settings),
      falseAlarms: falseAlarms(rounds, header.settings),
    },
  }
}
