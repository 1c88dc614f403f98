import { LOOK_UPS } from '../core/fate.ts'
import type { Phase } from '../core/plan.ts'
import type { LogLine } from '../core/record.ts'
import { type Micros, micros } from '../core/units.ts'
import { isSingular, type Singular } from './shard-line.ts'

/** What one shard's log says of the run as a whole. */
export interface ShardCourse {
  readonly began: ReadonlyMap<string, Micros>
  readonly ended: ReadonlyMap<string, Extract<LogLine, { phaseEnded: string }>>
  /** Absent where it was killed. */
  readonly end?: Extract<LogLine, { end: unknown }>
  readonly lookedUp?: Extract<LogLine, { lookedUp: unknown }>
}

/** Reads a shard's log for what it says of the run as a whole, on the clock of the whole. */
export async function courseOf(lines: AsyncIterable<LogLine>, offset: Micros): Promise<ShardCourse> {
  const began = new Map<string, Micros>()
  const ended = new Map<string, Extract<LogLine, { phaseEnded: string }>>()
  let [end, lookedUp]: [ShardCourse['end'], ShardCourse['lookedUp']] = [undefined, undefined]
  for await (const each of lines) {
    if (!isSingular(each)) continue
    const line: Singular = { ...each, at: micros(each.at + offset) }
    if ('phaseBegan' in line) began.set(line.phaseBegan, line.at)
    else if ('phaseEnded' in line) ended.set(line.phaseEnded, line)
    else if ('lookedUp' in line) lookedUp = line
    else end = line
  }
  return { began, ended, ...(end && { end }), ...(lookedUp && { lookedUp }) }
}

/**
 * The lines that the whole has once: a phase begins with its first shard and ends with its last, and what was planned adds up; it is interrupted
 * where a shard was, and has no end where one was killed. In order of time.
 */
export function singularLines(phases: readonly Phase[], shards: readonly ShardCourse[]): readonly LogLine[] {
  return [...phases.flatMap(({ name }) => ofPhase(name, shards)), ...ending(shards)].toSorted((a, b) => a.at - b.at)
}

function ofPhase(name: string, shards: readonly ShardCourse[]): readonly Singular[] {
  const began = shards.flatMap((shard) => shard.began.get(name) ?? [])
  const ended = shards.flatMap((shard) => shard.ended.get(name) ?? [])
  const planned = ended.map((line) => line.planned)
  const isKnown = ended.length === shards.length && planned.every((count) => count !== undefined)
  return [
    ...(began.length > 0 ? [{ phaseBegan: name, at: micros(Math.min(...began)) }] : []),
    ...(ended.length > 0
      ? [
          {
            phaseEnded: name,
            at: micros(Math.max(...ended.map(({ at }) => at))),
            ...(isKnown && { planned: sum(planned) }),
            notReached: sum(ended.map(({ notReached }) => notReached)),
          },
        ]
      : []),
  ]
}

const sum = (counts: readonly (number | undefined)[]): number => counts.reduce<number>((total, count) => total + (count ?? 0), 0)

function ending(shards: readonly ShardCourse[]): readonly Singular[] {
  const ends = shards.flatMap(({ end }) => end ?? [])
  if (ends.length < shards.length) return []
  const signal = ends.find((end) => end.signal !== undefined)?.signal
  const stoppedBecause = ends.find((end) => end.stoppedBecause !== undefined)?.stoppedBecause
  const looked = shards.flatMap(({ lookedUp }) => lookedUp ?? [])
  /** What fell short in one shard falls short in the whole. */
  const came = LOOK_UPS.findLast((how) => looked.some(({ lookedUp }) => lookedUp === how))
  return [
    {
      end: ends.some(({ end }) => end === 'interrupted') ? 'interrupted' : 'whole',
      at: micros(Math.max(...ends.map(({ at }) => at))),
      ...(signal !== undefined && { signal }),
      ...(stoppedBecause !== undefined && { stoppedBecause }),
    },
    ...(came === undefined ? [] : [{ lookedUp: came, at: micros(Math.max(...looked.map(({ at }) => at))) }]),
  ]
}
