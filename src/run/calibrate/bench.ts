import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Phase } from '../../core/plan.ts'
import type { Mode } from '../../core/sample.ts'
import { planHash } from '../../scenario/plan.ts'
import { quickScenario } from '../../scenario/quick-scenario.ts'
import type { Conclusion } from '../conclude.ts'
import type { ExecuteSignals } from '../execute.ts'
import { createRunSeries } from '../run-series.ts'
import { Stopped } from '../stopped.ts'
import { startSystemClock } from '../system-clock.ts'
import { reachTarget } from '../target.ts'

/** One of our own simulators, and how it is connected to. */
export interface Subject {
  readonly simulator: 'instant' | 'fixed'
  readonly connections: 'fresh' | 'reuse'
  /** It logs there what left it, and when. */
  readonly truthFile?: string
}

/** Measures the instrument on simulators of its own. Folders of such runs say nothing that the calibration does not, and are gone with the bench. */
export interface Bench {
  readonly folder: string
  /** Does something with a simulator and ends it. */
  on<T>(subject: Subject, work: (bench: BenchTop) => Promise<T>): Promise<T>
  release(): void
}

export interface BenchTop {
  readonly url: string
  /** A run of these phases. Throws where a signal came before its end. */
  run(mode: Mode, phases: readonly Phase[]): Promise<Conclusion>
}

export interface BenchOptions {
  readonly signals: ExecuteSignals
  readonly stop: () => void
  readonly noted: (text: string) => void
  readonly seed: number
}

export function makeBench({ signals, stop, noted, seed }: BenchOptions): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'flowbench-calibrate-'))
  const watcher = { uploading() {}, began() {}, line() {}, ended() {} }
  const series = createRunSeries({ folder, secrets: [], signals, stop, formats: new Set(), watcher, noted })
  const stopped = () =>
    new Stopped(signals.name?.(), {
      message: 'Stopped before the instrument was measured.',
      hint: 'Nothing was stored, and what was stored before still stands; calibrate again when you are ready.',
    })
  return {
    folder,
    async on({ simulator, connections, truthFile }, work) {
      const { plan } = quickScenario({ simulator }, { env: {}, seed, set: [`target.connections=${connections}`] })
      const clock = startSystemClock()
      const options = { apiKey: undefined, headers: {}, env: {}, clock, peak: { perSecond: 0, inFlight: 1 }, truthFile }
      const target = await reachTarget(plan, { ...options, signal: signals.stop }).catch((error: unknown) => {
        throw signals.stop.aborted ? stopped() : error
      })
      try {
        return await work({
          url: target.plan.target.url ?? '',
          async run(mode, phases) {
            const { schema: _schema, name: _name, seed: _seed, hash: _hash, ...content } = target.plan
            const planned = { ...content, phases: phases.map((phase) => ({ ...phase, mode })) }
            const conclusion = await series.run(
              { target: { ...target, plan: { ...target.plan, ...planned, hash: planHash(planned) } }, headers: {} },
              seed,
              () => {},
            )
            if (!conclusion || signals.stop.aborted) throw stopped()
            return conclusion
          },
        })
      } finally {
        clock.close()
        await target.release()
      }
    },
    release: () => rmSync(folder, { recursive: true, force: true }),
  }
}
