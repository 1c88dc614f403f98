import { join } from 'node:path'
import type { Ceiling, TruthAtLoad } from '../../core/calibration.ts'
import type { Mode, Sample } from '../../core/sample.ts'
import type { TruthLine } from '../../core/truth.ts'
import { micros, SECOND } from '../../core/units.ts'
import { markErrors } from '../../judge/calibration/mark-errors.ts'
import { openSampleLog, readPlan, readRows } from '../../store/read-lines.ts'
import type { Conclusion } from '../conclude.ts'
import type { Bench } from './bench.ts'
import { atRate, type Lengths, MEASURED } from './phases.ts'

/** Loads at which the marks are held against the truth, as shares of the ceiling: the heaviest first, which warms the simulator up for the others. */
const SHARES = [0.8, 0.5, 0.1] as const
/** A load lasts until so many runs were sent in it, but no longer than so: less would know little of a p95, and nothing of a p99. */
const RUNS = 200
const LONGEST = 4 * SECOND

/** Runs by schedule at shares of the ceiling, each exchange's marks held against what the simulator logged of it. */
export async function holdToTruth(
  bench: Bench,
  ceiling: Readonly<Record<Mode, Ceiling>>,
  { lengths, told }: { readonly lengths: Lengths; readonly told: (text: string) => void },
): Promise<readonly TruthAtLoad[]> {
  const truthFile = join(bench.folder, 'truth.jsonl')
  const runs = await bench.on({ simulator: 'instant', connections: 'fresh', truthFile }, async ({ run }) => {
    const done: Made[] = []
    for (const mode of ['blocking', 'streaming'] as const)
      for (const share of SHARES) {
        const perSecond = Math.max(1, Math.round(share * ceiling[mode].perSecond))
        told(`Holding times to the truth: ${mode} at ${perSecond}/s`)
        done.push({ mode, share, perSecond, conclusion: await run(mode, atRate(perSecond, lengthsAt(perSecond, lengths))) })
      }
    return done
  })
  // The log is whole once its simulator has ended.
  const truth = new Map<string, TruthLine>()
  for await (const line of readRows<TruthLine>(truthFile)) truth.set(line.workflow_run_id, line)
  const found: TruthAtLoad[] = []
  for (const made of runs) found.push(await atLoad(made, truth))
  return found.sort((a, b) => a.mode.localeCompare(b.mode) || a.share - b.share)
}

const lengthsAt = (perSecond: number, { warmUp, measured }: Lengths): Lengths => ({
  warmUp,
  measured: micros(Math.max(measured, Math.min(LONGEST, (RUNS * SECOND) / perSecond))),
})

interface Made extends Pick<TruthAtLoad, 'mode' | 'share' | 'perSecond'> {
  readonly conclusion: Conclusion
}

async function atLoad({ conclusion: { folder, summary }, ...load }: Made, truth: ReadonlyMap<string, TruthLine>): Promise<TruthAtLoad> {
  const lag = summary.phases[MEASURED]?.metrics['schedule_lag']
  return {
    ...load,
    ...markErrors(await measuredSamples(folder), truth, readPlan(folder).zeroMonotonic),
    scheduleLag: { p50: lag?.p50 ?? 0, p95: lag?.p95 ?? 0, p99: lag?.p99 ?? 0 },
  }
}

async function measuredSamples(folder: string): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for await (const line of (await openSampleLog(folder)).lines)
    if ('sample' in line && line.sample.phase === MEASURED) samples.push(line.sample)
  return samples
}
