import { EXIT, type ExitCode } from '../../core/errors.ts'
import { gravest } from '../exit-code.ts'
import { differencesAmong, type FieldDifference } from './differences.ts'
import type { OverlaidRun } from './overlaid-run.ts'
import { runLabels } from './run-labels.ts'

/** Several runs side by side. It holds no verdict: what differs between single runs may be chance. */
export interface Overlay {
  /** In the order in which they were named. */
  readonly runs: readonly LabelledRun[]
  readonly differences: readonly FieldDifference[]
  /** The gravest of the runs' own. */
  readonly exitCode: ExitCode
  readonly exitReason: string
}

export interface LabelledRun extends OverlaidRun {
  /** Its id, as short as it can be told from the others. */
  readonly label: string
}

/** Lays runs of distinct ids over each other. */
export function overlayOf(runs: readonly OverlaidRun[]): Overlay {
  const labels = runLabels(runs.map(({ summary }) => summary.run))
  const labelled = runs.map((run, at) => ({ ...run, label: labels[at]! }))
  const exitCode = gravest(runs.map(({ summary }) => summary.exitCode as ExitCode))
  return { runs: labelled, differences: differencesAmong(runs), exitCode, exitReason: reasonFor(exitCode, labelled) }
}

function reasonFor(code: ExitCode, runs: readonly LabelledRun[]): string {
  if (code === EXIT.done) return 'Exit code 0, since each of the runs ends in 0.'
  const ending = runs.filter(({ summary }) => summary.exitCode === code).map(({ label }) => label)
  const others = [...new Set(runs.map(({ summary }) => summary.exitCode))].filter((other) => other !== code && other !== EXIT.done)
  const also = others.length === 0 ? '' : `; others end in ${others.join(' and ')}`
  return `Exit code ${code}, the gravest of the runs’ own: ${ending.join(' and ')} ${ending.length === 1 ? 'ends' : 'end'} in it${also}.`
}
