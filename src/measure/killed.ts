import type { LogLine } from '../core/record.ts'
import { type Mode, NOTHING_HEARD, type Sample } from '../core/sample.ts'

/** An exchange that was released and has not ended. */
export type Opened = Extract<LogLine, { open: number }>

/** What can be said of an exchange that was under way when the run was killed. */
export function killed({ open, phase, n, inputSet, intended, at }: Opened, mode: Mode, last: number): Sample {
  return {
    seq: open,
    phase,
    n,
    inputSet,
    mode,
    marks: { intended, released: at },
    ended: last as Sample['marks']['intended'],
    outcome: { kind: 'interrupted', detail: 'killed' },
    ...NOTHING_HEARD,
  }
}
