import type { LogLine } from '../core/record.ts'
import type { RunSummary } from '../core/summary.ts'

/** Counts what came of stopping the runs that were given up. */
export function createGivenUp(): {
  take(line: Extract<LogLine, { stop: number }>): void
  read(): RunSummary['givenUp']
} {
  const counts = { stopped: 0, 'stop-failed': 0, 'no-task-id': 0, blocking: 0 }
  return {
    take({ result }) {
      counts[result]++
    },
    read: () => ({
      stopped: counts.stopped,
      stopFailed: counts['stop-failed'],
      noTaskId: counts['no-task-id'],
      blocking: counts.blocking,
    }),
  }
}
