import type { Ceiling, CeilingLevel } from '../../core/calibration.ts'
import type { Mode } from '../../core/sample.ts'
import { ceilingOf, levelOf, nextLevel } from '../../judge/calibration/ceiling.ts'
import type { Bench } from './bench.ts'
import { type Lengths, MEASURED, slots } from './phases.ts'

/** How much this machine sends to a simulator that takes no time, with ever more slots until more bring nothing. */
export const climb = (bench: Bench, mode: Mode, { lengths, told }: ClimbOptions): Promise<Ceiling> =>
  // A connection for each run, as where nothing is known of the target: what needs fewer can only send more.
  bench.on({ simulator: 'instant', connections: 'fresh' }, async ({ run }) => {
    const measured: CeilingLevel[] = []
    let ownCpu = Number.POSITIVE_INFINITY
    for (;;) {
      const next = nextLevel(measured, ownCpu)
      if (typeof next === 'string') return ceilingOf(measured, next)
      const { summary, machine, plan, environment } = await run(mode, slots(next, lengths))
      const level = levelOf(summary, summary.phases[MEASURED]!, { machine, cores: environment.cores, concurrency: next })
      measured.push(level)
      ownCpu = plan.caveats.ownCpu
      told({ ...level, tries: measured.filter(({ concurrency }) => concurrency === next).length })
    }
  })

export interface ClimbOptions {
  readonly lengths: Lengths
  /** Of each level as it was measured; `tries` counts those of its slots. */
  readonly told: (level: CeilingLevel) => void
}
