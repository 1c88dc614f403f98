import { describe, expect, it } from 'vitest'
import type { TruthAtLoad, Witness } from '../../../src/core/calibration.ts'
import { calibrationCaveats } from '../../../src/judge/calibration/calibration-caveats.ts'
import { calibration, ceiling } from '../../helpers/calibration.ts'

const witness = (apart: number): Witness => ({
  client: 'autocannon',
  concurrency: 8,
  takes: 20_000,
  flowbench: { mean: 20_500 * (1 + apart), perSecond: 390 },
  other: { mean: 20_500, perSecond: 390 },
  apart: { mean: apart, perSecond: 0 },
})
const truth = (over: Partial<TruthAtLoad>): TruthAtLoad => ({
  mode: 'streaming',
  share: 0.5,
  perSecond: 200,
  exchanges: 800,
  errors: { finished: { p50: 200, p95: 900 } },
  scheduleLag: { p50: 100, p95: 400, p99: 900 },
  ...over,
})
const said = (over: Parameters<typeof calibration>[0]) => calibrationCaveats(calibration(over)).join('\n')

describe('caveats on an installation', () => {
  it('are none where all is well, nor where no second client is installed', () => {
    expect(said({ witness: witness(0.05), truth: [truth({})] })).toBe('')
    expect(said({ witness: { absent: 'not installed' } })).toBe('')
  })

  it.for([0.06, -0.06])('say where a second client disagrees by more than 5 %% in the mean: %d', (apart, { expect }) => {
    expect(said({ witness: witness(apart) })).toMatch(/autocannon measured 20\.5 ms, 6 % apart/)
  })

  it('say where marks are further from the truth than 2 ms (p50) or 5 ms (p95)', () => {
    expect(said({ truth: [truth({ errors: { finished: { p50: 2_100, p95: 3_000 } } })] })).toContain(
      'At 50 % of the ceiling the mark finished',
    )
    const two = { firstText: { p50: 100, p95: 5_200 }, finished: { p50: 300, p95: 5_100 } }
    expect(said({ truth: [truth({ errors: two })] })).toContain(
      'the marks firstText, finished of streaming runs lay up to 300 µs (p50) and 5.2 ms',
    )
    expect(said({ truth: [truth({ errors: { firstText: { p50: 100, p95: 5_100 } } })] })).toContain('the mark firstText of streaming runs')
  })

  it('say where sends were late, but nothing of loads beyond half of the ceiling', () => {
    const late = { scheduleLag: { p50: 100, p95: 8_000, p99: 12_000 } }
    expect(said({ truth: [truth(late)] })).toContain('late (p99): streaming runs at 50 % up to 12 ms.')
    const two = said({ truth: [truth({ ...late, mode: 'blocking', share: 0.1 }), truth(late)] })
    expect(two).toContain('late (p99): blocking runs at 10 % up to 12 ms, streaming runs at 50 % up to 12 ms.')
    expect(two.match(/late/g)).toHaveLength(1)
    expect(said({ truth: [truth({ ...late, share: 0.8, errors: { finished: { p50: 9_000, p95: 90_000 } } })] })).toBe('')
  })

  it('say where other programs were busy, and where runs against our own simulator failed', () => {
    const of = (level: object) => {
      const { levels, ...rest } = ceiling(1_000)
      return { ...rest, levels: levels.map((one) => ({ ...one, ...level })) }
    }
    expect(said({ ceiling: { blocking: of({ others: 0.3 }), streaming: of({ others: 0.3 }) } })).toContain('Other programs took 30 %')
    expect(said({ ceiling: { blocking: of({ failures: 3 }), streaming: of({}) } })).toContain('3 runs against the simulator')
  })
})
