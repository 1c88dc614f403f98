import type { Phase } from '../core/plan.ts'
import type { Mode } from '../core/sample.ts'
import { type Micros, micros, type PerSecond, parseDuration, parseRate } from '../core/units.ts'
import type { Complain } from './problem.ts'
import type { ScenarioPhase } from './schema.ts'

/** The phases of a scenario with defaults filled in. What cannot run is complained of and left out. */
export function planPhases(
  written: readonly ScenarioPhase[] | undefined,
  { mode, complain }: { readonly mode: Mode; readonly complain: Complain },
): readonly Phase[] {
  if (written === undefined || written.length === 0) {
    complain(
      ['load'],
      written ? 'There is no phase' : 'This is missing',
      'Write at least one phase, such as load: [{ rate: 10/s, for: 2m }].',
    )
    return []
  }
  const names = written.map(({ name }, index) => name ?? `phase-${index + 1}`)
  const phases = written.flatMap((phase, index) => {
    const name = names[index]!
    if (names.indexOf(name) < index)
      complain(['load', index, 'name'], `An earlier phase is called ${name} too`, 'Give each phase a name of its own.')
    const common = { name, mode: phase.mode ?? mode, measured: phase.measured ?? true, settle: phase.settle ?? false }
    const planned = phase.rate === undefined ? closed(phase, index, complain) : open(phase, index, complain)
    return planned ? [{ ...common, ...planned }] : []
  })
  if (written.every(({ measured }) => measured === false))
    complain(['load'], 'No phase is measured', 'Leave measured: false away in at least one phase, or add one that measures.')
  return phases
}

type Load<Kind> = Omit<Extract<Phase, { kind: Kind }>, 'name' | 'mode' | 'measured' | 'settle'>

function open(phase: ScenarioPhase, index: number, complain: Complain): Load<'open'> | undefined {
  const at = (field: string) => ['load', index, field]
  if (phase.concurrency !== undefined)
    complain(at('concurrency'), 'This phase has a rate as well', 'Keep rate: for an open phase or concurrency: for a closed one, not both.')
  if (phase.think !== undefined)
    complain(at('think'), 'An open phase sends on schedule and does not think', 'Remove think:, or use concurrency: instead of rate:.')
  if (phase.runs !== undefined)
    complain(
      at('runs'),
      'An open phase has as many runs as its rate and length give',
      'Remove runs:, or use concurrency: instead of rate:. A budget goes to limits.runs.',
    )
  const [from, to] = ends(phase.rate!).map(parseRate)
  if (from === undefined || to === undefined) complain(at('rate'), 'A rate of 0 sends nothing', 'Write rates above 0, such as 0.1/s..10/s.')
  const length = lengthOf(phase, index, complain)
  if (phase.for === undefined) complain(['load', index], 'This phase has a rate and no length', 'Add for:, such as for: 2m.')
  if (from === undefined || to === undefined || length === undefined) return undefined
  return { kind: 'open', from: from as PerSecond, to: to as PerSecond, arrivals: phase.arrivals ?? 'constant', length }
}

function closed(phase: ScenarioPhase, index: number, complain: Complain): Load<'closed'> | undefined {
  const at = (field: string) => ['load', index, field]
  const length = lengthOf(phase, index, complain)
  if (phase.concurrency === undefined) {
    complain(
      ['load', index],
      'This phase has neither a rate nor a concurrency',
      'Add rate: 10/s (open: sends on schedule) or concurrency: 4 (closed: sends when a slot is free).',
    )
    return undefined
  }
  if (phase.arrivals !== undefined)
    complain(
      at('arrivals'),
      'A closed phase sends when a slot is free, not by arrivals',
      'Remove arrivals:, or use rate: instead of concurrency:.',
    )
  if (phase.for === undefined && phase.runs === undefined)
    complain(['load', index], 'This phase has no end', 'Add for:, such as for: 1m, or runs:, such as runs: 500.')
  const [from, to] = ends(String(phase.concurrency)).map(Number)
  if (Math.max(from!, to!) > 10_000)
    complain(at('concurrency'), 'More than 10000 slots are too many for one machine', 'Write at most 10000.')
  if (from !== to && phase.for === undefined) complain(at('concurrency'), 'A ramp needs a length', 'Add for:, such as for: 1m.')
  const think = parseDuration(phase.think ?? '0s')
  if (think === undefined) complain(at('think'), 'This is too long', 'Write a shorter duration.')
  return {
    kind: 'closed',
    from: from!,
    to: to!,
    think: think ?? micros(0),
    ...(length === undefined ? {} : { length }),
    ...(phase.runs === undefined ? {} : { runs: phase.runs }),
  }
}

const LONGEST = parseDuration('1000h')!

function lengthOf(phase: ScenarioPhase, index: number, complain: Complain): Micros | undefined {
  if (phase.for === undefined) return undefined
  const length = parseDuration(phase.for)
  if (length !== undefined && length > 0 && length <= LONGEST) return length
  complain(
    ['load', index, 'for'],
    length === 0 ? 'A phase of no length sends nothing' : 'This is longer than 1000h',
    'Write a duration such as 10s or 2m.',
  )
  return undefined
}

/** Both ends of a range; twice the same where there is only one. */
function ends(range: string): readonly [string, string] {
  const [from = '', to = from] = range.split('..')
  return [from, to]
}
