import { describe, expect, test } from 'vitest'
import { perSecond } from '../../src/core/units.ts'
import { ms, openPhase, s } from '../helpers/samples.ts'
import { loopRun } from '../helpers/virtual-loop.ts'

const fiveIn500ms = openPhase({ length: ms(500) })
const times = (sent: readonly { readonly at: number }[]) => sent.map(({ at }) => at / 1000)

describe('an open phase', () => {
  test('a slow server does not slow the sending', async () => {
    const { sent, end } = await loopRun(fiveIn500ms, { latency: () => s(60) })
    expect(times(sent)).toEqual([0, 100, 200, 300, 400])
    expect(sent.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4])
    expect(end).toEqual({ at: ms(500), planned: 5, notReached: 0 })
  })

  test('past the in-flight limit a release is dropped, not sent late, and keeps its number', async () => {
    const { sent, dropped, end } = await loopRun(fiveIn500ms, { latency: () => ms(250), inFlight: 2 })
    expect(times(sent)).toEqual([0, 100, 300, 400])
    expect(dropped).toEqual([{ n: 2, intended: ms(200) }])
    expect(end).toEqual({ at: ms(500), planned: 5, notReached: 0 })
  })

  test('it ends at its length, not at its last send, nor with its last exchange', async () => {
    const { end, clock } = await loopRun(openPhase({ from: perSecond(1), to: perSecond(1), length: ms(2500) }), { latency: () => s(9) })
    expect([end.at, clock.now()]).toEqual([ms(2500), ms(2500)])
  })

  test('it begins when it is told to', async () => {
    const { sent, end } = await loopRun(fiveIn500ms, { startAt: ms(70) })
    expect(times(sent)).toEqual([70, 170, 270, 370, 470])
    expect(end.at).toBe(ms(570))
  })

  test('a loop that comes late sends what is due at once, each with its own intended time', async () => {
    const clock = (await loopRun(fiveIn500ms)).clock
    const { sent } = await loopRun(fiveIn500ms, { startAt: ms(250), clock })
    expect(sent.map(({ intended }) => intended / 1000)).toEqual([250, 350, 450, 550, 650])
    expect(times(sent)).toEqual([500, 500, 500, 550, 650])
  })

  test('told to stop in the middle it ends at once, and says how many it had not reached', async () => {
    const { sent, end } = await loopRun(fiveIn500ms, { abortAt: ms(250) })
    expect(sent).toHaveLength(3)
    expect(end).toEqual({ at: ms(250), planned: 5, notReached: 2 })
  })

  test('told to stop after its last send it had reached all of them', async () => {
    expect((await loopRun(fiveIn500ms, { abortAt: ms(450) })).end).toEqual({ at: ms(450), planned: 5, notReached: 0 })
  })

  test('where nothing may be sent any more, what was not is counted as not reached', async () => {
    const { sent, end } = await loopRun(fiveIn500ms, { overFrom: 2 })
    expect(sent).toHaveLength(2)
    expect(end).toEqual({ at: ms(200), planned: 5, notReached: 3 })
  })

  test('planned = sent + dropped + not reached, whenever it is stopped', async () => {
    const phase = openPhase({ arrivals: 'poisson', to: perSecond(40), length: s(2) })
    const all = (await loopRun(phase)).sent.length
    for (let at = 0; at <= 2000; at += 100) {
      const { sent, dropped, end } = await loopRun(phase, { abortAt: ms(at), latency: () => ms(150), inFlight: 3 })
      expect(end.planned).toBe(all)
      expect(sent.length + dropped.length + end.notReached).toBe(all)
    }
  })
})
