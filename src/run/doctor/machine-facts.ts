import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg, platform } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { micros, milliseconds } from '../../core/units.ts'
import { openFileLimit } from '../open-files.ts'
import type { SystemClock } from '../system-clock.ts'

/** What decides whether this machine can measure. Times in µs; what the system does not tell is absent. */
export interface MachineFacts {
  readonly node: string
  readonly needsNode: string
  readonly openFiles?: number
  readonly cores: number
  /** CPUs that the control group of this process may use. */
  readonly quota?: number
  /** Mean number of programs that wanted a CPU in the last minute. */
  readonly load?: number
  /** Where the kernel takes time from. */
  readonly clockSource?: string
  /** Smallest step of the clock that was seen, and what one reading costs. */
  readonly clockStep: number
  readonly clockCost: number
  /** How late sleepers were woken. */
  readonly late: { readonly p50: number; readonly p99: number }
  /** Delay of the idle event loop beyond its sampling step. */
  readonly loop: { readonly p99: number; readonly max: number }
}

/** Looks at this machine for about a third of a second. */
export async function readMachine(clock: SystemClock): Promise<MachineFacts> {
  const timing = await timingOf(clock)
  const [load] = loadavg()
  const openFiles = openFileLimit()
  const clockSource = read('/sys/devices/system/clocksource/clocksource0/current_clocksource')?.trim()
  const quota = quotaOf(read)
  return {
    node: process.versions.node,
    needsNode: neededNode(),
    cores: availableParallelism(),
    ...(openFiles !== undefined && { openFiles }),
    ...(quota !== undefined && { quota }),
    // Windows knows no load average and says 0.
    ...(load !== undefined && platform() !== 'win32' && { load }),
    ...(clockSource !== undefined && { clockSource }),
    ...clockOf(),
    ...timing,
  }
}

const SLEEPS = 60
const SLEEP = milliseconds(5)
/** The sampling step of the loop-delay histogram, which is part of each value it gives. */
const STEP_MS = 1

async function timingOf(clock: SystemClock): Promise<Pick<MachineFacts, 'late' | 'loop'>> {
  // The first sleep starts the clock's thread.
  await clock.sleepUntil(micros(clock.now() + SLEEP))
  const delay = monitorEventLoopDelay({ resolution: STEP_MS })
  delay.enable()
  const late: number[] = []
  for (let n = 0; n < SLEEPS; n++) {
    const due = micros(clock.now() + SLEEP)
    await clock.sleepUntil(due)
    late.push(clock.now() - due)
  }
  delay.disable()
  late.sort((a, b) => a - b)
  const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e3 - STEP_MS * 1e3) || 0
  return {
    late: { p50: late[Math.floor(SLEEPS / 2)]!, p99: late.at(-1)! },
    loop: { p99: beyond(delay.percentile(99)), max: beyond(delay.max) },
  }
}

const READINGS = 20_000

function clockOf(): Pick<MachineFacts, 'clockStep' | 'clockCost'> {
  let step = Number.POSITIVE_INFINITY
  const first = process.hrtime.bigint()
  let last = first
  for (let n = 0; n < READINGS; n++) {
    const now = process.hrtime.bigint()
    if (now > last) step = Math.min(step, Number(now - last) / 1e3)
    last = now
  }
  return { clockStep: step, clockCost: Number(last - first) / 1e3 / READINGS }
}

/** CPUs that a control group allows: version 2 in the group's own folder or at the top, version 1 after it. */
export function quotaOf(readFile: (path: string) => string | undefined): number | undefined {
  const own = /^0::(\/.*)$/m.exec(readFile('/proc/self/cgroup') ?? '')?.[1]
  const version2 = [own, '']
    .map((folder) => (folder === undefined ? undefined : readFile(`/sys/fs/cgroup${folder.replace(/\/$/, '')}/cpu.max`)))
    .find((text) => text !== undefined)
  const [quota, period] =
    version2 === undefined
      ? [readFile('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'), readFile('/sys/fs/cgroup/cpu/cpu.cfs_period_us')]
      : version2.trim().split(' ')
  const cpus = Number(quota) / Number(period)
  return quota !== undefined && cpus > 0 && Number.isFinite(cpus) ? cpus : undefined
}

function neededNode(): string {
  const { engines } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { engines: { node: string } }
  return engines.node.replace(/^>=/, '')
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
