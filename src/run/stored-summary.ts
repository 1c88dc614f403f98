import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { RunSummary } from '../core/summary.ts'
import { FILES } from '../store/run-folder.ts'
import { concludeFolder } from './conclude.ts'

/** What was concluded of a run of an experiment: from its `run.json`, or anew where it has none. Throws a UsageError where it cannot be read. */
export const storedSummary = async (folder: string): Promise<RunSummary> => readSummary(folder) ?? (await concludeFolder(folder)).summary

/** `run.json`; undefined where the run did not come to its end. Throws a UsageError where it cannot be read. */
export function readSummary(folder: string): RunSummary | undefined {
  const path = join(folder, FILES.run)
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunSummary
  } catch (error) {
    throw new UsageError(`${path} cannot be read.`, `Make it again with: flowbench report ${folder}`, { cause: error })
  }
}
