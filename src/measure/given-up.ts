import type { LogLine } from '../core/record.ts'
import type { RunSummary } from '../core/summary.ts'

/** Ids beyond this many would fill the page and help nobody. */
const MOST_IDS = 1000

/** Counts what came of stopping the runs that were given up. */
export function createGivenUp(): {
  take(line: Extract<LogLine, { stop: number }>): void
  read(): RunSummary['givenUp']
} {
  const counts = { stopped: 0, 'stop-failed': 0, 'no-task-id': 0, blocking: 0 }
  const mayStillRun: string[] = []
  return {
    take({ result, workflowRunId }) {
      counts[result]++
      if (result !== 'stopped' && workflowRunId !== undefined && mayStillRun.length < MOST_IDS) mayStillRun.push(workflowRunId)
    },
    read: () => ({
      stopped: counts.stopped,
      stopFailed: counts['stop-failed'],
      noTaskId: counts['no-task-id'],
      blocking: counts.blocking,
      mayStillRun,
    }),
  }
}
