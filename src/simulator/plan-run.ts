import { unreachable } from '../core/errors.ts'
import type { Mode, OutcomeKind } from '../core/sample.ts'
import { drawsOf } from './draws.ts'
import { PLAYS, type Play, type Profile } from './profile-schema.ts'

/** What run `n` is made to be, decided when its request arrives. */
export interface RunPlan {
  readonly play: Play
  /** Several plays come in two forms: which of them. */
  readonly form: 'first' | 'second'
  /** How far the run gets where it is cut short: a share of its length. */
  readonly cutAt: number
  /** How a client must book it, unless a person stops it. */
  readonly outcome: OutcomeKind
}

const ALWAYS_WELL: RunPlan = { play: 'succeeded', form: 'first', cutAt: 0.5, outcome: 'succeeded' }

/** Draws by the profile's shares. In blocking mode there is no stream to break and no worker to lose: a broken stream is a connection that ends without reply, a lost worker changes nothing. */
export function planRun(profile: Profile, { seed, n, mode }: { readonly seed: number; readonly n: number; readonly mode: Mode }): RunPlan {
  if (Object.keys(profile.outcomes).length === 0) return ALWAYS_WELL
  const random = drawsOf(seed, 'outcome', n)
  const point = random()
  const form = random() < 0.5 ? 'first' : 'second'
  const cutAt = 0.2 + 0.6 * random()
  const play = forMode(playAt(profile, point), mode)
  return { play, form, cutAt, outcome: outcomeOf(play) }
}

function playAt(profile: Profile, point: number): Play {
  let upTo = 0
  for (const play of PLAYS) {
    upTo += profile.outcomes[play] ?? 0
    if (point < upTo) return play
  }
  return 'succeeded'
}

function forMode(play: Play, mode: Mode): Play {
  if (mode === 'streaming') return play
  if (play === 'stream-broken') return 'disconnected'
  return play === 'no-result' ? 'succeeded' : play
}

function outcomeOf(play: Play): OutcomeKind {
  switch (play) {
    case 'hang':
      return 'timed-out'
    case 'succeeded':
    case 'partial':
    case 'workflow-failed':
    case 'stopped':
    case 'paused':
    case 'rejected':
    case 'throttled':
    case 'stream-broken':
    case 'no-result':
    case 'bad-reply':
    case 'disconnected':
      return play
    default:
      return unreachable(play)
  }
}
