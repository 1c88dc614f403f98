import type { CapacitySearch } from '../../core/capacity.ts'
import type { CapacityModesSummary } from '../../core/capacity-modes.ts'
import type { CapacitySummary } from '../../core/capacity-summary.ts'
import type { ExitCode } from '../../core/errors.ts'
import { type ExperimentHeader, identityOf } from '../../core/experiment.ts'
import type { Mode } from '../../core/sample.ts'
import { gravest } from '../exit-code.ts'
import { modeSentences } from './mode-sentences.ts'
import { servesMore } from './serves-more.ts'

/** Searches in several modes, in the order in which they are made; the budget of each is that of all. */
export type CapacityModesHeader = ExperimentHeader<'capacity-modes', { readonly searches: readonly CapacitySearch[] }>

/** What is concluded of searches in several modes, from what is concluded of each: the same whenever made again. */
export function concludeModes(header: CapacityModesHeader, answers: CapacityModesSummary['answers']): CapacityModesSummary {
  const { searches } = header.settings
  const modes = searches.map(({ mode }) => mode)
  const { axis } = searches[0]!
  const begun = modes.flatMap((mode) => answers[mode] ?? [])
  const served = servesMore(answers)
  const sum = (of: (answer: CapacitySummary) => number) => begun.reduce((total, answer) => total + of(answer), 0)
  return {
    schema: 1,
    ...identityOf(header),
    status: modes.every((mode) => answers[mode]?.status === 'whole') ? 'whole' : 'unfinished',
    ...endOf(modes, answers),
    axis,
    unit: axis === 'rate' ? 'runs per second' : 'slots',
    modes,
    ...served,
    sentences: modeSentences(modes, answers, served),
    trials: sum(({ trials }) => trials),
    tokens: sum(({ tokens }) => tokens),
    seconds: sum(({ seconds }) => seconds),
    answers,
  }
}

/** The gravest code, with the reason of every mode. */
export function endOf(
  modes: readonly Mode[],
  answers: Partial<Readonly<Record<Mode, Pick<CapacitySummary, 'exitCode' | 'exitReason'>>>>,
): Pick<CapacityModesSummary, 'exitCode' | 'exitReason'> {
  const exitCode = gravest(modes.flatMap((mode) => answers[mode]?.exitCode ?? []) as readonly ExitCode[])
  const told = modes.map((mode) => {
    const { exitReason } = answers[mode] ?? {}
    return exitReason === undefined
      ? `${mode} mode was not begun`
      : `in ${mode} mode ${exitReason.replace(/^Exit code \d+, since |\.$/g, '')}`
  })
  return { exitCode, exitReason: `Exit code ${exitCode}, since ${told.join('; ')}.` }
}
