import type { Plan } from '../core/plan.ts'
import type { LogLine } from '../core/record.ts'
import type { Sample } from '../core/sample.ts'
import { killed, type Opened } from './killed.ts'

/**
 * The samples of a log, each once and whole: with its arm, which only the plan knows, and the moment its stream closed, which the log tells in a
 * later line; then those that were under way when the run was killed. Reads the log twice (`read` begins it anew), so that no sample is kept.
 */
export async function* mergedSamples(plan: Plan, read: () => AsyncIterable<LogLine>): AsyncGenerator<Sample> {
  const arm = plan.arm === undefined ? {} : { arm: plan.arm }
  const closed = new Map<number, Extract<LogLine, { closed: number }>>()
  const opened = new Map<number, Opened>()
  let last = 0
  let ended = false
  for await (const line of read()) {
    if ('at' in line) last = Math.max(last, line.at)
    if ('closed' in line) closed.set(line.closed, line)
    else if ('open' in line) opened.set(line.open, line)
    else if ('sample' in line) opened.delete(line.sample.seq)
    else if ('end' in line) ended = true
  }
  for await (const line of read()) {
    if (!('sample' in line)) continue
    const { sample } = line
    const close = closed.get(sample.seq)
    yield { ...arm, ...sample, ...(close && { marks: { ...sample.marks, closed: close.at } }), ...(close?.cut && { cut: true }) }
  }
  if (ended) return
  const modes = new Map(plan.phases.map(({ name, mode }) => [name, mode]))
  for (const open of opened.values()) yield { ...arm, ...killed(open, modes.get(open.phase) ?? 'streaming', last) }
}
