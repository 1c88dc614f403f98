import type { Cancel } from '../core/clock.ts'
import { type Micros, micros } from '../core/units.ts'
import type { Happening } from './happenings.ts'
import type { Share } from './pace.ts'
import type { Script } from './script.ts'

/** A script under way. */
export interface PlayedScript {
  /** How far it is: µs that it takes with the core to itself. */
  into(at: Micros): Micros
  callOff(): void
}

/**
 * Lets a script happen on a share of a core, from `begins` on: what is due is told in order, as soon as the core has come to it, and then the
 * end. Without `tell` nothing is told before the end.
 */
export function playScript(
  { happenings, endsAt }: Script,
  { share, begins }: { readonly share: Share; readonly begins: Micros },
  { tell, end }: { readonly tell?: ((happening: Happening, at: Micros) => void) | undefined; readonly end: (at: Micros) => void },
): PlayedScript {
  const from = share.work(begins)
  const into = (at: Micros) => micros(share.work(at) - from)
  let next = tell ? 0 : happenings.length
  let step: Cancel | undefined

  function advance(at: Micros): void {
    for (; next < happenings.length && happenings[next]!.at <= into(at); next++) tell?.(happenings[next]!, at)
    const then = happenings[next]?.at ?? endsAt
    if (then > into(at)) step = share.after(micros(from + then), advance)
    else end(at)
  }
  advance(begins)
  return { into, callOff: () => step?.() }
}
