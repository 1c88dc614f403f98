import { UsageError } from '../core/errors.ts'
import type { ExperimentArm } from '../core/experiment.ts'
import type { Plan } from '../core/plan.ts'
import { readExperiment } from '../store/experiment-folder.ts'
import { keyPrint } from './key-print.ts'

/** `as-begun`: with the keys that the experiment has. `new`: other keys are known to be those of the same apps. */
export type KeysOnResume = 'as-begun' | 'new'

interface KeyOfArm {
  readonly name: string
  readonly apiKey: string | undefined
}

/** An arm as the header of an experiment has it. */
export function armHeader({
  name,
  plan,
  apiKey,
  experiment,
}: KeyOfArm & { readonly plan: Plan; readonly experiment: string }): ExperimentArm {
  const print = keyPrint(apiKey, experiment)
  return { name, planHash: plan.hash, ...(print !== undefined && { keyPrint: print }) }
}

/** What is to be written where an experiment goes on with other keys. */
export interface OtherKeys {
  /** Of every arm that has a key, by name. */
  readonly prints: Readonly<Record<string, string>>
  readonly note: string
}

/**
 * Whether the arms have the keys that the experiment was led with last: a key is what names the app. Undefined where they have, or where nothing was
 * stored of them. Throws a UsageError that names the arms whose key is another one, unless these are said to be of the same apps.
 */
export function heedKeys(
  folder: string,
  arms: readonly KeyOfArm[],
  { kind, keys }: { readonly kind: 'comparison' | 'capacity' | 'capacity-modes'; readonly keys: KeysOnResume },
): OtherKeys | undefined {
  const { header, lines } = readExperiment(folder, kind)
  const begun = header.arms.flatMap(({ name, keyPrint }) => (keyPrint === undefined ? [] : [[name, keyPrint] as const]))
  const since = lines.flatMap((line) => ('resumed' in line ? Object.entries(line.keyPrints ?? {}) : []))
  const then = new Map([...begun, ...since])
  const now = new Map(arms.map(({ name, apiKey }) => [name, keyPrint(apiKey, header.experiment)] as const))
  const other = [...then.keys()].filter((name) => then.get(name) !== now.get(name))
  if (other.length === 0) return undefined
  const whose = other.join(' and ')
  if (keys === 'as-begun')
    throw new UsageError(
      `The experiment in ${folder} cannot go on: the API key of ${whose} is not the one it was begun with, and a key names the app.`,
      'Set the key that it had; or, where the same app has got a new key, add --new-keys.',
    )
  return {
    prints: Object.fromEntries([...now].flatMap(([name, print]) => (print === undefined ? [] : [[name, print]]))),
    note: `It went on with a new API key of ${whose}, said to be of the same app.`,
  }
}
