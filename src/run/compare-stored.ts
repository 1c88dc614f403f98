import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sides, StoredSettings } from '../core/comparison.ts'
import type { ComparisonSummary } from '../core/comparison-summary.ts'
import { UsageError } from '../core/errors.ts'
import { chooseRuns, type MayDiffer } from '../judge/comparison/choose-runs.ts'
import { concludeHistorical } from '../judge/comparison/historical.ts'
import { planJudge } from '../scenario/judge.ts'
import { EXPERIMENT_FILES } from '../store/experiment-folder.ts'
import { newRunId } from '../store/run-folder.ts'
import { storedRunsIn } from './stored-runs.ts'

/** What the folders of comparisons of stored runs are called, before the id. */
export const HISTORICAL_PREFIX = 'historical'

export interface StoredQuestion {
  readonly mayDiffer: MayDiffer
  /** Of runs that are of an arm, only those of this one. */
  readonly arm?: string
  /** As `judge` of a scenario says it; what is absent is as there. */
  readonly judge: NonNullable<Parameters<typeof planJudge>[0]>
}

/** Judges stored runs, or folders of them. Reads only. Throws a UsageError where they cannot be compared. */
export function compareStored(paths: Sides<string>, { mayDiffer, arm, judge }: StoredQuestion): ComparisonSummary {
  const chosen = chooseRuns({ baseline: storedRunsIn(paths.baseline, arm), candidate: storedRunsIn(paths.candidate, arm) }, mayDiffer)
  const plans = [...chosen.runs.baseline, ...chosen.runs.candidate].flatMap(({ use, plan }) => (use === 'counted' ? [plan] : []))
  const { pairs: _pairs, seed: _seed, ...settings } = planJudge(judge, { arms: plans, seed: 1, complain })
  return concludeHistorical(chosen, { experiment: newRunId(new Date()), settings: settings satisfies StoredSettings })
}

/** A field of `judge` stands in an option here. */
function complain(path: readonly (string | number)[], wrong: string, right: string): never {
  throw new UsageError(`--${path.at(-1)}: ${wrong}.`, right)
}

export const isHistoricalFolder = (folder: string): boolean =>
  !existsSync(join(folder, EXPERIMENT_FILES.log)) && existsSync(join(folder, EXPERIMENT_FILES.comparison))

/** What was concluded, from its file alone. Throws a UsageError where that cannot be read, or is something else. */
export function readHistorical(folder: string): ComparisonSummary {
  const path = join(folder, EXPERIMENT_FILES.comparison)
  let read: Partial<ComparisonSummary> | null
  try {
    read = JSON.parse(readFileSync(path, 'utf8')) as Partial<ComparisonSummary> | null
  } catch (error) {
    throw new UsageError(`${path} cannot be read.`, 'Compare the stored runs again.', { cause: error })
  }
  if (read?.schema !== 1 || read.settings === undefined || read.runs === undefined)
    throw new UsageError(`${path} holds no comparison that this version can read.`, 'Use the version of flowbench that made it.')
  return read as ComparisonSummary
}
