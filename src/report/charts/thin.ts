/** A point of a line; `undefined` where there is nothing, which breaks the line. */
export interface Point {
  readonly x: number
  readonly y: number | undefined
}

/**
 * At most `most` points (at least 4) of the same shape: of each bucket of neighbours the first lowest and the first highest, in their order,
 * so that no spike is lost. A bucket without any value keeps one gap. As many as there are where they are few enough.
 */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points
  const buckets = Math.max(2, Math.floor(most / 2))
  const kept: Point[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    const own = points.slice(Math.floor((bucket * points.length) / buckets), Math.floor(((bucket + 1) * points.length) / buckets))
    const told = own.filter((point) => point.y !== undefined)
    if (told.length === 0) {
      kept.push(own[0]!)
      continue
    }
    let [low, high] = [told[0]!, told[0]!]
    for (const point of told) {
      if (point.y! < low.y!) low = point
      if (point.y! > high.y!) high = point
    }
    if (low === high) kept.push(low)
    else kept.push(...(low.x < high.x ? [low, high] : [high, low]))
  }
  return kept
}

/** Neighbours together, in at most `most` groups that differ by one in size at most. */
export function grouped<Item>(items: readonly Item[], most: number): readonly (readonly Item[])[] {
  const groups = Math.min(most, items.length)
  return Array.from({ length: groups }, (_, at) =>
    items.slice(Math.floor((at * items.length) / groups), Math.floor(((at + 1) * items.length) / groups)),
  )
}
