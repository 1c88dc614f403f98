import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import type { Clock } from '../core/clock.ts'
import type { MachineSecond } from '../core/record.ts'
import { micros, SECOND } from '../core/units.ts'

export interface MonitorOptions {
  readonly clock: Clock
  /** Wall-clock time at the clock's zero, in ms. */
  readonly zeroWall: number
  readonly inFlight: () => number
  readonly connectionsOpen: () => number
  /** Process whose CPU time counts as idle: our own simulator. */
  readonly simulatorPid?: number | undefined
  readonly accept: (second: MachineSecond) => void
}

/** The sampling step of the loop-delay histogram, which is part of each value it gives. */
const STEP_MS = 1

/** Watches this process and its machine, once a second, until stopped; a last, shorter second is told at the stop. */
export function startMachineMonitor({ clock, zeroWall, inFlight, connectionsOpen, simulatorPid, accept }: MonitorOptions): {
  stop(): void
} {
  const delay = monitorEventLoopDelay({ resolution: STEP_MS })
  delay.enable()
  let gc = { count: 0, total: 0, longest: 0 }
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      gc = { count: gc.count + 1, total: gc.total + duration, longest: Math.max(gc.longest, duration) }
  })
  observer.observe({ entryTypes: ['gc'] })
  let cpuBefore = process.cpuUsage()
  let machineBefore = machineTimes(simulatorPid)
  let before = clock.now()

  const beyondStep = (nanoseconds: number) => micros(Math.max(0, nanoseconds / 1e3 - STEP_MS * 1e3) || 0)

  function tell(): void {
    const at = clock.now()
    const elapsed = Math.max(1, at - before)
    const cpu = process.cpuUsage(cpuBefore)
    const machine = machineTimes(simulatorPid)
    const idle = idleShare(machineBefore, machine)
    accept({
      at,
      loop: { p50: beyondStep(delay.percentile(50)), p99: beyondStep(delay.percentile(99)), max: beyondStep(delay.max) },
      cpu: round((cpu.user + cpu.system) / elapsed),
      ...(idle !== undefined && { machineIdle: round(idle) }),
      gc: { count: gc.count, total: micros(gc.total * 1e3), longest: micros(gc.longest * 1e3) },
      inFlight: inFlight(),
      connectionsOpen: connectionsOpen(),
      clockOffset: micros((Date.now() - zeroWall) * 1e3 - at),
    })
    delay.reset()
    gc = { count: 0, total: 0, longest: 0 }
    ;[before, cpuBefore, machineBefore] = [at, process.cpuUsage(), machine]
  }

  const timer = setInterval(tell, SECOND / 1e3)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      tell()
      observer.disconnect()
      delay.disable()
    },
  }
}

const round = (share: number): number => Math.round(share * 1e4) / 1e4

interface MachineTimes {
  readonly idle: number
  readonly total: number
  /** CPU time of the simulator, in ms. */
  readonly simulator: number
}

function machineTimes(simulatorPid: number | undefined): MachineTimes {
  let [idle, total] = [0, 0]
  for (const { times } of cpus()) {
    idle += times.idle
    total += times.user + times.nice + times.sys + times.idle + times.irq
  }
  return { idle, total, simulator: simulatorPid === undefined ? 0 : processTimes(simulatorPid) }
}

/** Kernel clock ticks are a hundredth of a second on every Linux in use. */
const TICK_MS = 10

/** CPU time of another process in ms; 0 where the system has no /proc. */
function processTimes(pid: number): number {
  try {
    // The name in parentheses may hold blanks: count fields from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return 0
  }
}

function idleShare(before: MachineTimes, after: MachineTimes): number | undefined {
  const total = after.total - before.total
  if (total <= 0) return undefined
  return Math.min(1, (after.idle - before.idle + (after.simulator - before.simulator)) / total)
}
