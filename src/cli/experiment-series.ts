import type { Progress, RunOrder } from '../judge/comparison/experiment.ts'
import type { Comparison } from '../run/compare.ts'
import { DEFAULT_FORMATS } from '../run/conclude.ts'
import type { RunWatcher } from '../run/perform.ts'
import { createRunSeries, type RunSeries } from '../run/run-series.ts'
import { appendToExperiment } from '../store/experiment-folder.ts'
import { createLiveView, liveStyle } from './live-view.ts'
import { afterRun, placeOf } from './pair-progress.ts'
import type { RunSignals } from './signals.ts'

interface Telling {
  /** Of all targets: no run may tell another's. */
  readonly secrets: readonly string[]
  readonly signals: RunSignals
  readonly tell: (text: string) => void
}

/** The runs of an experiment, in its folder; what is noted between them is told, and kept in its log. */
export const experimentSeries = (
  folder: string,
  { secrets, signals, tell, watcher }: Telling & { readonly watcher: RunWatcher },
): RunSeries =>
  createRunSeries({
    folder,
    secrets,
    signals,
    stop: signals.stopNow,
    formats: new Set(DEFAULT_FORMATS),
    watcher,
    noted(text) {
      tell(text)
      appendToExperiment(folder, { note: text, at: new Date().toISOString() })
    },
  })

/** The same of a comparison's pairs, with the live view before each run and what it came to after it. */
export function pairSeries(
  { folder, header: { arms, settings } }: Comparison,
  { quiet, ...telling }: Telling & { readonly quiet: boolean },
) {
  let place = ''
  const style = quiet ? 'silent' : liveStyle(process.stderr, process.env)
  const watcher = createLiveView({ stream: process.stderr, style, prefix: () => place })
  const names = arms.map(({ name }) => name)
  return {
    series: experimentSeries(folder, { ...telling, watcher }),
    watcher: {
      beginning(order: RunOrder): void {
        place = placeOf(order, settings)
      },
      ended(progress: Progress, last: RunOrder): void {
        const told = afterRun(progress, last, { arms: names, settings })
        if (told !== undefined) telling.tell(told)
      },
    },
  }
}
