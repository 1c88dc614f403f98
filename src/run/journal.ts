import type { Clock } from '../core/clock.ts'
import type { LogLine, RunNote } from '../core/record.ts'

/** Takes every line of a run's log as it happens: the file on disk, the live view. */
export type Journal = (line: LogLine) => void

/** Something a reader should know. */
export const note = (journal: Journal, clock: Clock, kind: RunNote, text: string): void => journal({ note: kind, at: clock.now(), text })
