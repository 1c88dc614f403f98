import { readFileSync } from 'node:fs'
import { TargetError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import { WHOLE } from '../core/shard.ts'
import { slotsOf } from '../load/closed-loop.ts'
import { limitsOf } from '../load/share.ts'

/** Files that this process holds beside its connections: logs, pipes, libraries, the sockets of the simulator's start. */
const OWN = 64

/** Whether the connections of a plan fit into what this process may open. */
export interface FileNeed {
  /** `certain`: slots alone are too many, so exchanges would fail; `possible`: only a full in-flight limit would. */
  readonly short: 'no' | 'possible' | 'certain'
  readonly says: string
  readonly fix: string
}

type Needing = Pick<Plan, 'phases' | 'limits' | 'shard'>

/** Holds the most that a plan can have in flight, and 64 files more, against the limit of open files. */
export function fileNeed(plan: Needing, limit: number): FileNeed {
  const { inFlight } = limitsOf(plan)
  const slots = Math.max(0, ...plan.phases.map((phase) => (phase.kind === 'closed' ? slotsOf(phase, plan.shard ?? WHOLE).length : 0)))
  const peak = Math.max(slots, plan.phases.some(({ kind }) => kind === 'open') ? inFlight : 0)
  const needs = `up to ${peak} in flight and ${OWN} files of its own`
  if (peak + OWN <= limit)
    return { short: 'no', says: `the plan needs ${peak + OWN} open files (${needs}), and ${limit} are allowed`, fix: '' }
  const room = limit - OWN
  return {
    short: slots + OWN > limit ? 'certain' : 'possible',
    says: `the plan ${slots + OWN > limit ? 'needs' : 'can need'} ${peak + OWN} open files (${needs}), and only ${limit} are allowed`,
    fix: `Allow more with ulimit -n ${2 ** Math.ceil(Math.log2(peak + OWN))} in the shell that starts flowbench${room > 0 ? `, or keep ${slots + OWN > limit ? 'concurrency' : 'limits.inFlight'} at ${room} or below` : ''}.`,
  }
}

/** A warning where a plan may run out of open files; none where it cannot, or the system does not tell. Throws a TargetError where it would. */
export function heedOpenFiles(plan: Needing, limit = openFileLimit()): readonly string[] {
  if (limit === undefined) return []
  const { short, says, fix } = fileNeed(plan, limit)
  const sentence = `This machine lacks open files: ${says}.`
  if (short === 'certain') throw new TargetError(`${sentence} Exchanges would fail here and never reach the target.`, fix)
  return short === 'possible' ? [`${sentence} ${fix}`] : []
}

/**
 * Files and sockets that this process may have open at once: the soft limit as Linux tells it, which Node has raised to the hard one by now.
 * Undefined where the system does not tell.
 */
export function openFileLimit(read: () => string = () => readFileSync('/proc/self/limits', 'utf8')): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(read())?.[1]
    return soft === undefined ? undefined : soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return reported()
  }
}

/** From Node's own report, which other systems of the Unix kind fill in; it costs some milliseconds. */
function reported(): number | undefined {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | 'unlimited' } } }
  const soft = userLimits?.open_files?.soft
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft
}
