import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Argv } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { createRedactor } from '../core/redact.ts'
import { type JudgeOptions, type LoadedScenario, type LoadOptions, loadArms, loadEither, loadScenario } from '../scenario/load-scenario.ts'
import type { PlannedArms, PlannedRun } from '../scenario/plan-written.ts'
import { quickScenario } from '../scenario/quick-scenario.ts'
import { sharedPlan } from '../scenario/shared-plan.ts'
import { hideFromErrors } from './secrets.ts'

/** Options that go with a scenario file whatever is done with it. */
export interface FileArguments {
  readonly inputs?: string
  readonly set?: readonly string[]
  readonly seed?: number
  readonly 'allow-outside'?: boolean
  readonly 'env-file'?: string
}

/** Options that say what is to run, shared by the commands that read a scenario. */
export interface ScenarioArguments extends FileArguments {
  readonly scenario?: string
  readonly url?: string
  readonly simulator?: string
  readonly arm?: string
  readonly concurrency?: string
  readonly rate?: string
  readonly arrivals?: string
  readonly for?: string
  readonly runs?: number
  readonly think?: string
  readonly mode?: string
  /** Of `calibrate`, which compares a scenario with itself. */
  readonly pairs?: number
  readonly shard?: string
}

/** Those that stand in for a scenario file. */
const QUICK = ['url', 'simulator', 'concurrency', 'rate', 'arrivals', 'for', 'runs', 'think', 'mode'] as const

/** Options that go with a scenario file whatever is done with it. */
export const fileOptions = <T>(yargs: Argv<T>) =>
  yargs
    .option('inputs', { type: 'string', requiresArg: true, describe: 'inputs of every run, as JSON; replaces those of a scenario file' })
    .option('set', { type: 'string', array: true, nargs: 1, describe: 'set any field of the scenario: --set target.mode=blocking' })
    .option('seed', { type: 'number', requiresArg: true, describe: 'seed of arrivals and inputs' })
    .option('allow-outside', { type: 'boolean', describe: 'input files may lie outside the scenario’s folder' })
    .option('env-file', { type: 'string', requiresArg: true, describe: 'read environment variables from this file; the real ones win' })

export const scenarioOptions = <T>(yargs: Argv<T>) =>
  fileOptions(yargs)
    .positional('scenario', { type: 'string', describe: 'scenario file; without one, say what to run with --url or --simulator' })
    .option('url', {
      type: 'string',
      requiresArg: true,
      describe: 'API base of the target, instead of a scenario file; the key comes from DIFY_API_KEY',
    })
    .option('simulator', {
      type: 'string',
      requiresArg: true,
      describe: 'built-in simulator with this profile, instead of a scenario file',
    })
    .option('arm', { type: 'string', requiresArg: true, describe: 'this arm of the scenario file; without it, what stands above the arms' })
    .option('concurrency', { type: 'string', requiresArg: true, describe: 'slots, such as 4 or 1..32' })
    .option('rate', { type: 'string', requiresArg: true, describe: 'runs by schedule, such as 10/s or 10/s..40/s' })
    .option('arrivals', { choices: ['constant', 'poisson'] as const, describe: 'with --rate' })
    .option('for', { type: 'string', requiresArg: true, describe: 'how long, such as 30s (default 10s)' })
    .option('runs', { type: 'number', requiresArg: true, describe: 'exactly so many runs, with --concurrency' })
    .option('think', { type: 'string', requiresArg: true, describe: 'pause of a slot between runs, with --concurrency' })
    .option('mode', { choices: ['streaming', 'blocking'] as const, describe: 'instead of the scenario file’s' })
    .option('shard', {
      type: 'string',
      requiresArg: true,
      describe: 'this machine’s share of a plan that several carry, such as 2/8; `merge` joins their folders',
    })

/** Whether anything of a scenario is named, be it only a part. */
export const namesScenario = (options: ScenarioArguments): boolean =>
  [...QUICK, 'scenario' as const, 'inputs' as const, 'arm' as const, 'set' as const, 'seed' as const].some(
    (name) => options[name] !== undefined,
  )

/** The scenario that the options name, with the environment it was read with. Its secrets are hidden from every message from here on. */
export function scenarioOf(options: ScenarioArguments): LoadedScenario & { readonly env: NodeJS.ProcessEnv } {
  const env = { ...fileVariables(options['env-file']), ...process.env }
  const loaded = options.scenario === undefined ? fromOptions(options, env) : fromFile(options.scenario, options, env)
  hideFromErrors(createRedactor(loaded.secrets))
  return { ...loaded, plan: sharedPlan(loaded, options.shard), env }
}

/** The arms that a scenario file has, or its one plan where it has none, with the environment they were read with. */
export function armsOrPlanOf(options: FileArguments & { readonly scenario: string }): (PlannedArms | PlannedRun) & Surroundings {
  return withoutSecrets(options, (read) => loadEither(options.scenario, read))
}

/** The arms of a scenario file and how they are judged, with the environment they were read with. */
export function armsOf({
  scenario,
  pairs,
  inconclusive,
  ...options
}: FileArguments & JudgeOptions & { readonly scenario: string }): PlannedArms & Surroundings {
  return withoutSecrets(options, (read) => loadArms(scenario, { ...read, ...given({ pairs, inconclusive }) }))
}

interface Surroundings {
  readonly env: NodeJS.ProcessEnv
}

/** Reads a scenario; the secrets of all its arms are hidden from every message from here on. */
function withoutSecrets<Read extends PlannedArms | PlannedRun>(
  options: FileArguments,
  read: (options: LoadOptions) => Read,
): Read & Surroundings {
  const env = { ...fileVariables(options['env-file']), ...process.env }
  const { inputs, seed, set } = options
  const loaded = read({ env, allowOutside: options['allow-outside'] ?? false, ...given({ inputs, seed, set }) })
  hideFromErrors(createRedactor(secretsOf(loaded)))
  return { ...loaded, env }
}

/** Of all arms together. */
export const secretsOf = (loaded: PlannedArms | PlannedRun): readonly string[] =>
  'plan' in loaded ? loaded.secrets : loaded.arms.flatMap(({ secrets }) => secrets)

function fromOptions(options: ScenarioArguments, env: NodeJS.ProcessEnv): LoadedScenario {
  if (options.url === undefined && options.simulator === undefined)
    throw new UsageError(
      'There is nothing to run: no scenario file, and neither --url nor --simulator.',
      'Try `flowbench run scenarios/quickstart.yaml`, or `flowbench run --simulator llm`.',
    )
  if (options.arm !== undefined)
    throw new UsageError('--arm names an arm of a scenario file, and none was given.', 'Name the file, or leave --arm out.')
  const { url, simulator, inputs, concurrency, rate, arrivals, runs, think, mode, set, seed } = options
  const quick = { url, simulator, inputs, concurrency, rate, arrivals, runs, think, mode, for: options.for }
  return quickScenario(given(quick) as Parameters<typeof quickScenario>[0], { env, ...given({ set, seed }) })
}

function fromFile(scenario: string, options: ScenarioArguments, env: NodeJS.ProcessEnv): LoadedScenario {
  const stray = QUICK.find((name) => name !== 'mode' && options[name] !== undefined)
  if (stray !== undefined)
    throw new UsageError(
      `--${stray} goes without a scenario file, and ${scenario} is one.`,
      'Change the file, or one of its fields for this run with --set, such as --set load.0.rate=5/s.',
    )
  const { inputs, seed, arm, pairs } = options
  const set = [...(options.mode === undefined ? [] : [`target.mode=${options.mode}`]), ...(options.set ?? [])]
  return loadScenario(scenario, { env, set, allowOutside: options['allow-outside'] ?? false, ...given({ inputs, seed, arm, pairs }) })
}

function fileVariables(path: string | undefined): NodeJS.Dict<string> {
  if (path === undefined) return {}
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(
      `The file of environment variables ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Check the path given with --env-file.',
      { cause: error },
    )
  }
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The same without what is undefined. */
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
