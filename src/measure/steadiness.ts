import type { PhaseSummary } from '../core/phase-summary.ts'
import type { Phase } from '../core/plan.ts'
import { SECOND } from '../core/units.ts'
import { largest } from '../stats/extremes.ts'
import { mannKendall, type Point, theilSen } from '../stats/trend.ts'

/** How a phase is not steady: a trend over its length as a share of the median, or a beginning so many times as slow as the median second. */
export type Unsteady =
  | { readonly of: 'response_time' | 'in flight'; readonly change: number; readonly p: number }
  | { readonly of: 'beginning'; readonly seconds: number; readonly times: number }

const TREND_P = 0.01
const NOTABLE_CHANGE = 0.1
/** Part of a second at a phase's edge that is too short to be a bin. */
const SHORTEST_BIN = 0.5 * SECOND
/** The first runs after a server's start take 5 to 10 times as long, and a burst can stand still for 30 s. A single second is as slow by chance, but hardly the first and no other. */
const SLOW_START = { times: 3, within: 30, bins: 6 } as const

/** Every way in which a phase of steady load was not steady; none for a ramp. */
export function unsteady(name: string, summary: PhaseSummary, planned: readonly Phase[]): readonly Unsteady[] {
  if (planned.some((one) => one.name === name && isRamp(one))) return []
  const { beganUs, endedUs, series } = summary
  const bins = series.seconds.filter(({ second }) => {
    const from = Math.max(beganUs, second * SECOND)
    return Math.min(endedUs, (second + 1) * SECOND) - from >= SHORTEST_BIN
  })
  const response = bins.flatMap(({ second, p50 }): Point[] => (p50 === undefined ? [] : [[second, p50]]))
  const inFlight = bins.map((bin): Point => [bin.second, bin.inFlight])
  const seconds = (endedUs - beganUs) / SECOND
  const trends = (
    [
      ['response_time', response],
      ['in flight', inFlight],
    ] as const
  ).flatMap(([of, points]): Unsteady[] => {
    const trend = trendOf(points, seconds)
    return trend ? [{ of, ...trend }] : []
  })
  return [...trends, ...slowStart(response)]
}

const isRamp = ({ from, to }: Phase): boolean => from !== to

/** A trend that is both large and no chance, as a share of the median over the whole length. */
function trendOf(points: readonly Point[], length: number): { readonly change: number; readonly p: number } | undefined {
  const slope = theilSen(points)
  const test = mannKendall(points)
  if (slope === undefined || !test || test.p >= TREND_P) return undefined
  const median = middle(points)
  const change = median > 0 ? (slope * length) / median : 0
  return Math.abs(change) > NOTABLE_CHANGE ? { change, p: test.p } : undefined
}

/** First seconds that were slower than any later one, and three times as slow as the median second. */
function slowStart(points: readonly Point[]): readonly Unsteady[] {
  if (points.length < SLOW_START.bins) return []
  const slow = SLOW_START.times * middle(points)
  const after = points.findIndex(([, value]) => value < slow)
  const start = points.slice(0, after)
  const slowest = largest(points.slice(after).map(([, value]) => value))
  if (after < 1 || start.some(([, value]) => value <= slowest)) return []
  const seconds = points[after]![0] - points[0]![0]
  if (seconds > SLOW_START.within + 1) return []
  return [{ of: 'beginning', seconds, times: Math.min(...start.map(([, value]) => value)) / middle(points) }]
}

const middle = (points: readonly Point[]): number => points.map(([, value]) => value).sort((a, b) => a - b)[points.length >> 1]!
