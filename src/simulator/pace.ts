import type { Cancel } from '../core/clock.ts'
import { createHeap } from '../core/heap.ts'
import { type Micros, micros } from '../core/units.ts'

/** Calls `act` at the moment, or as soon after it as the server can. */
export type Schedule = (at: Micros, act: (at: Micros) => void) => Cancel

/** A process's core, which all that it does at one time have to share. */
export interface Pace {
  /** A run begins to use the core, and slows all others down where they are too many. */
  enter(at: Micros): Share
}

/** One run's part in a core, until it leaves. */
export interface Share {
  /** Calls `act` when the run has done so much `work` since it entered: µs that it takes with the core to itself. */
  after(work: Micros, act: (at: Micros) => void): Cancel
  /** The work that it has done at `at`. */
  work(at: Micros): Micros
  /** A second call does nothing. */
  leave(at: Micros): void
}

/** A core that nobody can slow down. */
export const endlessPace = (schedule: Schedule): Pace => ({
  enter: (entered) => ({
    after: (work, act) => schedule(micros(entered + work), act),
    work: (at) => micros(at - entered),
    leave() {},
  }),
})

interface Errand {
  /** On the core's own clock. */
  readonly due: number
  readonly order: number
  readonly act: (at: Micros) => void
  cancelled: boolean
}

/** Below this two moments of work are the same: a moment is whole µs, work is not. */
const SAME = 1e-3

/**
 * A core that carries `load` runs at full speed; past that all go at load ÷ runs of it (egalitarian processor sharing). Since all go at one
 * speed, one clock of work done stands for all of them, and only the next errand needs an alarm.
 */
export function createPace(load: number, schedule: Schedule): Pace {
  const errands = createHeap<Errand>((a, b) => a.due < b.due || (a.due === b.due && a.order < b.order))
  let [runs, order, done, since] = [0, 0, 0, 0]
  let alarm: { readonly due: number; readonly speed: number; readonly cancel: Cancel } | undefined
  let isRinging = false

  const speed = () => (runs <= load ? 1 : load / runs)
  const doneAt = (at: Micros) => done + (at - since) * speed()

  function advance(at: Micros): void {
    done = doneAt(at)
    since = at
  }

  function setAlarm(): void {
    if (isRinging) return
    while (errands.first?.cancelled) errands.pop()
    const next = errands.first
    if (alarm && alarm.due === next?.due && alarm.speed === speed()) return
    alarm?.cancel()
    alarm = undefined
    if (next) {
      const moment = micros(Math.ceil(since + (next.due - done) / speed() - SAME))
      alarm = { due: next.due, speed: speed(), cancel: schedule(moment, ring) }
    }
  }

  function ring(at: Micros): void {
    alarm = undefined
    advance(at)
    isRinging = true
    for (let next = errands.first; next && (next.cancelled || next.due <= done + SAME); next = errands.first) {
      errands.pop()
      if (!next.cancelled) next.act(at)
    }
    isRinging = false
    setAlarm()
  }

  return {
    enter(entered) {
      advance(entered)
      runs++
      const from = done
      let hasLeft = false
      setAlarm()
      return {
        after(work, act) {
          const errand: Errand = { due: from + work, order: order++, act, cancelled: false }
          errands.push(errand)
          setAlarm()
          return () => {
            errand.cancelled = true
          }
        },
        work: (at) => micros(Math.floor(doneAt(at) - from + SAME)),
        leave(at) {
          if (hasLeft) return
          hasLeft = true
          advance(at)
          runs--
          setAlarm()
        },
      }
    },
  }
}
