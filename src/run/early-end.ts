import type { TargetPlan } from '../core/plan.ts'
import type { Sample } from '../core/sample.ts'

/** Why a run is ended early although nobody asked: there is nothing to measure. */
export interface EarlyEnd {
  readonly because: 'key' | 'unreachable'
  readonly text: string
}

const FIRST = 20

/**
 * Watches for a target that answers nobody: a key that stopped working (any 401 or 403), a published version that it does not know, or the
 * first 20 exchanges to end all rejected or disconnected. Gives the reason once, with the sample that shows it.
 */
export function createEarlyEndWatch({ workflowId }: Pick<TargetPlan, 'workflowId'>): (sample: Sample) => EarlyEnd | undefined {
  let ended = 0
  let hopeless = true
  let said = false
  return (sample) => {
    const { outcome, httpStatus } = sample
    if (said || outcome.kind === 'dropped' || outcome.kind === 'interrupted') return undefined
    ended++
    if (outcome.kind !== 'rejected' && outcome.kind !== 'disconnected') hopeless = false
    const detail = outcome.detail ?? outcome.kind
    if (outcome.kind === 'rejected' && (httpStatus === 401 || httpStatus === 403)) {
      said = true
      return { because: 'key', text: `The key stopped working (${detail}); sending was ended.` }
    }
    const noVersion = workflowId === undefined ? undefined : versionRefusal(workflowId, sample)
    if (noVersion !== undefined) {
      said = true
      return { because: 'unreachable', text: `${noVersion} Sending was ended.` }
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

/** Why a version cannot be run, in words; undefined for any other ending. Only a run tells: no request that spends nothing does. */
function versionRefusal(workflowId: string, { outcome, httpStatus }: Sample): string | undefined {
  const { kind, detail = 'without a word' } = outcome
  if (kind !== 'rejected') return undefined
  if (httpStatus === 404)
    return detail.includes('not_found')
      ? `The app has no published version ${workflowId} (${detail}): check target.workflowId and that the key is of that app, or remove it to run the current version.`
      : `The server knows no path to run a published version (${detail}): an older Dify has none, so remove target.workflowId to run the current version.`
  return httpStatus === 400 && detail.includes('bad_request')
    ? `The server does not run version ${workflowId} (${detail}): only published versions can be run, so publish it, or remove target.workflowId to run the current version.`
    : undefined
}
