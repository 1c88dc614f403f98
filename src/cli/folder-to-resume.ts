import { dirname, relative, resolve } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { KeysOnResume } from '../run/keys-of-experiment.ts'
import { EXPERIMENT_FILES, experimentFolderOf, experimentFolders, isExperimentFolder } from '../store/experiment-folder.ts'
import { scenarioFolder } from '../store/run-folder.ts'

export interface Resuming {
  /** The folder that is named, or nothing for the latest one. */
  readonly named: string
  readonly out: string
  readonly scenario: string
  /** What the folders of such experiments are called, before the id. */
  readonly prefix: string
}

/** The folder that is named, or the latest one of the scenario. Throws a UsageError where there is none; `what` is what it is called. */
export function folderToResume(what: 'comparison' | 'search', { named, out, scenario, prefix }: Resuming): string {
  if (named !== '') {
    const folder = experimentFolderOf(resolve(named))
    if (isExperimentFolder(dirname(folder)))
      throw new UsageError(
        `${near(folder)} is one mode of the ${what} in ${near(dirname(folder))}, whose budget is for all of them.`,
        `Go on with the whole: --resume ${near(dirname(folder))}.`,
      )
    if (isExperimentFolder(folder)) return folder
    throw new UsageError(
      `There is no ${what} to go on with in ${near(folder)}: it has no ${EXPERIMENT_FILES.log}.`,
      `Name a folder below ${near(resolve(out))} that has one, or none for the latest.`,
    )
  }
  const parent = scenarioFolder(resolve(out), scenario)
  const latest = experimentFolders(parent, prefix).at(-1)
  if (latest === undefined)
    throw new UsageError(
      `There is no ${what} to go on with: ${near(parent)} holds none.`,
      `Leave --resume out, or name a folder with ${EXPERIMENT_FILES.log} in it.`,
    )
  return latest
}

/** The option that says of `--resume` that another key is one of the same app. */
export const NEW_KEYS = {
  type: 'boolean',
  describe: 'with --resume: an API key that is another one than before is a new one of the same app',
} as const

export const keysOnResume = ({ newKeys }: { readonly newKeys?: boolean | undefined }): KeysOnResume => (newKeys ? 'new' : 'as-begun')

/** A path as a person would type it from here. */
export function near(folder: string): string {
  const path = relative('.', folder)
  return path === '' || path.startsWith('..') ? folder : path
}
