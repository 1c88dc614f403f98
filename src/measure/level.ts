import { createColumn } from './column.ts'

/** How many of something there were at each moment: exchanges in flight, connections open. */
export interface Level {
  /** The integral over [from, to), in µs. */
  area(from: number, to: number): number
  /** By area; 0 for an empty stretch. */
  mean(from: number, to: number): number
  /** The most there were at once for longer than no time at all within [from, to). */
  max(from: number, to: number): number
}

/** Takes beginnings and endings in any order. */
export interface LevelRecorder {
  up(at: number): void
  down(at: number): void
  /** Endings not heard of are taken to come after all that is asked for. */
  read(): Level
}

export function createLevel(): LevelRecorder {
  const ups = createColumn()
  const downs = createColumn()
  return {
    up: (at) => ups.push(at),
    down: (at) => downs.push(at),
    read: () => readLevel(Float64Array.from(ups.view()).sort(), Float64Array.from(downs.view()).sort()),
  }
}

function readLevel(ups: Float64Array, downs: Float64Array): Level {
  const size = ups.length + downs.length
  const times = new Float64Array(size)
  const levels = new Int32Array(size)
  /** The integral from the first time to each time. */
  const areas = new Float64Array(size)
  let [up, level, steps] = [0, 0, 0]
  for (let down = 0; up < ups.length || down < downs.length; ) {
    const rises = down >= downs.length || (up < ups.length && ups[up]! < downs[down]!)
    const at = rises ? ups[up++]! : downs[down++]!
    const before = level
    level += rises ? 1 : -1
    if (steps > 0 && times[steps - 1] === at) {
      levels[steps - 1] = level
      continue
    }
    times[steps] = at
    areas[steps] = steps === 0 ? 0 : areas[steps - 1]! + before * (at - times[steps - 1]!)
    levels[steps++] = level
  }
  /** The last step at or before `at`, −1 where there is none. */
  const stepAt = (at: number) => {
    let [low, high] = [0, steps]
    while (low < high) {
      const middle = (low + high) >> 1
      if (times[middle]! <= at) low = middle + 1
      else high = middle
    }
    return low - 1
  }
  const areaUntil = (at: number) => {
    const step = stepAt(at)
    return step < 0 ? 0 : areas[step]! + levels[step]! * (at - times[step]!)
  }
  const area = (from: number, to: number) => (to > from ? areaUntil(to) - areaUntil(from) : 0)
  return {
    area,
    mean: (from, to) => (to > from ? area(from, to) / (to - from) : 0),
    max(from, to) {
      if (to <= from) return 0
      let most = 0
      for (let step = Math.max(0, stepAt(from)); step < steps && times[step]! < to; step++) most = Math.max(most, levels[step]!)
      return most
    },
  }
}
