/** A stretch from `start` to `finish`, which is not before it. */
export interface Interval {
  readonly start: number
  readonly finish: number
}

/** How much of [`from`, `to`] the intervals cover together, each moment counted once. 0 where there is none. */
export function covered(intervals: readonly Interval[], { start: from, finish: to }: Interval): number {
  let [sum, reached] = [0, from]
  for (const { start, finish } of intervals.toSorted((a, b) => a.start - b.start)) {
    const [begin, end] = [Math.max(start, reached), Math.min(finish, to)]
    if (end <= begin) continue
    sum += end - begin
    reached = end
  }
  return sum
}
