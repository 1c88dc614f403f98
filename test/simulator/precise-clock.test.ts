import { afterAll, describe, expect, it } from 'vitest'
import { type Micros, micros } from '../../src/core/units.ts'
import { startPreciseClock } from '../../src/simulator/precise-clock.ts'

const clock = startPreciseClock()
const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve))

afterAll(() => clock.close())

describe('the precise clock', () => {
  it('wakes what is due already in the next turn of the loop, in order of its time and never inside the call that asks', async () => {
    const woken: string[] = []
    clock.at(clock.now(), () => woken.push('later'))
    clock.at(micros(0), () => {
      woken.push('earlier')
      clock.at(micros(0), () => woken.push('asked for by the earlier'))
    })
    clock.at(micros(0), () => woken.push('cancelled'))()
    expect(woken).toEqual([])
    await nextTurn()
    expect(woken).toEqual(['earlier', 'asked for by the earlier', 'later'])
  })

  it('wakes nobody early, and all, where alarms are overtaken by others and by what is due already', async () => {
    const early: Micros[] = []
    const since = clock.now()
    const moments = [4000, 1000, 0, 3000, 1000, 2000].map((after) => micros(since + after))
    await Promise.all(
      moments.map(
        (at) =>
          new Promise<void>((resolve) =>
            clock.at(at, () => {
              if (clock.now() < at) early.push(at)
              clock.at(at, resolve)
            }),
          ),
      ),
    )
    expect(early).toEqual([])
  })
})
