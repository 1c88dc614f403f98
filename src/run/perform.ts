import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { WriteError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import type { LogLine } from '../core/record.ts'
import { createRedactor } from '../core/redact.ts'
import { SECOND } from '../core/units.ts'
import { apiHeaders } from '../dify/request.ts'
import { createTracer } from '../dify/trace.ts'
import { createTransport } from '../http/connections.ts'
import { jsonText } from '../report/json.ts'
import { type AppendFile, openAppend } from '../store/append.ts'
import type { PlanFile } from '../store/read-lines.ts'
import { FILES, freeSpace, makeFolder, newRunId, reason, writeWhole } from '../store/run-folder.ts'
import { type Conclusion, concludeFolder } from './conclude.ts'
import { readEnvironment } from './environment.ts'
import { type ExecuteSignals, execute } from './execute.ts'
import { note } from './journal.ts'
import { lookUp } from './look-up.ts'
import { createLostRuns } from './lost-runs.ts'
import { startMachineMonitor } from './machine-monitor.ts'
import { startSystemClock } from './system-clock.ts'
import type { Target } from './target.ts'
import { drawWithFiles, type UploadProgress, uploadFiles } from './upload-files.ts'
import { warmPath } from './warm-path.ts'

export interface RunUnderWay {
  readonly plan: Plan
  readonly folder: string
  readonly now: () => number
  readonly inFlight: () => number
  /** Also once the run is over: sockets that we closed take a moment to be gone. */
  readonly connectionsOpen: () => number
}

/** Told what happens while a run goes on. */
export interface RunWatcher {
  /** Before it begins, where it has files to upload. */
  uploading(progress: UploadProgress): void
  began(run: RunUnderWay): void
  line(line: LogLine): void
  ended(): void
}

export interface PerformOptions {
  /** The folder that the run's own is made in. */
  readonly parent: string
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly signals: ExecuteSignals
  /** Ends the run early when results cannot be written. */
  readonly stop: () => void
  readonly watcher: RunWatcher
}

/** Runs a plan against a target that was reached, from the run folder's making to its conclusion. The derived files are not written yet. */
export async function perform(target: Target, options: PerformOptions): Promise<Conclusion> {
  const { plan, base, settings, simulator, apiKey, greeting } = target
  const { watcher, signals } = options
  const redact = createRedactor(options.secrets)
  const run = newRunId(new Date())
  const uploads = await uploadFiles(target, {
    run,
    headers: options.headers,
    secrets: options.secrets,
    signal: signals.stop,
    signalName: () => signals.name?.(),
    told: watcher.uploading,
  })
  const clock = startSystemClock()
  await warmPath(clock)
  const start = new Date(clock.zeroWall)
  const folder = makeFolder(options.parent, run)
  const planFile: PlanFile = {
    schema: 1,
    run,
    start: start.toISOString(),
    zeroMonotonic: clock.zeroMonotonic,
    plan,
    environment: readEnvironment(),
    ...(uploads.length > 0 && { uploads }),
  }
  await writeWhole(folder, FILES.plan, redact(jsonText(planFile)))

  let failure: Error | undefined
  let noteFailure = () => {}
  const failed = (error: Error) => {
    failure ??= error
    options.stop()
    noteFailure()
    process.stderr.write(
      `Results cannot be written to ${folder} (${reason(error)}, ${freeSpace(folder)}): sending has ended, what is under way drains.\n`,
    )
  }
  const log = opened(folder, FILES.samples, failed)
  const machine = opened(folder, FILES.machine, failed)
  log.append(JSON.stringify({ schema: 'flowbench-samples', version: 1, plan: plan.hash, run, start: start.toISOString() }))
  if (failure) throw unwritable(folder, failure)
  const journal = (line: LogLine) => {
    const written = JSON.stringify(line)
    const clean = redact(written)
    log.append(clean)
    watcher.line(clean === written ? line : (JSON.parse(clean) as LogLine))
  }

  noteFailure = () => note(journal, clock, 'write-failed', 'Results could not be written.')

  let connectionsOpen = 0
  let inFlight = () => 0
  const watch = {
    opened: (connected: number, at: number) => {
      connectionsOpen++
      journal({ connected, at } as LogLine)
    },
    closed: (disconnected: number, at: number) => {
      connectionsOpen--
      journal({ disconnected, at } as LogLine)
    },
  }
  const transport = createTransport(settings, clock, watch)
  const control = createTransport({ ...settings, connections: 'fresh' }, clock, { opened: () => {}, closed: () => {} })
  const monitor = startMachineMonitor({
    clock,
    zeroWall: clock.zeroWall,
    inFlight: () => inFlight(),
    connectionsOpen: () => connectionsOpen,
    simulatorPid: simulator?.pid,
    accept: (second) => machine.append(JSON.stringify(second)),
  })
  const sync = setInterval(() => {
    log.sync()
    machine.sync()
  }, SECOND / 1e3)
  // Shards must know each other's bodies again; what the hash could give away stands in their plan anyway.
  const salt = plan.shard ? `${plan.hash} ${plan.seed}` : randomBytes(16)
  const lost = createLostRuns()
  const { stop, abort } = options.signals
  try {
    await execute(
      plan,
      {
        clock,
        transport,
        control,
        base,
        apiKey,
        headers: options.headers,
        draw: drawWithFiles(plan, { run, uploads, variables: greeting.variables }),
        tracer: createTracer(plan.target.trace, { seed: plan.seed, run }),
        bodyHash: (body) => createHash('sha256').update(salt).update(body).digest('base64url').slice(0, 16),
        journal,
        redact,
        ended: lost.take,
        watchInFlight: (read) => {
          inFlight = read
          watcher.began({ plan, folder, now: clock.now, inFlight: read, connectionsOpen: () => connectionsOpen })
        },
      },
      signals,
      // What comes after it is no part of what was measured.
    ).finally(monitor.stop)
    const ports = { transport: control, clock, base, headers: apiHeaders(apiKey, options.headers), journal, zeroWall: clock.zeroWall }
    // A person who has stopped the run once still waits for it to end in order; one who has not wants it to end.
    await lookUp(lost, ports, stop.aborted ? abort : AbortSignal.any([stop, abort]))
  } finally {
    clearInterval(sync)
    transport.close()
    control.close()
    log.close()
    machine.close()
    clock.close()
    watcher.ended()
  }
  return concludeFolder(folder, failure && { lost: log.lost.map((line) => JSON.parse(line) as LogLine) })
}

/** Throws a WriteError where the file cannot be made: nothing was sent yet. */
function opened(folder: string, name: string, failed: (error: Error) => void): AppendFile {
  try {
    return openAppend(join(folder, name), { failed })
  } catch (error) {
    throw unwritable(folder, error)
  }
}

const unwritable = (folder: string, cause: unknown): WriteError =>
  new WriteError(
    `Results cannot be written to ${folder} (${reason(cause)}, ${freeSpace(folder)}); nothing was sent.`,
    'Make room or choose another folder with --out.',
    { cause },
  )
