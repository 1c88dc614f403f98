import type { Calibration, Ceiling } from '../../src/core/calibration.ts'
import type { Environment } from '../../src/core/record.ts'

export const MACHINE: Environment = {
  flowbench: '1.2.3',
  node: '24.9.0',
  platform: 'linux 6.1 x64',
  cpu: 'Imaginary 3000',
  cores: 4,
  memoryBytes: 8e9,
  libraries: {},
}

/** A ceiling of one level. */
export const ceiling = (perSecond: number): Ceiling => ({
  perSecond,
  concurrency: 8,
  cpuPerRun: 900,
  cpuPerEvent: 900,
  endedBy: 'flat',
  levels: [{ concurrency: 8, perSecond, cpu: 0.9, loopDelay: 2_000, eventsPerRun: 1, succeeded: 1_000, failures: 0, tries: 1, doubts: [] }],
})

/** 1,000 blocking and 400 streaming runs per second, with nothing wrong. */
export const calibration = (over: Partial<Calibration> = {}): Calibration => ({
  schema: 1,
  at: '2026-11-20T08:00:00.000Z',
  environment: MACHINE,
  thoroughness: 'whole',
  ceiling: { blocking: ceiling(1_000), streaming: ceiling(400) },
  witness: { absent: 'nobody asked' },
  truth: [],
  noise: [],
  caveats: [],
  ...over,
})
