import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ClosedPhase } from '../../src/core/plan.ts'
import { micros } from '../../src/core/units.ts'
import { slotSpans } from '../../src/load/closed-loop.ts'
import { closedPhase, ms, s } from '../helpers/samples.ts'
import { loopRun } from '../helpers/virtual-loop.ts'

function runsOnly(over: Partial<ClosedPhase> & { readonly runs: number }): ClosedPhase {
  const { length: _, ...phase } = closedPhase(over)
  return phase
}
const times = (sent: readonly { readonly at: number }[]) => sent.map(({ at }) => at / 1000)

describe('a closed phase', () => {
  test('a slot sends when its last exchange has ended', async () => {
    const { sent, end } = await loopRun(closedPhase({ from: 1, to: 1, length: ms(350) }), { latency: () => ms(100) })
    expect(times(sent)).toEqual([0, 100, 200, 300])
    expect(end).toEqual({ at: ms(350), notReached: 0 })
  })

  test('think time counts from the end of the exchange, and the intended time is when it is over', async () => {
    const { sent } = await loopRun(closedPhase({ from: 1, to: 1, think: ms(50), length: ms(400) }), {
      latency: ({ n }) => ms(10 * (n + 1)),
    })
    expect(times(sent)).toEqual([0, 60, 130, 210, 300])
    expect(sent.map(({ at }) => at)).toEqual(sent.map(({ intended }) => intended))
  })

  test('each slot goes at its own pace, and numbers are given in order of sending', async () => {
    const { sent } = await loopRun(closedPhase({ from: 2, to: 2, length: ms(100) }), { latency: ({ slot }) => ms(slot === 0 ? 30 : 50) })
    expect(sent.filter(({ slot }) => slot === 0).map(({ at }) => at / 1000)).toEqual([0, 30, 60, 90])
    expect(sent.filter(({ slot }) => slot === 1).map(({ at }) => at / 1000)).toEqual([0, 50])
    expect(sent.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('it ends at its length whatever is still under way', async () => {
    const { sent, end, clock } = await loopRun(closedPhase({ length: ms(500) }), { latency: () => s(60) })
    expect(sent).toHaveLength(4)
    expect([end.at, clock.now()]).toEqual([ms(500), ms(500)])
  })

  test('nothing is sent at its very end, nor after it', async () => {
    const { sent, clock } = await loopRun(closedPhase({ from: 1, to: 1, length: ms(300) }), { latency: () => ms(100) })
    await clock.run(clock.sleepUntil(s(5)))
    expect(times(sent)).toEqual([0, 100, 200])
  })

  test('a ramp up adds slots one by one, evenly', async () => {
    const { sent } = await loopRun(closedPhase({ from: 1, to: 4, length: ms(400) }), { latency: () => s(10) })
    expect(times(sent)).toEqual([0, 100, 200, 300])
  })

  test('a ramp down retires slots one by one, evenly, without cutting what they have under way', async () => {
    const { sent } = await loopRun(closedPhase({ from: 4, to: 1, length: ms(400) }), { latency: () => ms(40) })
    const last = [0, 1, 2, 3].map((slot) => sent.findLast((release) => release.slot === slot)!.at / 1000)
    expect(last).toEqual([360, 280, 160, 80])
  })

  test('a ramp holds each of its numbers of slots equally long', () => {
    const slots = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(slots, slots, fc.integer({ min: 1000, max: 1e7 }), (from, to, length) => {
        const spans = slotSpans({ from, to, length: micros(length) })
        const levels = Math.abs(to - from) + 1
        expect(spans).toHaveLength(Math.max(from, to))
        for (let level = 0; level < levels; level++) {
          const middle = ((level + 0.5) / levels) * length
          const open = spans.filter((span) => span.from <= middle && middle < (span.to ?? length)).length
          expect(open).toBe(from + Math.sign(to - from) * level)
        }
      }),
    )
  })

  test('a number of runs is sent exactly, and the phase ends with the last of them', async () => {
    const { sent, end } = await loopRun(runsOnly({ from: 3, to: 3, runs: 7 }), { latency: ({ n }) => ms(10 + n) })
    expect(sent).toHaveLength(7)
    expect(end).toEqual({ at: Math.max(...sent.map(({ n, at }) => at + ms(10 + n))), planned: 7, notReached: 0 })
  })

  test('fewer runs than slots are no more than that', async () => {
    const { sent, end } = await loopRun(runsOnly({ from: 8, to: 8, runs: 3 }), { latency: () => ms(10) })
    expect(sent).toHaveLength(3)
    expect(end).toEqual({ at: ms(10), planned: 3, notReached: 0 })
  })

  test('slots that still think do not hold a phase open whose runs have all ended', async () => {
    const { end, clock } = await loopRun(runsOnly({ from: 2, to: 2, runs: 3, think: s(5) }), { latency: ({ slot }) => ms(10 + slot! * 5) })
    expect(end.at).toBe(s(5) + ms(20))
    expect(clock.now()).toBe(end.at)
  })

  test('of a length and a number of runs, the first to come ends it', async () => {
    const both = closedPhase({ from: 1, to: 1, runs: 5, length: ms(250) })
    expect((await loopRun(both, { latency: () => ms(10) })).end).toEqual({ at: ms(50), planned: 5, notReached: 0 })
    expect((await loopRun(both, { latency: () => ms(100) })).end).toEqual({ at: ms(250), planned: 5, notReached: 2 })
  })

  test('slots yet to come do not hold a ramp open whose runs have all ended', async () => {
    const { end, clock } = await loopRun(closedPhase({ from: 1, to: 2, runs: 1, length: s(10) }), { latency: () => ms(10) })
    expect([end.at, clock.now()]).toEqual([ms(10), ms(10)])
  })

  test('told to stop it ends at once, and says how many runs it had not reached', async () => {
    const { sent, end } = await loopRun(runsOnly({ from: 2, to: 2, runs: 10 }), { latency: () => ms(100), abortAt: ms(250) })
    expect(sent).toHaveLength(6)
    expect(end).toEqual({ at: ms(250), planned: 10, notReached: 4 })
    expect((await loopRun(closedPhase(), { latency: () => ms(100), abortAt: ms(250) })).end).toEqual({ at: ms(250), notReached: 0 })
  })

  test('where nothing may be sent any more its slots end', async () => {
    const { sent, end } = await loopRun(runsOnly({ from: 2, to: 2, runs: 10 }), { latency: () => ms(100), overFrom: 4 })
    expect(sent).toHaveLength(4)
    expect(end).toEqual({ at: ms(200), planned: 10, notReached: 6 })
  })

  test('what is dropped is one of its runs, and the slot goes on after its think time', async () => {
    const { sent, dropped, end } = await loopRun(runsOnly({ from: 2, to: 2, runs: 4, think: ms(10) }), {
      latency: () => ms(25),
      inFlight: 1,
    })
    expect(sent.map(({ n }) => n)).toEqual([0])
    expect(dropped.map(({ n }) => n)).toEqual([1, 2, 3])
    expect(end.notReached).toBe(0)
  })

  test('a slot that waits for leave intends to send when it gets it', async () => {
    const { sent } = await loopRun(closedPhase({ from: 1, to: 1, length: ms(100) }), {
      latency: () => ms(60),
      permit: async (intended, clock) => {
        await clock.sleepUntil(micros(intended + ms(7)))
        return clock.now()
      },
    })
    expect(sent.map(({ intended, at }) => [intended / 1000, at / 1000])).toEqual([
      [7, 7],
      [74, 74],
    ])
  })

  test('leave that comes after the slot was retired, or never, sends nothing', async () => {
    const late = await loopRun(closedPhase({ from: 2, to: 1, length: ms(100) }), {
      latency: () => ms(500),
      permit: async (_, clock) => {
        await clock.sleepUntil(ms(60))
        return clock.now()
      },
    })
    expect(late.sent.map(({ slot }) => slot)).toEqual([0])
    expect((await loopRun(runsOnly({ runs: 3 }), { permit: async () => undefined })).end).toEqual({ at: 0, planned: 3, notReached: 3 })
  })
})
