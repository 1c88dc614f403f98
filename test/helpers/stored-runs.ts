import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from '../../src/core/plan.ts'
import { keyed, normal } from '../../src/core/random.ts'
import type { Environment } from '../../src/core/record.ts'
import type { StoredSideRun } from '../../src/judge/comparison/choose-runs.ts'
import { type MadeRunOf, summaryOf } from './comparison.ts'
import { openPhase, planOf } from './samples.ts'

export const MACHINE: Environment = {
  flowbench: '0.1.0',
  node: '24.9.0',
  platform: 'linux 6.8.0 x64',
  cpu: 'Any CPU',
  cores: 2,
  memoryBytes: 8e9,
  libraries: {},
}

const DAY = 86_400_000
const FIRST = Date.parse('2026-10-01T04:00:00.000Z')

export interface MadeStored extends MadeRunOf {
  readonly plan?: Partial<Plan>
  readonly environment?: Partial<Environment>
  /** It was killed: there is no summary. */
  readonly killed?: boolean
}

/** A stored run of day `day`. */
export function storedRun(day: number, { plan: over = {}, environment = {}, killed = false, ...like }: MadeStored = {}): StoredSideRun {
  const plan = planOf({ phases: [openPhase({ name: 'steady' })], ...over })
  const start = new Date(FIRST + day * DAY).toISOString()
  const run = `${start.replace(/[-:]/g, '').slice(0, 15)}Z-${String(day).padStart(4, '0')}`
  return {
    run,
    start,
    plan,
    environment: { ...MACHINE, ...environment },
    ...(killed ? {} : { summary: { ...summaryOf(run, like, plan), start } }),
  }
}

/** A run a day from `first` on, of 1 s times `factor`, that scatter by `scatter` (in logarithms). */
export const storedRuns = (
  many: number,
  {
    first = 0,
    factor = 1,
    scatter = 0.03,
    ...like
  }: MadeStored & { readonly first?: number; readonly factor?: number; readonly scatter?: number } = {},
): readonly StoredSideRun[] =>
  Array.from({ length: many }, (_, n) =>
    storedRun(first + n, { p95: 1e6 * factor * Math.exp(scatter * normal(keyed(first + n, 'run'))), ...like }),
  )

/** Writes a stored run as a folder in `parent`, and gives its path. */
export function writeStoredRun(parent: string, { run, start, plan, environment, summary }: StoredSideRun): string {
  const folder = join(parent, run)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'plan.json'), JSON.stringify({ schema: 1, run, start, zeroMonotonic: 0, plan, environment }))
  if (!summary) return folder
  const valid = summary.caveats.every(({ invalidates }) => !invalidates)
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...summary, valid, exitReason: 'Exit code 0.' }))
  return folder
}
