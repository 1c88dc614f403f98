import type { CaveatLimits, Plan } from '../../core/plan.ts'
import { type Check, checksAbout } from '../../judge/check-up.ts'
import { digits, duration, span } from '../../report/format.ts'
import { fileNeed } from '../open-files.ts'
import type { MachineFacts } from './machine-facts.ts'

/** What holds where no scenario says otherwise: the limits of the caveats. */
const USUAL: Pick<CaveatLimits, 'generatorLate' | 'loopDelay'> = { generatorLate: 10_000, loopDelay: 10_000 } as CaveatLimits
/** Enough for most plans: the usual in-flight limit, and our own files. */
const ENOUGH_FILES = 564
/** A kernel reads these without leaving the program; others cost a microsecond or more at each mark. */
const SLOW_SOURCES = new Set(['hpet', 'acpi_pm', 'jiffies', 'pit', 'refined-jiffies'])
/** Share of the cores that others may want without being felt. */
const QUIET = 0.7

const check = checksAbout('machine')

/** Whether this machine can measure, and hold what `plan` wants of it. */
export function machineChecks(facts: MachineFacts, plan: Plan | undefined): readonly Check[] {
  return [
    node(facts),
    openFiles(facts, plan),
    clock(facts),
    timers(facts, plan?.caveats ?? USUAL),
    loop(facts, plan?.caveats ?? USUAL),
    cpus(facts),
    load(facts),
  ].flat()
}

function node({ node: has, needsNode }: MachineFacts): Check {
  const isOld = has.localeCompare(needsNode, 'en', { numeric: true }) < 0
  return check(
    'Node',
    isOld ? 'bad' : 'good',
    `version ${has}, and ${needsNode} or newer is needed`,
    'Install a current Node, or run ./bin/flowbench of a clone, which brings its own.',
  )
}

function openFiles({ openFiles: limit }: MachineFacts, plan: Plan | undefined): Check {
  if (limit === undefined)
    return check(
      'open files',
      'doubtful',
      'the system does not tell how many are allowed',
      'Watch for the outcome generator-fault in the report.',
    )
  if (plan) {
    const { short, says, fix } = fileNeed(plan, limit)
    return check('open files', short === 'no' ? 'good' : short === 'possible' ? 'doubtful' : 'bad', says, fix)
  }
  const allowed = limit === Number.POSITIVE_INFINITY ? 'as many as you like' : String(limit)
  return check(
    'open files',
    limit < ENOUGH_FILES ? 'doubtful' : 'good',
    `${allowed} are allowed, and a run with the usual limits can need ${ENOUGH_FILES}`,
    'Allow more with ulimit -n 1024 in the shell that starts flowbench.',
  )
}

function clock({ clockSource, clockStep, clockCost }: MachineFacts): Check {
  const source = clockSource === undefined ? '' : `source ${clockSource}, `
  const says = `${source}steps of ${duration(clockStep)}, a reading costs ${duration(clockCost)}`
  const isSlow = clockSource !== undefined && SLOW_SOURCES.has(clockSource)
  if (isSlow || clockCost > 2)
    return check('clock', 'doubtful', says, 'Give the machine a faster clock source (tsc, or that of its hypervisor): every mark reads it.')
  return check(
    'clock',
    clockStep > 100 ? 'doubtful' : 'good',
    says,
    'Times are told in microseconds, and this clock is coarser: do not read much into small ones.',
  )
}

function timers({ late }: MachineFacts, { generatorLate }: Pick<CaveatLimits, 'generatorLate'>): Check {
  const says = `sleepers woke ${duration(late.p50)} late (p50), ${duration(late.p99)} at most`
  return check(
    'timers',
    late.p99 > generatorLate ? 'doubtful' : 'good',
    says,
    `Sends that leave more than ${span(generatorLate)} late can make a run invalid: stop other programs, or use a quieter machine.`,
  )
}

function loop({ loop: { p99, max } }: MachineFacts, { loopDelay }: Pick<CaveatLimits, 'loopDelay'>): Check {
  const says = `delay of the idle loop ${duration(p99)} (p99), ${duration(max)} at most`
  return check(
    'event loop',
    p99 > loopDelay ? 'doubtful' : 'good',
    says,
    'Moments are noted that late: stop other programs, or use a quieter machine.',
  )
}

function cpus({ cores, quota }: MachineFacts): Check {
  if (quota === undefined)
    return check(
      'CPU',
      cores < 2 ? 'doubtful' : 'good',
      `${counted(cores, 'core')}, no quota`,
      'A single core is shared by flowbench, its clock and all else: take a machine with two or more.',
    )
  const says = `a quota of ${counted(quota, 'core')} of ${cores}`
  return check(
    'CPU',
    quota < 2 ? 'doubtful' : 'good',
    says,
    'A control group that has used up its quota stands still until its next period, in the middle of a run: raise the quota to 2 or more.',
  )
}

function load({ load: mean, cores }: MachineFacts): readonly Check[] {
  if (mean === undefined) return []
  const says = `${digits(mean)} programs wanted a CPU on average over the last minute, and there are ${counted(cores, 'core')}`
  return [
    check(
      'load',
      mean > cores * QUIET ? 'doubtful' : 'good',
      says,
      'Stop what else is running, or move the generator to a machine of its own.',
    ),
  ]
}

const counted = (count: number, what: string): string =>
  `${Number.isInteger(count) ? count : digits(count)} ${what}${count === 1 ? '' : 's'}`
