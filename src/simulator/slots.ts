import type { Micros } from '../core/units.ts'

/** Gives its place back, at that moment; a second call does nothing. Before the place was given it leaves the queue. */
export type Leave = (at: Micros) => void

export interface Slots {
  /** Asks for a place at `at`: `enter` is called at once, or when those before have left, with the moment it happened. First come, first served. */
  ask(at: Micros, enter: (at: Micros) => void): Leave
  readonly taken: number
  readonly waiting: number
}

/** A number of places with an endless queue before them. */
export function createSlots(count: number): Slots {
  const queue = new Set<{ readonly enter: (at: Micros) => void; entered: boolean }>()
  let taken = 0

  function admit(at: Micros): void {
    for (const place of queue) {
      if (taken >= count) return
      queue.delete(place)
      taken++
      place.entered = true
      place.enter(at)
    }
  }

  return {
    ask(at, enter) {
      const place = { enter, entered: false }
      queue.add(place)
      admit(at)
      let gone = false
      return (leftAt) => {
        if (gone) return
        gone = true
        if (queue.delete(place)) return
        taken--
        admit(leftAt)
      }
    },
    get taken() {
      return taken
    },
    get waiting() {
      return queue.size
    },
  }
}
