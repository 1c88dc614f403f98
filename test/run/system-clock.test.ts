import { afterAll, describe, expect, test } from 'vitest'
import { type Micros, micros } from '../../src/core/units.ts'
import { startSystemClock } from '../../src/run/system-clock.ts'
import { s } from '../helpers/samples.ts'

const clock = startSystemClock()
afterAll(() => clock.close())
const soon = (milliseconds: number) => micros(clock.now() + milliseconds * 1000)

describe('real time', () => {
  test('begins at zero, goes on and never back, in whole microseconds', () => {
    const own = startSystemClock()
    let before = own.now()
    expect(before).toBeLessThan(s(1))
    for (let n = 0; n < 10_000; n++) {
      const now = own.now()
      expect(now >= before && Number.isInteger(now)).toBe(true)
      before = now
    }
    own.close()
  })

  test('is tied to the wall clock and to the system’s monotonic one', () => {
    expect(Math.abs(clock.zeroWall + clock.now() / 1000 - Date.now())).toBeLessThan(50)
    expect(Math.abs(clock.zeroMonotonic + clock.now() - Number(process.hrtime.bigint() / 1000n))).toBeLessThan(50_000)
  })

  test('no sleeper is woken early, in whatever order they lay down', async () => {
    const start = clock.now()
    const times = Array.from({ length: 60 }, (_, n) => micros(start + ((n * 37) % 60) * 500))
    const lateness = async (at: Micros) => {
      await clock.sleepUntil(at)
      return clock.now() - at
    }
    for (const late of await Promise.all(times.map(lateness))) expect(late).toBeGreaterThanOrEqual(0)
  })

  test('what has passed needs no sleep', async () => {
    await clock.sleepUntil(micros(0))
    await clock.sleepUntil(clock.now())
  })

  test('a sleeper that is told to stop wakes at once with the reason, and one that was told before does not lie down', async () => {
    const stop = new AbortController()
    const sleep = clock.sleepUntil(soon(60_000), stop.signal)
    stop.abort(new Error('enough'))
    await expect(sleep).rejects.toThrow('enough')
    await expect(clock.sleepUntil(soon(60_000), stop.signal)).rejects.toThrow('enough')
    // Others sleep on.
    await clock.sleepUntil(soon(3))
  })

  test('a timer wakes once, never early, and never from inside the call', async () => {
    const at = soon(4)
    const woken = new Promise<number>((resolve) => clock.at(at, () => resolve(clock.now())))
    expect(await woken).toBeGreaterThanOrEqual(at)
    let inside = true
    const past = new Promise<boolean>((resolve) => clock.at(micros(0), () => resolve(inside)))
    inside = false
    expect(await past).toBe(false)
  })

  test('a timer that was taken back never wakes', async () => {
    const cancel = clock.at(soon(2), () => expect.unreachable())
    cancel()
    cancel()
    await clock.sleepUntil(soon(8))
  })

  test('a timer beyond what Node can hold is set in stretches that it can', async () => {
    const warnings: string[] = []
    const warned = ({ name }: Error) => warnings.push(name)
    process.on('warning', warned)
    const cancel = clock.at(soon(30 * 24 * 3600 * 1000), () => expect.unreachable())
    await clock.sleepUntil(soon(8))
    cancel()
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })
})
