import { afterAll, describe, expect, test } from 'vitest'
import type { MachineSecond } from '../../src/core/record.ts'
import { micros } from '../../src/core/units.ts'
import { startMachineMonitor } from '../../src/run/machine-monitor.ts'
import { startSystemClock } from '../../src/run/system-clock.ts'
import { warmPath } from '../../src/run/warm-path.ts'
import { ms } from '../helpers/samples.ts'

const clock = startSystemClock()
afterAll(() => clock.close())

/** Watches while `work` goes on; what was told. */
async function watch(work: () => Promise<void>, simulatorPid?: number): Promise<readonly MachineSecond[]> {
  const seconds: MachineSecond[] = []
  const monitor = startMachineMonitor({
    clock,
    zeroWall: clock.zeroWall,
    inFlight: () => 3,
    connectionsOpen: () => 4,
    simulatorPid,
    accept: (second) => seconds.push(second),
  })
  await work()
  monitor.stop()
  return seconds
}
const sleep = (milliseconds: number) => clock.sleepUntil(micros(clock.now() + milliseconds * 1000))

describe('what a second was like on our machine', () => {
  test('is told at the stop too, however short it was', async () => {
    const [second, ...more] = await watch(() => sleep(30))
    expect(more).toEqual([])
    expect(second).toMatchObject({ inFlight: 3, connectionsOpen: 4 })
    expect(second!.at).toBeLessThanOrEqual(clock.now())
    expect(second!.cpu).toBeGreaterThanOrEqual(0)
    expect(Math.abs(second!.clockOffset)).toBeLessThan(ms(50))
    const { p50, p99, max } = second!.loop
    expect(p50 >= 0 && p99 >= p50 && max >= p99).toBe(true)
    expect(JSON.parse(JSON.stringify(second))).toEqual(second)
  })

  test('shows a stall of our own loop', async () => {
    const [second] = await watch(async () => {
      await sleep(20)
      const until = clock.now() + ms(150)
      while (clock.now() < until);
      await sleep(20)
    })
    expect(second!.loop.max).toBeGreaterThan(ms(120))
    expect(second!.cpu).toBeGreaterThan(0.1)
  })

  test('counts the collections of garbage, and the longest is no longer than all of them', async () => {
    const [second] = await watch(async () => {
      const kept: number[][] = []
      for (let n = 0; n < 200; n++) {
        kept[n % 20] = Array.from({ length: 20_000 }, (_, i) => i)
        if (n % 20 === 0) await sleep(1)
      }
    })
    expect(second!.gc.count).toBeGreaterThan(0)
    expect(second!.gc.total).toBeGreaterThanOrEqual(second!.gc.longest)
  })

  test('a simulator that has gone is counted as nothing', async () => {
    const [second] = await watch(() => sleep(30), 2 ** 30)
    expect(second!.machineIdle ?? 0).toBeGreaterThanOrEqual(0)
    expect(second!.machineIdle ?? 0).toBeLessThanOrEqual(1)
  })
})

test('the path is warmed on a socket of our own, and nothing of it stays', async () => {
  const handles = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
  const before = handles()
  await warmPath(clock)
  await sleep(20)
  expect(handles()).toBeLessThanOrEqual(before)
})
