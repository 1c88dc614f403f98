import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  COMPARISONS,
  checkObjective,
  type ObjectiveProblem,
  parseObjective,
  STATISTICS,
} from '../../../src/judge/objectives/objective-grammar.ts'
import { METRIC_NAMES, metric } from '../../../src/measure/metrics.ts'
import { closedPhase, inputSet, openPhase } from '../../helpers/samples.ts'

const read = (text: string) => {
  const parsed = parseObjective(text)
  if ('problem' in parsed) throw new Error(`${parsed.problem} ${parsed.hint}`)
  return parsed.objective
}
const problem = (text: string) => parseObjective(text) as ObjectiveProblem

describe('objectives of the interface page', () => {
  test.each([
    ['first_event p95 < 800ms', { subject: { kind: 'metric', metric: 'first_event', statistic: 'p95' }, comparison: '<', limit: 800_000 }],
    [
      'response_time p99 of all < 5s in steady',
      { subject: { kind: 'of-all', metric: 'response_time', statistic: 'p99' }, limit: 5e6, phase: 'steady' },
    ],
    ['failures < 1%', { subject: { kind: 'failures' }, limit: 0.01 }],
    ['throughput > 9/s in steady', { subject: { kind: 'throughput' }, comparison: '>', limit: 9, phase: 'steady' }],
    ['response_time p99.9 <= 2m for with document', { comparison: '<=', limit: 120e6, inputSet: 'with document' }],
    ['response_time mean<1.5s in a b for c', { limit: 1_500_000, phase: 'a b', inputSet: 'c' }],
    ['tokens max < 300', { limit: 300 }],
    ['coalesced p50 < 10%', { limit: 0.1 }],
    ['outside_time p50 > -5ms', { limit: -5000 }],
    ['total_tokens_per_second p50 >= 90/m', { limit: 1.5 }],
    ['failures <= 0.005', { limit: 0.005 }],
  ])('%s', (text, expected) => {
    expect(read(text)).toMatchObject({ text, ...expected })
  })
})

describe('what is wrong, and what would be right', () => {
  test.each([
    ['respons_time p95 < 1s', 'no metric `respons_time`', '`response_time`'],
    ['First-Event p95 < 1s', 'no metric', '`first_event`'],
    ['zzz p95 < 1s', 'no metric `zzz`', 'Metrics are response_time'],
    ['response_time < 1s', 'needs a statistic', 'p50, p75, p90, p95, p99, p99.9, mean, max'],
    ['response_time p98 < 1s', 'no statistic `p98`', 'p99'],
    ['response_time p95 < 1', 'no limit for response_time', 'a duration such as'],
    ['response_time p95 < fast', 'no limit', 'a duration'],
    ['response_time p95 < -1s', 'never below zero', 'a duration'],
    ['failures < 1s', 'no limit for failures', 'a percentage'],
    ['failures < 120%', 'never above 100%', 'a percentage'],
    ['failures p95 < 1%', 'takes no statistic', 'failures < 1%'],
    ['throughput > 9', 'no limit for throughput', 'a rate'],
    ['tokens p50 < many', 'no limit for tokens', 'a plain number'],
    ['bytes p50 < 1s', 'no limit for bytes', 'a number of bytes'],
    ['elapsed_time p95 of all < 1s', 'not known `of all`', 'response_time'],
    ['response_time max of all < 1s', 'max is not known `of all`', 'p50, p90, p95, p99'],
    ['response_time p95 of some < 1s', '`of some` is not understood', 'of all'],
    ['response_time p95 = 1s', 'has no comparison', 'response_time p95 < 800ms'],
    ['response_time p95 <', 'is not of the form', 'response_time p95 < 800ms'],
    ['< 1s', 'begins with a metric', 'Metrics are'],
  ])('%s', (text, wrong, right) => {
    expect(problem(text).problem).toContain(wrong)
    expect(problem(text).hint).toContain(right)
  })
})

test('every metric, statistic and comparison reads, and no text throws', () => {
  const limits = { µs: '5ms', ratio: '5%', 'per second': '5/s', bytes: '5', count: '5' }
  for (const name of METRIC_NAMES)
    for (const statistic of STATISTICS)
      for (const comparison of COMPARISONS)
        expect(read(`${name} ${statistic} ${comparison} ${limits[metric(name).unit]}`)).toMatchObject({ comparison })
  fc.assert(fc.property(fc.string(), (text) => void parseObjective(text)))
})

describe('an objective that the plan can never decide is refused', () => {
  const plan = {
    phases: [openPhase({ name: 'warm-up', measured: false }), openPhase(), closedPhase({ name: 'users', mode: 'blocking' })],
    inputs: [inputSet('short'), inputSet('long')],
  }
  test.each([
    ['response_time p95 < 1s in stedy', 'no phase `stedy`', '`steady`'],
    ['response_time p95 < 1s in nowhere-near', 'no phase', 'Measured phases are steady, users'],
    ['response_time p95 < 1s in warm-up', 'not measured', 'steady, users'],
    ['response_time p95 < 1s for shrt', 'no input set', '`short`'],
    ['throughput > 1/s for short', 'throughput is not known by input set', 'out'],
    ['first_event p95 < 1s in users', 'streaming mode only', 'response_time'],
  ])('%s', (text, wrong, right) => {
    const found = checkObjective(read(text), plan)
    expect(found?.problem).toContain(wrong)
    expect(found?.hint).toContain(right)
  })
  test.each(['response_time p95 < 1s', 'first_event p95 < 1s', 'failures < 1% for long', 'throughput > 1/s in users'])(
    '%s is fine',
    (text) => {
      expect(checkObjective(read(text), plan)).toBeUndefined()
    },
  )
  test('a metric that no measured phase can have is refused', () => {
    const blocking = { ...plan, phases: [closedPhase()] }
    expect(checkObjective(read('first_text p95 < 1s'), blocking)?.problem).toContain('no measured phase runs in it')
  })
})
