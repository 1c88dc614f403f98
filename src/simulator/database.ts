import { type Micros, micros } from '../core/units.ts'
import type { Schedule } from './pace.ts'
import { createSlots, type Leave } from './slots.ts'

/** A process's pool of database connections. */
export interface Database {
  /**
   * What every request does before its run: holds one connection for a while, takes a second one, and gives both back. Where all hold one
   * and want another, none goes on until the first have waited too long.
   */
  visit(at: Micros, { held, both }: { readonly held: Micros; readonly both: Micros }, then: Visited): void
  /** Requests that wait for a connection. */
  readonly waiting: number
}

interface Visited {
  done(at: Micros): void
  /** It waited longer than the pool allows, for its first connection or its second. */
  refused(at: Micros): void
}

/** `size`: connections in the pool and above it; `timeout`: how long one waits for one. */
export function createDatabase(size: number, timeout: Micros, schedule: Schedule): Database {
  const pool = createSlots(size)

  function take(at: Micros, taken: (at: Micros, giveBack: Leave) => void, refused: (at: Micros) => void): void {
    const tooLong = schedule(micros(at + timeout), (late) => {
      leave(late)
      refused(late)
    })
    const leave = pool.ask(at, (entered) => {
      tooLong()
      // A connection that was free is taken before there is a `leave`.
      taken(entered, (moment) => leave(moment))
    })
  }

  return {
    visit(at, { held, both }, then) {
      take(
        at,
        (first, giveFirst) => {
          schedule(micros(first + held), (asked) =>
            take(
              asked,
              (second, giveSecond) => {
                schedule(micros(second + both), (done) => {
                  giveSecond(done)
                  giveFirst(done)
                  then.done(done)
                })
              },
              (late) => {
                giveFirst(late)
                then.refused(late)
              },
            ),
          )
        },
        then.refused,
      )
    },
    get waiting() {
      return pool.waiting
    },
  }
}
