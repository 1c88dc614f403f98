import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { digest } from '../core/digest.ts'
import { UsageError } from '../core/errors.ts'
import type { LogHeader, LogLine, ShardRecord } from '../core/record.ts'
import type { Shard } from '../core/shard.ts'
import { type Micros, micros } from '../core/units.ts'
import { mergeable } from '../judge/shards/mergeable.ts'
import { beganApart, keptCaveats, MOST_APART } from '../judge/shards/shard-doubts.ts'
import { time } from '../measure/figures.ts'
import { isSingular, lineInWhole, momentOf, type Placement } from '../measure/shard-line.ts'
import { courseOf, type ShardCourse, singularLines } from '../measure/singular-lines.ts'
import { jsonText } from '../report/json.ts'
import { openSampleLog, type PlanFile, readMachine, readPlan } from '../store/read-lines.ts'
import { FILES, makeFolder, runFolderOf, scenarioFolder, writeWhole } from '../store/run-folder.ts'
import { type Conclusion, concludeFolder } from './conclude.ts'

/** A shard's folder with its place in the whole. */
interface PlacedShard extends Placement {
  readonly folder: string
  readonly file: PlanFile
  readonly course: ShardCourse
}

/**
 * Puts the run folders of all shards of a plan together into one, from which everything is derived as from any run's. Each shard's times stand on its
 * own clock; their zeros are put in place by the machines' wall clocks. Throws a UsageError where they are no shards of one plan, or began too far
 * apart to have been one load.
 */
export async function mergeFolders(paths: readonly string[], out: string): Promise<Conclusion> {
  const named = paths.map((path) => {
    const folder = runFolderOf(path)
    const file = readPlan(folder)
    return { path, folder, file, run: file.run, plan: file.plan }
  })
  const shards = mergeable(named)
  const zeros = shards.map(({ file }) => Date.parse(file.start))
  const zero = Math.min(...zeros)
  const placed: PlacedShard[] = []
  for (const [at, { folder, file, plan }] of shards.entries()) {
    const offset = micros((zeros[at]! - zero) * 1000)
    placed.push({ folder, file, shard: plan.shard, offset, course: await courseOf((await openSampleLog(folder)).lines, offset) })
  }
  beOneLoad(placed)
  const earliest = placed.find(({ offset }) => offset === 0)!.file
  const run = `${earliest.run.slice(0, -4)}${print(shards.map((each) => each.run))}`
  const parent = scenarioFolder(out, earliest.plan.name)
  if (existsSync(join(parent, run)))
    throw new UsageError(
      `These shards are put together already, in ${join(parent, run)}.`,
      'flowbench report makes its report again. Where putting them together was cut off, remove that folder first.',
    )
  const folder = makeFolder(parent, run)
  try {
    await write(folder, run, earliest, placed)
    return await concludeFolder(folder)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Four characters that the same runs have each time. */
const print = (runs: readonly string[]): string => digest(runs.join(' ')).toString(16).slice(0, 4)

/** Throws where shards began a measured phase so far apart that there was no whole load for a good part of it. */
function beOneLoad(placed: readonly PlacedShard[]): void {
  const { phases } = placed[0]!.file.plan
  const windows = phases.flatMap(({ name, measured }) => {
    const began = placed.flatMap(({ course }) => course.began.get(name) ?? [])
    const ended = placed.flatMap(({ course }) => course.ended.get(name)?.at ?? [])
    return began.length === 0 || ended.length === 0
      ? []
      : [[name, { measured, beganUs: Math.min(...began), endedUs: Math.max(...ended) }] as const]
  })
  const apart = beganApart(Object.fromEntries(windows), placed.map(beganIn)).toSorted((a, b) => b.share - a.share)[0]
  if (!apart || apart.share <= MOST_APART) return
  throw new UsageError(
    `The shards began phase ${apart.phase} ${time(apart.apart)} apart by their wall clocks, which is ${Math.round(100 * apart.share)} % of it: they were no one load.`,
    `Start them within ${MOST_APART * 100} % of the shortest measured phase of each other, with their clocks in step; phases that last longer leave more room.`,
  )
}

const beganIn = ({ course }: PlacedShard): Pick<ShardRecord, 'began'> => ({ began: Object.fromEntries(course.began) })

async function write(folder: string, run: string, earliest: PlanFile, placed: readonly PlacedShard[]): Promise<void> {
  const { shard: _shard, ...plan } = earliest.plan
  const uploads = placed.flatMap(({ file }) => file.uploads ?? [])
  const records: ShardRecord[] = []
  for (const each of placed)
    records.push({
      shard: each.shard.index,
      run: each.file.run,
      offsetUs: each.offset,
      environment: each.file.environment,
      caveats: keptCaveats((await concludeFolder(each.folder)).summary.caveats),
      ...beganIn(each),
    })
  const file: PlanFile = { ...earliest, run, plan, ...(uploads.length > 0 && { uploads }), shards: records }
  await writeWhole(folder, FILES.plan, jsonText(file))
  const header: LogHeader = { schema: 'flowbench-samples', version: 1, plan: plan.hash, run, start: earliest.start }
  await writeWhole(folder, FILES.samples, rows(header, placed))
  await writeWhole(folder, FILES.machine, await machineRows(placed))
}

async function* rows(header: LogHeader, placed: readonly PlacedShard[]): AsyncGenerator<string> {
  const once = singularLines(
    placed[0]!.file.plan.phases,
    placed.map(({ course }) => course),
  )
  yield `${JSON.stringify(header)}\n`
  for await (const line of inOrderOfTime([once, ...placed.map(linesInWhole)])) yield `${JSON.stringify(line)}\n`
}

async function* linesInWhole({ folder, shard, offset }: PlacedShard): AsyncGenerator<LogLine> {
  for await (const line of (await openSampleLog(folder)).lines) if (!isSingular(line)) yield lineInWhole(line, { shard, offset })
}

/** Logs as one, as if one process had written it: each in its own order, and between them by the latest moment that each has told. */
async function* inOrderOfTime(logs: readonly (AsyncIterable<LogLine> | Iterable<LogLine>)[]): AsyncGenerator<LogLine> {
  const heads: { readonly lines: AsyncIterator<LogLine>; line: LogLine; at: number }[] = []
  for (const log of logs) {
    const lines = walk(log)
    const first = await lines.next()
    if (!first.done) heads.push({ lines, line: first.value, at: momentOf(first.value) ?? 0 })
  }
  while (heads.length > 0) {
    const head = heads.reduce((earliest, other) => (other.at < earliest.at ? other : earliest))
    yield head.line
    const next = await head.lines.next()
    if (next.done) heads.splice(heads.indexOf(head), 1)
    else {
      head.line = next.value
      head.at = Math.max(head.at, momentOf(next.value) ?? 0)
    }
  }
}

async function* walk(log: AsyncIterable<LogLine> | Iterable<LogLine>): AsyncGenerator<LogLine> {
  yield* log
}

/** Every machine's seconds, in order of time, each with its shard. */
async function machineRows(placed: readonly PlacedShard[]): Promise<string> {
  const all = await Promise.all(placed.map(({ folder, shard, offset }) => secondsOf(folder, shard, offset)))
  return all
    .flat()
    .toSorted((a, b) => a.at - b.at)
    .map((second) => `${JSON.stringify(second)}\n`)
    .join('')
}

const secondsOf = async (folder: string, { index }: Shard, offset: Micros) =>
  (await readMachine(folder)).map((second) => ({ ...second, at: micros(second.at + offset), shard: index }))
