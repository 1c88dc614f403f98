import type { Ceiling, CeilingLevel } from '../../core/calibration.ts'
import type { Mode } from '../../core/sample.ts'
import { ceilingOf, levelOf, nextLevel } from '../../judge/calibration/ceiling.ts'
import type { Bench } from './bench.ts'
import { type Lengths, MEASURED, slots } from './phases.ts'

/** How much this machine sends to a simulator that takes no time, with ever more slots until more bring nothing. */
export const climb = (bench: Bench, mode: Mode, { lengths, told }: ClimbOptions): Promise<Ceiling> =>
  // A connection for each run, as where nothing is known of the target: what needs fewer can only send more.
  bench.on({ simulator: 'instant', connections: 'fresh' }, async ({ run }) => {
    const levels: CeilingLevel[] = []
    for (;;) {
      const { summary, machine, plan, environment } = await run(mode, slots(concurrencyOf(levels), lengths))
      const { cores } = environment
      levels.push(levelOf(summary, summary.phases[MEASURED]!, { machine, cores, concurrency: concurrencyOf(levels) }))
      told(levels.at(-1)!)
      const next = nextLevel(levels, plan.caveats.ownCpu)
      if (typeof next === 'string') return ceilingOf(levels, next)
    }
  })

export interface ClimbOptions {
  readonly lengths: Lengths
  readonly told: (level: CeilingLevel) => void
}

const concurrencyOf = (levels: readonly CeilingLevel[]): number => 2 ** levels.length
