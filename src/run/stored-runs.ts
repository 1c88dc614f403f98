import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { StoredSideRun } from '../judge/comparison/choose-runs.ts'
import { experimentFolderOf, isExperimentFolder } from '../store/experiment-folder.ts'
import { readPlan } from '../store/read-lines.ts'
import { FILES, runFolderOf } from '../store/run-folder.ts'
import { readSummary } from './stored-summary.ts'

/**
 * A run by its folder or a file in it, or all runs that lie in a folder: of a scenario, or of a comparison. Of runs that are of an arm, only those
 * of `arm`. Throws a UsageError where there is none, or where runs of several arms lie there and none is named.
 */
export function storedRunsIn(path: string, arm?: string): readonly StoredSideRun[] {
  const runs = allRunsIn(path)
  const arms = [...new Set(runs.flatMap(({ plan }) => plan.arm ?? []))]
  if (arms.length > 1 && arm === undefined)
    throw new UsageError(`${path} holds runs of the arms ${arms.join(' and ')}.`, `Say which with --arm, such as --arm ${arms[0]}.`)
  const chosen = runs.filter(({ plan }) => arm === undefined || plan.arm === undefined || plan.arm === arm)
  if (chosen.length > 0) return chosen
  throw new UsageError(`${path} holds no run of the arm ${arm}.`, `Its arms are ${arms.join(' and ')}.`)
}

/** The same of all arms. */
export function allRunsIn(path: string): readonly StoredSideRun[] {
  const folders = foldersIn(path)
  if (folders.length === 0) throw noRuns(path)
  return folders.map(storedRun)
}

function foldersIn(path: string): readonly string[] {
  const own = runFolderOf(path)
  if (existsSync(join(own, FILES.plan))) return [own]
  const parent = experimentFolderOf(path)
  return subfolders(parent).filter((folder) => existsSync(join(folder, FILES.plan)))
}

function subfolders(parent: string): readonly string[] {
  if (!existsSync(parent)) return []
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => join(parent, name))
    .sort()
}

function storedRun(folder: string): StoredSideRun {
  const { run, start, plan, environment } = readPlan(folder)
  const summary = readSummary(folder)
  return { run, start, plan, environment, ...(summary && { summary }) }
}

function noRuns(path: string): UsageError {
  if (!existsSync(path)) return new UsageError(`There is no ${path}.`, 'Name a run folder, or a folder of runs, below reports/.')
  const inside = subfolders(path).find((folder) => isExperimentFolder(folder))
  return new UsageError(
    `${path} holds no runs.`,
    inside === undefined ? 'Name a run folder, or a folder of runs, below reports/.' : `Did you mean the runs of a comparison, ${inside}?`,
  )
}
