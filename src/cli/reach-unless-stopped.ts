import { Stopped } from '../run/stopped.ts'
import { startSystemClock } from '../run/system-clock.ts'
import type { RunSignals } from './signals.ts'

/**
 * What `reach` reached, with a clock for as long as it takes. A signal meanwhile ends it at once: nothing was sent, so nothing drains, and what
 * was reached is let go. Throws `Stopped` then, else what `reach` throws.
 */
export async function reachUnlessStopped<T extends { release(): Promise<unknown> }>(
  { stop, name }: RunSignals,
  reach: (clock: ReturnType<typeof startSystemClock>) => Promise<T>,
): Promise<T> {
  const clock = startSystemClock()
  try {
    const reached = await reach(clock)
    if (!stop.aborted) return reached
    await reached.release()
  } catch (error) {
    if (!stop.aborted) throw error
  } finally {
    clock.close()
  }
  throw new Stopped(name?.())
}
