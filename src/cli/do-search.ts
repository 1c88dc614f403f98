import type { CapacitySummary } from '../core/capacity-summary.ts'
import { EXIT, HarnessError } from '../core/errors.ts'
import { carryOnSearch, type Search, type SearchCutShort } from '../run/capacity.ts'
import { DEFAULT_FORMATS } from '../run/conclude.ts'
import { type CapacityFormat, concludeCapacityFolder, writeCapacity } from '../run/conclude-capacity.ts'
import { reachInstant } from '../run/instant.ts'
import { createRunSeries } from '../run/run-series.ts'
import { exitCodeOf } from '../run/stopped.ts'
import { startSystemClock } from '../run/system-clock.ts'
import type { Target } from '../run/target.ts'
import { appendToExperiment } from '../store/experiment-folder.ts'
import { liveStyle } from './live-view.ts'
import { colourOf } from './output.ts'
import type { scenarioOf } from './scenario-options.ts'
import type { Screen } from './screen.ts'
import { afterTrial } from './search-progress.ts'
import { createDrawnSearch, createPlainSearch } from './search-view.ts'
import type { RunSignals } from './signals.ts'

/** What came of a search. */
export interface Answer {
  readonly summary: CapacitySummary
  readonly folder: string
  readonly files: readonly string[]
}

interface Searching {
  readonly target: Target
  readonly loaded: ReturnType<typeof scenarioOf>
  readonly signals: RunSignals
  readonly tell: (text: string) => void
  readonly quiet: boolean
  readonly screen: Screen
  readonly colour: boolean | undefined
  readonly files: ReadonlySet<CapacityFormat>
}

/** Does the runs that are missing, with the live view before it, and writes what is concluded. */
export async function doSearch(
  search: Search,
  { target, loaded, signals, tell, quiet, screen, colour, files }: Searching,
): Promise<Answer> {
  const { folder, header } = search
  const style = quiet ? 'silent' : liveStyle(process.stderr, process.env)
  const view =
    style === 'redrawn'
      ? createDrawnSearch(header.settings, { screen, stream: process.stderr, colour: colourOf(process.stderr, colour) })
      : createPlainSearch(header.settings, process.stderr, style)
  const clock = startSystemClock()
  try {
    const cut = await carryOnSearch(search, {
      ready: { target, headers: loaded.headers },
      instant: () => reachInstant(target.plan, { env: loaded.env, clock, signal: signals.stop }),
      series: createRunSeries({
        folder,
        secrets: loaded.secrets,
        signals,
        stop: signals.stopNow,
        formats: new Set(DEFAULT_FORMATS),
        watcher: view,
        noted(text) {
          tell(text)
          appendToExperiment(folder, { note: text, at: new Date().toISOString() })
        },
      }),
      watcher: {
        beginning: view.beginning,
        ended(progress, last) {
          view.known(progress)
          const told = afterTrial(progress, last, { search: header.settings, bracket: style === 'redrawn' ? 'drawn' : 'said' })
          if (told !== undefined) tell(told)
        },
      },
    })
    const summary = await concludeCapacityFolder(folder)
    const told = cut ? { ...summary, ...endOf(cut, signals) } : summary
    return { folder, ...(await written(folder, told, files, tell)) }
  } finally {
    view.over()
    clock.close()
  }
}

async function written(
  folder: string,
  summary: CapacitySummary,
  formats: ReadonlySet<CapacityFormat>,
  tell: (text: string) => void,
): Promise<{ readonly summary: CapacitySummary; readonly files: readonly string[] }> {
  try {
    return { summary, files: await writeCapacity(folder, summary, formats) }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    tell(`${error.message}\n${error.hint}`)
    return { summary: summary.exitCode < EXIT.interrupted ? { ...summary, exitCode: EXIT.notWritten } : summary, files: [] }
  }
}

function endOf({ exitCode, because }: SearchCutShort, signals: RunSignals): Pick<CapacitySummary, 'exitCode' | 'exitReason'> {
  const code = signals.name?.() === undefined ? exitCode : exitCodeOf(signals.name())
  return { exitCode: code, exitReason: `Exit code ${code}, since the search was cut short: ${because}.`.replace(/\.\.$/, '.') }
}
