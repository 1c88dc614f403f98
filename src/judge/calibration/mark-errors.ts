import type { Spread } from '../../core/calibration.ts'
import type { Mark, Mode, Sample } from '../../core/sample.ts'
import type { TruthLine } from '../../core/truth.ts'
import { quantile } from '../../stats/order.ts'

/** Marks that stand for something that left the simulator, by mode. */
const MARKS: Readonly<Record<Mode, readonly Extract<Mark, 'firstEvent' | 'firstText' | 'finished'>[]>> = {
  streaming: ['firstEvent', 'firstText', 'finished'],
  blocking: ['finished'],
}

/** What left at a mark: the first of these kinds. */
const LEFT = {
  firstEvent: ['workflow_started'],
  firstText: ['text_chunk'],
  finished: ['workflow_finished', 'reply'],
} as const

export interface MarkErrors {
  /** Exchanges that both sides tell of. */
  readonly exchanges: number
  /** By mark, how far it was from the simulator's own moment, in µs; a mark that nothing can be said of is absent. */
  readonly errors: Readonly<Record<string, Spread>>
}

/** The marks of these exchanges held against the simulator's log of them. `zero`: what the log's clock read at the run's zero. */
export function markErrors(samples: readonly Sample[], truth: ReadonlyMap<string, TruthLine>, zero: number): MarkErrors {
  const known = samples.flatMap((sample) => {
    const line = sample.workflowRunId === undefined ? undefined : truth.get(sample.workflowRunId)
    return line ? [{ sample, line }] : []
  })
  const modes = [...new Set(known.map(({ sample }) => sample.mode))]
  const errors = modes
    .flatMap((mode) => MARKS[mode])
    .flatMap((mark) => {
      const off = known.flatMap(({ sample, line }) => {
        const seen = sample.marks[mark]
        const left = line.events.find(({ kind }) => (LEFT[mark] as readonly string[]).includes(kind))?.at
        return seen === undefined || left === undefined ? [] : [Math.abs(seen + zero - left)]
      })
      return off.length === 0 ? [] : [[mark, spreadOf(off)] as const]
    })
  return { exchanges: known.length, errors: Object.fromEntries(errors) }
}

/** The sample quantiles of at least one number. */
function spreadOf(values: readonly number[]): Spread {
  const ascending = values.toSorted((a, b) => a - b)
  return { p50: quantile(ascending, 0.5)!, p95: quantile(ascending, 0.95)! }
}
