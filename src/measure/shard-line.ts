import type { LogLine } from '../core/record.ts'
import { MARKS, type Marks, type NodeSpan, type Sample } from '../core/sample.ts'
import { numberInWhole, type Shard } from '../core/shard.ts'
import { type Micros, micros } from '../core/units.ts'

/** How a shard's log is read in the whole. */
export interface Placement {
  readonly shard: Shard
  /** The shard's zero on the clock of the whole. */
  readonly offset: Micros
}

/** Lines that a run has once, however many shards it was put together from: they are made anew. */
export type Singular = Extract<LogLine, { phaseBegan: string } | { phaseEnded: string } | { end: unknown } | { lookedUp: unknown }>

export const isSingular = (line: LogLine): line is Singular =>
  'phaseBegan' in line || 'phaseEnded' in line || 'end' in line || 'lookedUp' in line

/** A line of a shard's log as it stands in that of the whole: numbers of exchanges and connections that no other shard has, times from the whole's zero. */
export function lineInWhole(line: Exclude<LogLine, Singular>, { shard, offset }: Placement): LogLine {
  const number = (n: number) => numberInWhole(n, shard)
  const at = (moment: Micros) => micros(moment + offset)
  if ('sample' in line) return { sample: sampleInWhole(line.sample, { shard, offset }) }
  if ('open' in line) return { ...line, open: number(line.open), at: at(line.at), intended: at(line.intended) }
  if ('closed' in line) return { ...line, closed: number(line.closed), at: at(line.at) }
  if ('connected' in line) return { connected: number(line.connected), at: at(line.at) }
  if ('disconnected' in line) return { disconnected: number(line.disconnected), at: at(line.at) }
  if ('stop' in line) return { ...line, stop: number(line.stop) }
  if ('fate' in line) return { ...line, fate: number(line.fate), at: at(line.at) }
  if ('logged' in line) return { ...line, at: at(line.at) }
  return { ...line, at: at(line.at), text: `Shard ${shard.index}: ${line.text}` }
}

function sampleInWhole(sample: Sample, { shard, offset }: Placement): Sample {
  const { seq, marks, ended, nodes, connection } = sample
  const at = (moment: Micros) => micros(moment + offset)
  return {
    ...sample,
    seq: numberInWhole(seq, shard),
    shard: shard.index,
    marks: Object.fromEntries(MARKS.flatMap((mark) => (marks[mark] === undefined ? [] : [[mark, at(marks[mark])]]))) as Marks,
    ...(ended !== undefined && { ended: at(ended) }),
    ...(connection !== undefined && { connection: numberInWhole(connection, shard) }),
    nodes: nodes.map(
      (node): NodeSpan => ({
        ...node,
        ...(node.started !== undefined && { started: at(node.started) }),
        ...(node.finished !== undefined && { finished: at(node.finished) }),
      }),
    ),
  }
}

/** When a line was written, as far as it says. */
export function momentOf(line: LogLine): number | undefined {
  if ('at' in line) return line.at
  if ('sample' in line) return line.sample.ended ?? line.sample.marks.intended
  return undefined
}
