import type { Sample } from '../core/sample.ts'

/** Why a run is ended early although nobody asked: there is nothing to measure. */
export interface EarlyEnd {
  readonly because: 'key' | 'unreachable'
  readonly text: string
}

const FIRST = 20

/**
 * Watches for a target that answers nobody: a key that stopped working (any 401 or 403), or the first 20 exchanges to end all rejected or
 * disconnected. Gives the reason once, with the sample that shows it.
 */
export function createEarlyEndWatch(): (sample: Sample) => EarlyEnd | undefined {
  let ended = 0
  let hopeless = true
  let said = false
  return ({ outcome, httpStatus }) => {
    if (said || outcome.kind === 'dropped' || outcome.kind === 'interrupted') return undefined
    ended++
    if (outcome.kind !== 'rejected' && outcome.kind !== 'disconnected') hopeless = false
    const detail = outcome.detail ?? outcome.kind
    if (outcome.kind === 'rejected' && (httpStatus === 401 || httpStatus === 403)) {
      said = true
      return { because: 'key', text: `The key stopped working (${detail}); sending was ended.` }
    }
    if (hopeless && ended === FIRST) {
      said = true
      return {
        because: 'unreachable',
        text: `The first ${FIRST} exchanges were all refused or found no connection (the last: ${detail}); sending was ended.`,
      }
    }
    return undefined
  }
}
