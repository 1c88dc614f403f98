import type { Mode, OutcomeKind } from '../../core/sample.ts'
import type { Phases } from './timeline.ts'

const SHADES = 3

/** A class for each phase: a colour and a dash for its mode, a shade for its place among the measured phases of that mode. */
export function phaseLooks(phases: Phases): readonly string[] {
  const seen = { streaming: 0, blocking: 0 }
  return phases.map(([, { mode, measured }]) => `${mode} shade${measured ? seen[mode]++ % SHADES : 0}`)
}

/** The modes that occur, in the order of their first phase. */
export const modesOf = (phases: Phases): readonly Mode[] => [...new Set(phases.map(([, { mode }]) => mode))]

/** From the ground up: failures first, where even a few are seen; what went well on top. */
export const STACKING = [
  'workflow-failed',
  'stopped',
  'paused',
  'rejected',
  'throttled',
  'stream-broken',
  'no-result',
  'bad-reply',
  'timed-out',
  'disconnected',
  'stale-connection',
  'generator-fault',
  'dropped',
  'unfinished',
  'interrupted',
  'partial',
  'succeeded',
] as const satisfies readonly OutcomeKind[]
