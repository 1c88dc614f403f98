import type { Sample } from '../../src/core/sample.ts'

/** What of a sample does not depend on when its bytes came, nor on how many came in one read. */
export function withoutTimes(sample: Sample): unknown {
  const {
    marks,
    ended,
    nodes,
    textGaps,
    pingGaps,
    longestGap,
    coalescedEvents: _,
    cut: __,
    connection: ___,
    reused: ____,
    ...rest
  } = sample
  return {
    ...rest,
    marks: Object.keys(marks).sort(),
    ended: ended !== undefined,
    textGaps: textGaps.length,
    pingGaps: pingGaps?.length,
    longestGap: longestGap !== undefined,
    nodes: nodes.map(({ started, finished, order: _____, ...node }) => ({
      ...node,
      started: started !== undefined,
      finished: finished !== undefined,
    })),
  }
}
