import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import type { Environment, LogHeader, LogLine, MachineSecond, ShardRecord } from '../core/record.ts'
import type { Micros } from '../core/units.ts'
import { FILES, reason } from './run-folder.ts'

/** `plan.json`: the plan, what it ran on, and the run's zero in wall-clock time. */
export interface PlanFile {
  readonly schema: 1
  readonly run: string
  readonly start: string
  /** What the system's monotonic clock read at the run's zero, in µs. */
  readonly zeroMonotonic: Micros
  readonly plan: Plan
  readonly environment: Environment
  /** Files that were uploaded before the run's zero, in order; absent where there was none. */
  readonly uploads?: readonly Upload[]
  /** The machines whose runs this one was put together from, in order; absent where one machine sent all. */
  readonly shards?: readonly ShardRecord[]
}

/** A file that was uploaded for the runs of one user. */
export interface Upload {
  readonly user: string
  /** Which of the plan's files: `path /where/it/lies` or `generated` with name and size. */
  readonly file: string
  /** What the server was told that it is called. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** What runs name it by. */
  readonly id: string
}

/** Reads `plan.json`. Throws a UsageError where the folder is none of a run. */
export function readPlan(folder: string): PlanFile {
  const path = join(folder, FILES.plan)
  if (!existsSync(path))
    throw new UsageError(`${folder} is no run folder: it has no ${FILES.plan}.`, 'Name a folder below reports/ that a run has made.')
  const file = parseRow<PlanFile>(readText(path))
  if (file?.schema !== 1)
    throw new UsageError(`${path} is not a plan that this version can read.`, 'Use the version of flowbench that made the run.')
  return file
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${reason(error)}).`, 'Check its permissions.', { cause: error })
  }
}

/** A row is what ends in a line feed and is a JSON object: anything else is a torn tail. */
function parseRow<Row>(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : undefined
  } catch {
    return undefined
  }
}

/** Whole rows of a JSON-lines file, in order. Reading ends at the first torn or unreadable row; `torn` is then told its number. */
export async function* readRows<Row>(path: string, torn: (row: number) => void = () => {}): AsyncGenerator<Row> {
  let rest = ''
  let row = 0
  const decoder = new TextDecoder()
  for await (const bytes of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const parts = (rest + decoder.decode(bytes as Buffer, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      row++
      const value = parseRow<Row>(part)
      if (!value) return torn(row)
      yield value
    }
  }
  if (rest !== '') torn(row + 1)
}

export interface SampleLog {
  readonly header: LogHeader
  readonly lines: AsyncGenerator<LogLine>
  /** Number of the first row that could not be read, known once the lines are through; absent where the file ends whole. */
  torn(): number | undefined
}

/** Opens `samples.jsonl`. Throws a UsageError where there is none, or its header is not of this version. */
export async function openSampleLog(folder: string): Promise<SampleLog> {
  const path = join(folder, FILES.samples)
  if (!existsSync(path))
    throw new UsageError(`${folder} has no ${FILES.samples}.`, 'The run ended before its first request; there is nothing to report.')
  let tornRow: number | undefined
  const rows = readRows<LogHeader | LogLine>(path, (row) => {
    tornRow = row
  })
  const first = await rows.next()
  const header = first.value as LogHeader | undefined
  if (first.done || header?.schema !== 'flowbench-samples' || header.version !== 1) {
    await rows.return(undefined)
    throw new UsageError(
      `${path} does not begin with a header that this version can read.`,
      'The run ended before its first request, or another version made it.',
    )
  }
  return { header, lines: rows as AsyncGenerator<LogLine>, torn: () => tornRow }
}

/** `machine.jsonl`, whole rows only; empty where there is none. */
export async function readMachine(folder: string): Promise<MachineSecond[]> {
  const path = join(folder, FILES.machine)
  if (!existsSync(path)) return []
  const seconds: MachineSecond[] = []
  for await (const second of readRows<MachineSecond>(path)) seconds.push(second)
  return seconds
}
