import type { CapacitySummary } from '../core/capacity-summary.ts'
import { carryOnSearch, type Search } from '../run/capacity.ts'
import { type CapacityFormat, concludeCapacityFolder, writeCapacity } from '../run/conclude-capacity.ts'
import { reachInstant } from '../run/instant.ts'
import { startSystemClock } from '../run/system-clock.ts'
import type { Target } from '../run/target.ts'
import { cutShortEnd, notWrittenCode, writtenFiles } from './experiment-end.ts'
import { experimentSeries } from './experiment-series.ts'
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
      series: experimentSeries(folder, { secrets: loaded.secrets, signals, tell, watcher: view }),
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
    const told = cut ? { ...summary, ...cutShortEnd('search', cut, signals) } : summary
    const names = await writtenFiles(() => writeCapacity(folder, told, files), tell)
    return { folder, summary: names ? told : { ...told, exitCode: notWrittenCode(told.exitCode) }, files: names ?? [] }
  } finally {
    view.over()
    clock.close()
  }
}
