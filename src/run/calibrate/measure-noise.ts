import { relative } from 'node:path'
import type { Noise } from '../../core/calibration.ts'
import type { ComparisonSettings } from '../../core/comparison.ts'
import { SECOND } from '../../core/units.ts'
import { EQUAL_ARMS, falseAlarms, metricNoise } from '../../judge/calibration/noise.ts'
import type { Progress, RunOrder } from '../../judge/comparison/experiment.ts'
import type { PlannedScenario } from '../../scenario/plan.ts'
import { beginComparison, type Comparison, type CutShort, carryOn } from '../compare.ts'
import { concludeComparisonFolder, DEFAULT_COMPARISON_FORMATS, readComparison, writeComparison } from '../conclude-comparison.ts'
import type { Ready, RunSeries } from '../run-series.ts'

export interface ToMeasure extends PlannedScenario {
  readonly judge: ComparisonSettings
}

/** Makes the folder for a comparison of the scenario with itself below `out`. */
export const beginNoise = ({ judge, ...planned }: ToMeasure, out: string): Comparison =>
  beginComparison({ arms: Object.values(EQUAL_ARMS).map((name: string) => ({ ...planned, name })), settings: judge }, out)

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
  const arms = header.arms.map(({ name }) => ({ ...ready, name }))
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
      pairTakes: (await lasted(folder)) / (rounds.length + progress.repeated),
      primary: header.settings.primary,
      metrics: metricNoise(rounds, header.settings),
      falseAlarms: falseAlarms(rounds, header.settings),
    },
  }
}

/** From the first run's begin to the last one's end, in µs. */
async function lasted(folder: string): Promise<number> {
  const { lines } = await readComparison(folder)
  const moments = lines.flatMap((line) => ('began' in line || 'ended' in line ? [Date.parse(line.at)] : []))
  return ((moments.at(-1)! - moments[0]!) * SECOND) / 1e3
}
