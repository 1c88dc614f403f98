import type { CapacityModesSummary } from '../core/capacity-modes.ts'
import type { CapacitySummary } from '../core/capacity-summary.ts'
import { EXIT } from '../core/errors.ts'
import type { Mode } from '../core/sample.ts'
import { endOf } from '../judge/capacity/capacity-modes.ts'
import type { Search } from '../run/capacity.ts'
import { type SearchOfModes, searchInMode } from '../run/capacity-modes.ts'
import type { CapacityFormat } from '../run/conclude-capacity.ts'
import { concludeModesFolder, writeModes } from '../run/conclude-capacity-modes.ts'
import type { Answer } from './do-search.ts'
import { notWrittenCode, writtenFiles } from './experiment-end.ts'
import type { RunSignals } from './signals.ts'

/** What came of searches in several modes. */
export interface AnswerOfModes {
  readonly summary: CapacityModesSummary
  readonly folder: string
  readonly files: readonly string[]
}

interface Doing {
  readonly doOne: (search: Search) => Promise<Answer>
  readonly signals: RunSignals
  readonly files: ReadonlySet<CapacityFormat>
  /** Progress. */
  readonly tell: (text: string) => void
  /** What a reader must know. */
  readonly warn: (text: string) => void
}

/** Does the searches that are missing, one mode after another, and writes what is concluded of all of them. */
export async function doModes(all: SearchOfModes, { doOne, signals, files, tell, warn }: Doing): Promise<AnswerOfModes> {
  const { folder, searches } = all
  const done: Partial<Record<Mode, CapacitySummary>> = {}
  for (const [at, { search }] of searches.entries()) {
    const { mode } = search
    const next = await searchInMode(all, mode)
    if (!next) {
      tell(`The search in ${mode} mode is over.`)
      continue
    }
    tell(`In ${mode} mode, ${at + 1} of ${searches.length}.`)
    const { summary } = await doOne(next)
    done[mode] = summary
    if (endsAll(summary) || signals.stop.aborted) break
  }
  const concluded = await concludeModesFolder(folder)
  // How a search was cut short is known here alone.
  const answers = { ...concluded.answers, ...done }
  const summary = { ...concluded, answers, ...endOf(concluded.modes, answers) }
  const written = await writtenFiles(() => writeModes(folder, summary, files), warn)
  return { summary: written ? summary : { ...summary, exitCode: notWrittenCode(summary.exitCode) }, folder, files: written ?? [] }
}

/** Cut short, not written, or on a target that has not come back to rest: what followed would be worth nothing. */
const endsAll = ({ status, stopped, exitCode }: CapacitySummary): boolean =>
  status === 'unfinished' || stopped === 'stuck' || exitCode === EXIT.notWritten
