import type { RunExample } from '../../core/nodes-summary.ts'
import type { Sample } from '../../core/sample.ts'
import type { Anatomy } from './anatomy.ts'

/** More bars than this cannot be read in one drawing. */
const MOST_SPANS = 60

/** A run as it can be drawn: containers before what runs in them, in order of their start. */
export function exampleOf({ seq, workflowRunId, marks }: Sample, { timeline, path }: Anatomy): RunExample {
  const { began, ended, timed } = timeline
  const critical = new Set(path.flatMap((step) => (step.kind === 'node' && step.timed ? [step.timed] : [])))
  const from = marks.intended
  return {
    seq,
    ...(workflowRunId !== undefined && { workflowRunId }),
    responseUs: (marks.finished ?? ended) - from,
    beganUs: began - from,
    endedUs: ended - from,
    spans: timed.slice(0, MOST_SPANS).map((one) => {
      const { nodeId, title, type, status, parent, round } = one.node
      return {
        nodeId,
        title,
        type,
        ...(status !== undefined && { status }),
        ...(parent !== undefined && { parent }),
        ...(round !== undefined && { round }),
        startUs: one.start - from,
        finishUs: one.finish - from,
        critical: critical.has(one),
      }
    }),
    left: Math.max(0, timed.length - MOST_SPANS),
  }
}
