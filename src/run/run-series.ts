import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunSummary } from '../core/summary.ts'
import { type Conclusion, type FileFormat, writeDerived } from './conclude.ts'
import type { ExecuteSignals } from './execute.ts'
import { perform, type RunWatcher } from './perform.ts'
import { Stopped } from './stopped.ts'
import type { Target } from './target.ts'

/** A target that was reached, with what requests to it carry. */
export interface Ready {
  readonly target: Target
  readonly headers: Readonly<Record<string, string>>
}

export interface RunSeriesOptions {
  /** The folder that the runs' own are made in. */
  readonly folder: string
  /** Of all targets: no run may tell another's. */
  readonly secrets: readonly string[]
  readonly signals: ExecuteSignals
  /** Ends a run early when results cannot be written. */
  readonly stop: () => void
  readonly formats: ReadonlySet<FileFormat>
  readonly watcher: RunWatcher
  /** Told in a sentence where the wait between two runs was cut short. */
  readonly noted: (text: string) => void
}

/** Runs one after another, each an ordinary run folder, each on a quiet target: what a comparison, a search and a calibration are made of. */
export interface RunSeries {
  /**
   * Waits until nothing of the run before is left, then runs the target's plan with this seed and writes its files. `began` is told the run's id
   * before its first send. Undefined where a signal came before that.
   */
  run(ready: Ready, seed: number, began: (run: string) => void): Promise<Conclusion | undefined>
}

/** The longest wait between two runs. */
const WASHOUT_MOST_MS = 30_000
const LOOK_AGAIN_MS = 20

export function createRunSeries({ folder, secrets, signals, stop, formats, watcher, noted }: RunSeriesOptions): RunSeries {
  let connectionsOpen = () => 0
  let mayStillRun = 0

  async function washout(): Promise<void> {
    const until = performance.now() + WASHOUT_MOST_MS
    // Whether a run that was given up and cannot be stopped is over, nobody can tell: it gets all the time there is.
    const isQuiet = () => connectionsOpen() === 0 && mayStillRun === 0
    while (!isQuiet() && performance.now() < until && !signals.stop.aborted) await sleep(LOOK_AGAIN_MS)
    if (!isQuiet() && !signals.stop.aborted)
      noted(`After ${WASHOUT_MOST_MS / 1000} s ${leftOver(connectionsOpen(), mayStillRun)}; the next run began all the same.`)
  }

  return {
    async run({ target, headers }, seed, began) {
      await washout()
      if (signals.stop.aborted) return undefined
      const plan = { ...target.plan, seed }
      const conclusion = await unlessStopped(
        perform(
          { ...target, plan },
          {
            parent: folder,
            headers,
            secrets,
            // Signals of its own: a run listens to them, and there are many runs.
            signals: { ...signals, stop: AbortSignal.any([signals.stop]), abort: AbortSignal.any([signals.abort]) },
            stop,
            watcher: {
              ...watcher,
              began(run) {
                connectionsOpen = run.connectionsOpen
                began(basename(run.folder))
                watcher.began(run)
              },
            },
          },
        ),
      )
      if (!conclusion) return undefined
      mayStillRun = unstoppable(conclusion.summary)
      await writeDerived(conclusion, formats)
      return conclusion
    },
  }
}

/** Undefined where a signal came before the first send. */
async function unlessStopped<T>(run: Promise<T>): Promise<T | undefined> {
  try {
    return await run
  } catch (error) {
    if (error instanceof Stopped) return undefined
    throw error
  }
}

const unstoppable = ({ givenUp: { blocking, noTaskId, stopFailed } }: RunSummary): number => blocking + noTaskId + stopFailed

function leftOver(connections: number, runs: number): string {
  return [
    ...(connections > 0 ? [`${connections} ${connections === 1 ? 'connection was' : 'connections were'} still open`] : []),
    ...(runs > 0 ? [`up to ${runs} ${runs === 1 ? 'run' : 'runs'} given up may still have been running on the server`] : []),
  ].join(' and ')
}
