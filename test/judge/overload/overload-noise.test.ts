import { describe, expect, test } from 'vitest'
import type { Overload } from '../../../src/core/diagnosis.ts'
import type { PhaseSummary } from '../../../src/core/phase-summary.ts'
import { keyed } from '../../../src/core/random.ts'
import { diagnoseOverload } from '../../../src/judge/overload/overload.ts'
import { type Noise, noisyPhase, ORDINARY_NOISE, type Parts } from '../../helpers/noisy-phase.ts'

interface Experiments {
  readonly times: number
  readonly noise?: Noise
  readonly runs?: number
}

/** Two light phases and one under more load, so many times, each with noise of its own. */
async function* experiments(lighter: Parts, loaded: Parts, { times, noise = ORDINARY_NOISE, runs = 60 }: Experiments) {
  for (let i = 0; i < times; i++) {
    const phase = (parts: Parts, clients: number): Promise<PhaseSummary> =>
      noisyPhase(parts, { clients, runs, noise, random: keyed(7, i, clients) })
    yield { one: await phase(lighter, 1), two: await phase(lighter, 2), many: await phase(loaded, 16) }
  }
}

const STREAMING = { byte: 12, admission: 25, engine: 600 } as const
const BLOCKING = { outside: 25, engine: 600 } as const

describe('under light load noise names no overload in at least 99 % of the phases', () => {
  test.each<[string, Parts, Experiments]>([
    ['streaming, 60 runs a phase: 1,000 phases', STREAMING, { times: 500 }],
    ['streaming, 12 runs a phase', STREAMING, { times: 100, runs: 12 }],
    ['streaming, runs of 60 ms', { byte: 9, admission: 27, engine: 26 }, { times: 100 }],
    ['streaming, one run in twenty takes ten times as long', STREAMING, { times: 100, noise: { ...ORDINARY_NOISE, wild: 0.05 } }],
    ['blocking, 60 runs a phase', BLOCKING, { times: 100 }],
  ])(
    '%s',
    async (_, parts, how) => {
      let silent = 0
      for await (const { one, two, many } of experiments(parts, parts, how))
        for (const { kind } of [diagnoseOverload(two, [one]), diagnoseOverload(many, [one, two])]) if (kind === 'none') silent++
      expect(silent).toBeGreaterThanOrEqual(0.99 * 2 * how.times)
    },
    60_000,
  )
})

describe('what is planted under that noise is named in at least 19 of 20', () => {
  test.each<[Overload['kind'], Parts, Parts, readonly Overload['kind'][]]>([
    ['connections', STREAMING, { ...STREAMING, byte: 900 }, []],
    ['workers', STREAMING, { ...STREAMING, admission: 900 }, []],
    ['worker-cpu', STREAMING, { byte: 14, admission: 200, engine: 1400 }, []],
    ['api-connections', BLOCKING, { ...BLOCKING, outside: 900 }, []],
    ['api-cpu', BLOCKING, { outside: 80, engine: 1400 }, []],
    ['unclear', STREAMING, { byte: 2000, admission: 900, engine: 600 }, ['connections', 'workers']],
    ['unclear', STREAMING, { byte: 12, admission: 5000, engine: 1200 }, ['workers', 'worker-cpu']],
    ['unclear', STREAMING, { byte: 5000, admission: 25, engine: 1400 }, ['connections', 'worker-cpu']],
    ['unclear', BLOCKING, { outside: 5000, engine: 1200 }, ['api-connections', 'api-cpu']],
  ])(
    '%s: %o, then %o',
    async (kind, lighter, loaded, suspects) => {
      let found = 0
      for await (const { one, two, many } of experiments(lighter, loaded, { times: 40, runs: 200 })) {
        const overload = diagnoseOverload(many, [one, two])
        if (overload.kind === kind && suspects.join() === (overload.suspects ?? []).join()) found++
      }
      expect(found).toBeGreaterThanOrEqual(38)
    },
    60_000,
  )
})
