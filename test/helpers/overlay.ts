import type { OverlaidRun } from '../../src/judge/overlay/overlaid-run.ts'
import type { Overlay } from '../../src/judge/overlay/overlay.ts'
import { makeRun, translatePlan } from './run-summary.ts'
import { s } from './samples.ts'

/** Runs of one plan with seeds 1, 2, … and ids that end in 0000, 0001, … */
export async function overlaidRuns(many: number): Promise<readonly OverlaidRun[]> {
  const phases = translatePlan().phases.map((phase) => ({ ...phase, length: s(15) }))
  return Promise.all(
    Array.from({ length: many }, async (_, at) => {
      const { summary, plan, environment } = await makeRun(translatePlan({ phases, seed: at + 1 }))
      return { summary: { ...summary, run: `20261124T213525Z-${String(at).padStart(4, '0')}` }, plan, environment }
    }),
  )
}

/** The same with foreign text wherever foreign text can stand. */
export const poisonedOverlay = (overlay: Overlay, evil: readonly string[]): Overlay => ({
  ...overlay,
  differences: evil.slice(0, 30).map((field) => ({ field, values: overlay.runs.map(() => `${field}${'w'.repeat(300)}`) })),
  runs: overlay.runs.map((run, at) => ({
    ...run,
    summary: {
      ...run.summary,
      name: `${evil[at]}${'w'.repeat(300)}`,
      objectives: evil.slice(0, 20).map((text) => ({ ...run.summary.objectives[0]!, text })),
      caveats: evil.slice(20, 40).map((text) => ({ kind: 'clock' as const, text, invalidates: true, phase: text })),
      phases: Object.fromEntries(Object.values(run.summary.phases).map((phase, nth) => [`${evil[10 + nth]}`, phase])),
    },
  })),
})
