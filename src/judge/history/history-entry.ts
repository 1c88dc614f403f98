import type { HistoryEntry, HistoryFigure } from '../../core/history.ts'
import type { RunSummary } from '../../core/summary.ts'
import { readArm } from '../arm-reading.ts'
import type { StoredSideRun } from '../comparison/choose-runs.ts'
import { factsOf } from '../comparison/compared-runs.ts'
import { figureName } from '../figure-name.ts'
import { machineInWords, machinePrint } from '../machine.ts'

export interface EntryOptions {
  /** Figures to keep, the one to look at first. */
  readonly figures: readonly string[]
  readonly commit?: string
  readonly branch?: string
}

/** What a history keeps of a run. */
export function historyEntry(stored: StoredSideRun & { readonly summary: RunSummary }, options: EntryOptions): HistoryEntry {
  const { run, start, plan, environment, summary } = stored
  const reading = readArm(summary, options.figures)
  const { modes: _modes, nodes: _nodes, ...work } = reading.work
  const { exchanges, tokens, seconds, failures } = factsOf(summary, reading)
  const { commit, branch } = options
  return {
    schema: 'flowbench-history',
    version: 1,
    run,
    name: plan.name,
    ...(plan.arm !== undefined && { arm: plan.arm }),
    start,
    ...(commit !== undefined && { commit }),
    ...(branch !== undefined && { branch }),
    planHash: plan.hash,
    machine: { print: machinePrint(environment), words: machineInWords(environment) },
    versions: { flowbench: environment.flowbench, node: environment.node },
    ...(environment.ci !== undefined && { ci: environment.ci }),
    valid: summary.valid,
    caveats: [...new Set(summary.caveats.map(({ kind }) => kind))],
    exitCode: summary.exitCode,
    figures: Object.fromEntries(
      Object.entries(reading.figures).map(([name, value]): [string, HistoryFigure] => [name, { value, ...intervalOf(summary, name) }]),
    ),
    failures,
    work,
    exchanges,
    tokens,
    seconds,
  }
}

/** Within the run; none of what several phases make up together. */
function intervalOf({ phases }: RunSummary, name: string): { readonly low?: number; readonly high?: number } | undefined {
  const { subject, phase: named } = figureName(name)
  const measured = Object.entries(phases).filter(([phase, { measured }]) => measured && (named === undefined || phase === named))
  if (measured.length !== 1 || subject.kind === 'throughput') return undefined
  const metric = measured[0]![1].metrics[subject.metric]
  if (subject.kind === 'of-all') return metric?.ofAll?.[subject.statistic].interval
  return subject.statistic === 'mean' || subject.statistic === 'max' ? undefined : metric?.intervals[subject.statistic]
}
