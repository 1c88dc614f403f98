import { resolve } from 'node:path'
import { HarnessError, UsageError } from '../core/errors.ts'
import { compareStored, HISTORICAL_PREFIX, type StoredQuestion } from '../run/compare-stored.ts'
import { writeComparison } from '../run/conclude-comparison.ts'
import { makeFolder, scenarioFolder } from '../store/run-folder.ts'
import { comparisonFormatsOf, type FormatArguments } from './formats.ts'
import { colourOf, printComparison } from './output.ts'

/** Options of `compare` that go with stored runs. */
export interface StoredArguments extends FormatArguments {
  readonly scenario: string
  readonly candidate: string
  readonly arm?: string
  readonly 'may-differ'?: string
  readonly primary?: string
  readonly margin?: string
  readonly noise?: string
  readonly inconclusive?: string
  readonly out: string
  readonly color?: boolean
}

/** Options that only stored runs have; a scenario says the same in its file. */
export const STORED_ONLY = ['arm', 'may-differ', 'primary', 'margin', 'noise'] as const
/** Options that only a scenario's arms have. */
const SCENARIO_ONLY = ['pairs', 'resume', 'inputs', 'set', 'seed', 'env-file', 'allow-outside'] as const

/** `flowbench compare <baseline> <candidate>`: stored runs, judged as far as such runs can be. */
export async function compareStoredRuns(options: StoredArguments): Promise<void> {
  const stray = SCENARIO_ONLY.find((name) => (options as unknown as Record<string, unknown>)[name] !== undefined)
  if (stray !== undefined)
    throw new UsageError(
      `--${stray} goes with a scenario, and stored runs are as they are.`,
      'Leave it out, or name a scenario file alone.',
    )
  const { print, files } = comparisonFormatsOf(options)
  const summary = compareStored({ baseline: options.scenario, candidate: options.candidate }, questionOf(options))
  process.exitCode = summary.exitCode
  const folder = makeFolder(scenarioFolder(resolve(options.out), summary.name), `${HISTORICAL_PREFIX}-${summary.experiment}`)
  const written = await writeComparison(folder, summary, files).catch((error: unknown) => {
    if (!(error instanceof HarnessError)) throw error
    process.stderr.write(`${error.message}\n${error.hint}\n`)
    process.exitCode = error.exitCode
    return [] as readonly string[]
  })
  printComparison(summary, { format: print, folder, files: written, colour: colourOf(process.stdout, options.color) })
}

function questionOf(options: StoredArguments): StoredQuestion {
  const { arm, primary, margin, noise, inconclusive } = options
  const named = options['may-differ']
    ?.split(',')
    .map((field) => field.trim())
    .filter(Boolean)
  return {
    mayDiffer: named?.includes('anything') ? 'anything' : (named ?? []),
    ...(arm !== undefined && { arm }),
    judge: {
      ...(primary !== undefined && { primary }),
      ...(margin !== undefined && { margin: percentage('margin', margin) }),
      ...(noise !== undefined && { noise: percentage('noise', noise) }),
      ...(inconclusive !== undefined && { inconclusive: inconclusive as 'pass' | 'fail' }),
    },
  }
}

function percentage(option: string, text: string): string {
  if (/^\d+(\.\d+)?%$/.test(text)) return text
  throw new UsageError(`--${option} ${text} is no share.`, `Write it in percent, such as --${option} 10%.`)
}
