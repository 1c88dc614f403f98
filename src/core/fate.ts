import type { Micros } from './units.ts'

/**
 * What became of a run whose end was never heard: as a server stores it, or `stop-unconfirmed` where it took our word to stop it and still stored it
 * as running when last asked, or `no-trace` where its log holds no run of ours that would be it, or `unknown` where nobody could tell.
 */
export const FATES = [
  'succeeded',
  'partial',
  'workflow-failed',
  'stopped',
  'stop-unconfirmed',
  'paused',
  'running',
  'no-trace',
  'unknown',
] as const
export type Fate = (typeof FATES)[number]

/** What a server has stored of a run. While it is running nothing but that is known. */
export interface StoredRun {
  readonly status: Exclude<Fate, 'stop-unconfirmed' | 'no-trace' | 'unknown'>
  readonly elapsed?: Micros
  readonly tokens?: number
  readonly steps?: number
}

/**
 * How far runs without a known end were looked up: all of them; or only in part, since the person skipped it, the time for it was over, the
 * server gave no answers, it no longer took the key, or there were more than are asked for.
 */
export const LOOK_UPS = ['whole', 'skipped', 'deadline', 'unanswered', 'refused', 'too-many'] as const
export type LookUp = (typeof LOOK_UPS)[number]
