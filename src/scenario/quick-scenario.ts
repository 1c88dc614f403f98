import { resolve } from 'node:path'
import type { ScenarioDocument } from './document.ts'
import { inputsOverride } from './inputs-option.ts'
import type { LoadedScenario } from './load-scenario.ts'
import { readOverride } from './overrides.ts'
import { planRun } from './plan-written.ts'
import type { FieldPath, Place } from './problem.ts'
import type { Environment } from './variables.ts'

/** What `run` takes in place of a scenario file: options as typed. */
export interface QuickOptions {
  readonly url?: string
  readonly simulator?: string
  /** JSON. */
  readonly inputs?: string
  readonly concurrency?: number | string
  readonly rate?: string
  readonly arrivals?: string
  readonly for?: string
  readonly runs?: number
  readonly think?: string
  readonly mode?: string
}

export interface QuickContext {
  readonly env: Environment
  readonly set?: readonly string[]
  readonly seed?: number
}

/** Where each field of the scenario comes from on the command line; what is not here is looked for further up. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['target', '--url'],
  ['target.url', '--url'],
  ['target.simulator', '--simulator'],
  ['target.apiKey', 'DIFY_API_KEY'],
  ['target.mode', '--mode'],
  ['inputs', '--inputs'],
  ['load', '--concurrency or --rate'],
  ['load.0.concurrency', '--concurrency'],
  ['load.0.rate', '--rate'],
  ['load.0.arrivals', '--arrivals'],
  ['load.0.for', '--for'],
  ['load.0.runs', '--runs'],
  ['load.0.think', '--think'],
])

const DEFAULT_LENGTH = '10s'

/**
 * A plan from options alone, through the same checks as a file: one phase called `load`, concurrency 1 and 10 s unless told otherwise; the
 * key comes from DIFY_API_KEY. Throws a `ScenarioError` that names the options.
 */
export function quickScenario(options: QuickOptions, { env, set = [], seed }: QuickContext): LoadedScenario {
  const { url, simulator, mode, concurrency, rate, runs, inputs } = options
  const data = present({
    target: present({ url, simulator, mode, apiKey: url === undefined ? undefined : `\${DIFY_API_KEY}` }),
    load: [
      present({
        name: 'load',
        concurrency: concurrency ?? (rate === undefined ? 1 : undefined),
        rate,
        arrivals: options.arrivals,
        for: options.for ?? (runs === undefined ? DEFAULT_LENGTH : undefined),
        runs,
        think: options.think,
      }),
    ],
  })
  const locate: ScenarioDocument['locate'] = (path) => ({ kind: 'option', option: optionOf(path) }) satisfies Place
  const planned = planRun({
    document: { data, locate },
    environment: env,
    options: [...(inputs === undefined ? [] : [inputsOverride(inputs)]), ...set.map(readOverride)],
    defaultName: 'quick',
    folder: resolve('.'),
    outside: 'allowed',
    ...(seed !== undefined && { seed }),
  })
  return { ...planned, source: 'the command line' }
}

function optionOf(path: FieldPath): string {
  for (let length = path.length; length > 0; length--) {
    const option = OPTIONS.get(path.slice(0, length).join('.'))
    if (option !== undefined) return option
  }
  return 'the command line'
}

const present = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
