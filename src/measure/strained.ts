import type { MachineSecond } from '../core/record.ts'
import { SECOND } from '../core/units.ts'
import { largest, smallest } from '../stats/extremes.ts'

/** The machines of a merged run as one, second by second: of each figure the worst of any, and what they had open together. */
export function strained(seconds: readonly MachineSecond[]): readonly MachineSecond[] {
  const bySecond = Map.groupBy(seconds, ({ at }) => Math.floor(at / SECOND))
  return [...bySecond].toSorted(([a], [b]) => a - b).map(([, alike]) => worstOf(alike))
}

function worstOf(alike: readonly MachineSecond[]): MachineSecond {
  const most = (of: (second: MachineSecond) => number) => largest(alike.map(of))
  const known = alike.flatMap(({ machineIdle }) => machineIdle ?? [])
  /** A machine may have two lines in one second: the later counts. */
  const latest = [...new Map(alike.map((second) => [second.shard, second])).values()]
  const together = (of: (second: MachineSecond) => number) => latest.reduce((sum, second) => sum + of(second), 0)
  const worst = (of: (second: MachineSecond) => MachineSecond['at']) => most(of) as MachineSecond['at']
  return {
    at: worst(({ at }) => at),
    loop: { p50: worst(({ loop }) => loop.p50), p99: worst(({ loop }) => loop.p99), max: worst(({ loop }) => loop.max) },
    cpu: most(({ cpu }) => cpu),
    ...(known.length > 0 && { machineIdle: smallest(known) }),
    gc: { count: most(({ gc }) => gc.count), total: worst(({ gc }) => gc.total), longest: worst(({ gc }) => gc.longest) },
    inFlight: together(({ inFlight }) => inFlight),
    connectionsOpen: together(({ connectionsOpen }) => connectionsOpen),
    clockOffset: alike.reduce((far, { clockOffset }) => (Math.abs(clockOffset) > Math.abs(far) ? clockOffset : far), alike[0]!.clockOffset),
  }
}
