import type { PhaseSeries, SecondSummary } from '../core/phase-summary.ts'
import type { OutcomeKind } from '../core/sample.ts'
import { SECOND } from '../core/units.ts'
import { quantile } from '../stats/order.ts'
import type { Column } from './column.ts'
import type { Level } from './level.ts'
import { createOutcomeCounter, type OutcomeCounts } from './outcome-count.ts'

/** A stretch of the run, in µs from its zero. */
interface Stretch {
  readonly began: number
  readonly ended: number
}

/** What a phase did in each second of it. */
export interface SeriesInput {
  readonly stretch: Stretch
  /** Moments of intention of all its exchanges. */
  readonly intended: Column
  /** Of its accepted exchanges, in order of intention; NaN where there is no response time. */
  readonly responses: { readonly intended: Float64Array; readonly response: Float64Array }
  /** Of all exchanges of the run that ended within the phase. */
  readonly endings: Iterable<Ending>
  readonly inFlight: Level
  readonly connections: Level
}

/** The end of one exchange. */
export interface Ending {
  readonly at: number
  readonly kind: OutcomeKind
  readonly accepted: boolean
}

/** An entry for each second that the phase touches; where it begins or ends within one, for its own part of that second. */
export function summariseSeries({ stretch, intended, responses, endings, inFlight, connections }: SeriesInput): PhaseSeries {
  const { began, ended } = stretch
  if (ended <= began) return { seconds: [] }
  const first = Math.floor(began / SECOND)
  const length = Math.ceil(ended / SECOND) - first
  const intentions = new Uint32Array(length)
  const completed = new Uint32Array(length)
  const outcomes: (ReturnType<typeof createOutcomeCounter> | undefined)[] = Array.from({ length })
  const place = (at: number) => Math.min(length - 1, Math.max(0, Math.floor(at / SECOND) - first))
  for (const at of intended.view()) intentions[place(at)]!++
  for (const { at, kind, accepted } of endings) {
    const second = place(at)
    if (accepted) completed[second]!++
    outcomes[second] ??= createOutcomeCounter()
    outcomes[second].add(kind)
  }
  const times = responsesBySecond(responses, place, length)
  return {
    seconds: Array.from({ length }, (_, i): SecondSummary => {
      const from = Math.max(began, (first + i) * SECOND)
      const to = Math.min(ended, (first + i + 1) * SECOND)
      const said: OutcomeCounts = outcomes[i]?.read() ?? {}
      return {
        second: first + i,
        intended: intentions[i]!,
        completed: completed[i]!,
        ...times[i],
        inFlight: inFlight.mean(from, to),
        connectionsOpen: connections.mean(from, to),
        outcomes: said,
      }
    }),
  }
}

function responsesBySecond(
  { intended, response }: SeriesInput['responses'],
  place: (at: number) => number,
  length: number,
): (Pick<SecondSummary, 'p50' | 'p95' | 'max'> | undefined)[] {
  const bySecond: number[][] = Array.from({ length }, () => [])
  intended.forEach((at, i) => {
    if (!Number.isNaN(response[i]!)) bySecond[place(at)]!.push(response[i]!)
  })
  return bySecond.map((values) => {
    if (values.length === 0) return undefined
    const ascending = Float64Array.from(values).sort()
    return { p50: quantile(ascending, 0.5)!, p95: quantile(ascending, 0.95)!, max: ascending.at(-1)! }
  })
}
