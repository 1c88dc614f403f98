import { resolve } from 'node:path'
import { asEqualArms, beginNoise, measureNoise, NOISE_PREFIX, type NoiseEnd, resumeNoise } from '../run/calibrate/measure-noise.ts'
import type { Comparison } from '../run/compare.ts'
import { reachTarget, type Target } from '../run/target.ts'
import { peakInFlight, peakRate } from '../scenario/describe.ts'
import { describeComparison } from '../scenario/describe-comparison.ts'
import { holdFolder } from '../store/folder-lock.ts'
import { hostAsker } from './consent.ts'
import { pairSeries } from './experiment-series.ts'
import { folderToResume, keysOnResume } from './folder-to-resume.ts'
import { reachUnlessStopped } from './reach-unless-stopped.ts'
import type { scenarioOf } from './scenario-options.ts'
import type { RunSignals } from './signals.ts'

/** A scenario that is to be compared with itself. */
export type Loaded = ReturnType<typeof scenarioOf>

/** A comparison of a scenario with itself whose folder nobody else may go on with meanwhile. */
export interface HeldComparison {
  readonly comparison: Comparison
  readonly letGo: () => void
}

/** What will be done to the target, in lines. */
export const noiseInWords = (loaded: Loaded): readonly string[] => describeComparison(asEqualArms(loaded))

/** Makes the folder of a new one below `out`. */
export function newNoise(loaded: Loaded, out: string): HeldComparison {
  const comparison = beginNoise(loaded, out)
  return { comparison, letGo: holdFolder(comparison.folder) }
}

/** Takes up the one that is named, or the latest of the scenario where the name is empty. Throws a UsageError where it cannot go on. */
export async function resumedNoise(
  loaded: Loaded,
  { resume, newKeys, out }: { readonly resume: string; readonly newKeys?: boolean | undefined; readonly out: string },
): Promise<HeldComparison> {
  const folder = folderToResume('comparison', { named: resume, out: resolve(out), scenario: loaded.plan.name, prefix: NOISE_PREFIX })
  const letGo = holdFolder(folder)
  try {
    return { comparison: await resumeNoise(folder, loaded, keysOnResume({ newKeys })), letGo }
  } catch (error) {
    letGo()
    throw error
  }
}

/** A signal ends it at once: nothing was sent, so nothing drains. */
export async function reachForNoise(loaded: Loaded, signals: RunSignals): Promise<Target> {
  const { plan, apiKey, headers, env } = loaded
  const ask = hostAsker(noiseInWords(loaded), 'May it be loaded as planned?')
  const peak = { perSecond: peakRate(plan), inFlight: peakInFlight(plan) }
  return reachUnlessStopped(signals, (clock) => reachTarget(plan, { apiKey, headers, env, clock, peak, ask, signal: signals.stop }))
}

export interface NoiseContext {
  readonly loaded: Loaded
  readonly target: Target
  readonly out: string
  readonly signals: RunSignals
  readonly tell: (text: string) => void
  readonly quiet: boolean
}

/** Does the runs that are missing, with the live view before it. */
export function noiseOfTarget(comparison: Comparison, { loaded, target, out, signals, tell, quiet }: NoiseContext): Promise<NoiseEnd> {
  return measureNoise(comparison, out, {
    ready: { target, headers: loaded.headers },
    ...pairSeries(comparison, { secrets: loaded.secrets, signals, tell, quiet }),
  })
}
