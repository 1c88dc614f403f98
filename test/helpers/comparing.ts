import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ComparisonSummary } from '../../src/core/comparison-summary.ts'
import type { Workbench } from './cli.ts'

/** A workflow of about `ms` milliseconds that scatters by a few per cent. */
export const writeProfile = (bench: Workbench, name: string, ms: number): string =>
  bench.write(name, {
    description: 'short, and of known speed',
    inputs: [{ variable: 'text', type: 'paragraph', checked: false }],
    nodes: [
      { id: 'start', type: 'start', takes: '1ms' },
      { id: 'llm', type: 'llm', text: { first: { lognormal: { median: `${ms}ms`, sigma: 0.05 } }, chunks: 5, gap: '2ms' } },
      { id: 'end', type: 'end', takes: '1ms' },
    ],
    outputs: { text: 'llm.text' },
  })

/** A scenario of runs as short as can be judged; our own lateness on a busy machine is no matter here. */
export const writeScenario = (
  bench: Workbench,
  name: string,
  { length, arms }: { readonly length: string; readonly arms: unknown },
): string =>
  bench.write(`${name}.yaml`, {
    name,
    target: { simulator: './short.yaml', mode: 'streaming' },
    inputs: [{ values: { text: '{{nonce}}' } }],
    load: [
      { name: 'warm-up', concurrency: 2, runs: 4, measured: false },
      { name: 'steady', rate: '60/s', for: length },
    ],
    limits: { linger: '0s', timeout: '20s' },
    caveats: { generatorLate: '1m' },
    judge: { primary: 'response_time p50' },
    seed: 3,
    arms,
  })

/** The only folder of a comparison below an `--out` folder; undefined where there is none. */
export function comparisonIn(out: string): string | undefined {
  if (!existsSync(out)) return undefined
  const [name = ''] = readdirSync(out)
  const [folder] = readdirSync(join(out, name)).filter((each) => each.startsWith('compare-'))
  return folder === undefined ? undefined : join(out, name, folder)
}

export const readComparison = (folder: string): ComparisonSummary =>
  JSON.parse(readFileSync(join(folder, 'comparison.json'), 'utf8')) as ComparisonSummary
/** Every line of an experiment's log. */
export const experimentLog = (folder: string): Record<string, unknown>[] =>
  readFileSync(join(folder, 'experiment.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
export const runsIn = (folder: string): string[] => readdirSync(folder).filter((name) => /^\d{8}T/.test(name))
