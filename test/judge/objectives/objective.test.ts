import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../src/core/plan.ts'
import type { Sample } from '../../../src/core/sample.ts'
import { micros } from '../../../src/core/units.ts'
import { judgeObjective } from '../../../src/judge/objectives/objective.ts'
import { parseObjective } from '../../../src/judge/objectives/objective-grammar.ts'
import { summarise } from '../../../src/measure/summary.ts'
import { inputSet, logOf, openPhase, planOf, type Shape, s, sampleOf, whole } from '../../helpers/samples.ts'

/** `count` runs whose response times are spread over 1 … 100 ms in an order that no neighbour tells. */
const spread = (count: number, over: (n: number) => Shape = () => ({})): Sample[] =>
  Array.from({ length: count }, (_, n) => sampleOf(n, { at: micros(n * 10_000), finished: ((n * 37) % 100) + 1, ...over(n) }))

async function judge(
  text: string,
  samples: readonly Sample[],
  rules: { strict?: boolean; isDefault?: boolean; plan?: Partial<Plan> } = {},
) {
  const { strict = false, isDefault = false, plan } = rules
  const parsed = parseObjective(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return judgeObjective(parsed.objective, await summarise(planOf(plan), whole(logOf(samples))), { strict, isDefault })
}

describe('an objective above the floor is decided by the point', () => {
  test.each<[string, boolean, string]>([
    ['response_time p95 < 99ms', false, 'held'],
    ['response_time p95 < 96ms', false, 'held-not-proven'],
    ['response_time p95 < 96ms', true, 'missed'],
    ['response_time p95 < 94ms', false, 'missed'],
    ['response_time p95 <= 95.1ms', false, 'held-not-proven'],
    ['response_time p50 > 10ms', false, 'held'],
    ['response_time p50 > 49ms', false, 'held-not-proven'],
    ['response_time p50 >= 90ms', false, 'missed'],
    ['response_time mean < 51ms', true, 'held'],
    ['response_time mean < 50ms', false, 'missed'],
    ['response_time max <= 100ms', true, 'held'],
    ['throughput > 39/s', true, 'held'],
    ['throughput >= 41/s', false, 'missed'],
    ['response_time p95 of all < 99ms', false, 'held'],
    ['response_time p95 of all < 96ms', false, 'held-not-proven'],
    ['failures < 1%', false, 'held'],
    ['failures < 0.8%', false, 'held-not-proven'],
  ])('%s (strict %s) is %s', async (text, strict, verdict) => {
    const result = await judge(text, spread(400), { strict })
    expect(result.verdict).toBe(verdict)
    expect(result.phase).toBe('steady')
    expect(result.explanation).toMatch(/^[A-Z].*\.$|^[a-z_]+ .*\.$/)
  })
})

describe('below the floor an objective is undecided', () => {
  test.each([
    ['response_time p50 < 1s', 5, 'undecided'],
    ['response_time p50 < 1s', 6, 'held'],
    ['response_time p95 < 1s', 58, 'undecided'],
    ['response_time p95 < 1s', 59, 'held'],
    ['response_time p99 < 1s', 298, 'undecided'],
    ['response_time p99 of all < 1s', 298, 'undecided'],
    ['response_time p99 < 1s', 299, 'held'],
    ['failures < 1%', 298, 'undecided'],
    ['failures < 1%', 299, 'held-not-proven'],
    ['failures < 100%', 1, 'held'],
  ])('%s with %i runs: %s', async (text, count, verdict) => {
    const result = await judge(text, spread(count))
    expect(result.verdict).toBe(verdict)
    if (verdict === 'undecided') expect(result.finding?.shortage?.have).toBe(count)
  })

  test('the default objective on failures has no floor and is never undecided or unproven', async () => {
    expect((await judge('failures < 1%', spread(3), { isDefault: true, strict: true })).verdict).toBe('held')
    const oneOfThree = spread(3, (n) => (n === 0 ? { outcome: 'rejected' } : {}))
    expect(await judge('failures < 1%', oneOfThree, { isDefault: true })).toMatchObject({ verdict: 'missed', missedFromSent: true })
    expect((await judge('failures < 1%', [], { isDefault: true })).verdict).toBe('held')
  })
})

describe('answered-within', () => {
  const withOutcome = (share: number, shape: Shape) => spread(400, (n) => (n % 100 < share * 100 ? shape : {}))

  test('a quantile among exchanges without an answer misses, however short their wait was', async () => {
    const result = await judge('response_time p95 of all < 5s', withOutcome(0.06, { outcome: 'rejected', finished: 1 }))
    expect(result).toMatchObject({ verdict: 'missed', missedFromSent: true })
    expect(result.explanation).toContain('at least')
    expect((await judge('response_time p95 < 5s', withOutcome(0.06, { outcome: 'rejected', finished: 1 }))).verdict).toBe('held')
  })

  test('it is undecided where only the end of the drain cut them off, still within the limit', async () => {
    const unfinished = spread(400, (n) =>
      n % 100 < 6 ? { outcome: 'unfinished', finished: undefined as never, ended: micros(n * 10_000 + 200_000) } : {},
    )
    expect((await judge('response_time p95 of all < 5s', unfinished)).verdict).toBe('undecided')
    expect((await judge('response_time p95 of all < 150ms', unfinished)).verdict).toBe('missed')
  })

  test('without a single answer it is missed', async () => {
    const result = await judge('first_text p95 of all < 1s', spread(100))
    expect(result).toMatchObject({ verdict: 'missed', value: 100_000 })
  })
})

describe('an objective that names no phase', () => {
  const [calm, busy] = [openPhase({ name: 'calm' }), openPhase({ name: 'busy' })]
  const lines = whole([
    ...logOf(
      spread(100, () => ({ phase: 'calm' })),
      calm,
      { ended: s(5) },
    ),
    ...logOf(
      spread(100, (n) => ({ phase: 'busy', n, at: micros(5e6 + n * 10_000), finished: 300 + ((n * 37) % 100) })).map((sample) => ({
        ...sample,
        seq: sample.seq + 100,
      })),
      busy,
      { began: s(5), ended: s(10) },
    ),
  ])

  test('is decided by the worst phase, and says which', async () => {
    const plan = planOf({ phases: [calm, busy] })
    const measured = await summarise(plan, lines)
    const decide = (text: string) => {
      const parsed = parseObjective(text)
      if ('problem' in parsed) throw new Error(parsed.problem)
      return judgeObjective(parsed.objective, measured, { strict: false, isDefault: false })
    }
    expect(decide('response_time p95 < 200ms')).toMatchObject({ verdict: 'missed', phase: 'busy' })
    expect(decide('response_time p95 < 1s')).toMatchObject({ verdict: 'held', phase: 'busy' })
    expect(decide('response_time p50 > 10ms')).toMatchObject({ verdict: 'held', phase: 'calm' })
    const named = decide('response_time p95 < 200ms in calm')
    expect(named.verdict).toBe('held')
    expect(named.phase).toBeUndefined()
    expect(decide('response_time p95 < 200ms').explanation).toContain('the worst of 2')
  })
})

test('an objective on one input set is judged by that set alone', async () => {
  const samples = spread(400, (n) => (n % 2 ? { inputSet: 'long', finished: 1000 + (n % 7) } : { inputSet: 'short' }))
  const plan = { inputs: [inputSet('short'), inputSet('long')] }
  expect((await judge('response_time p95 < 200ms for short', samples, { plan })).verdict).toBe('held')
  expect((await judge('response_time p95 < 200ms for long', samples, { plan })).verdict).toBe('missed')
  expect((await judge('response_time p95 < 200ms', samples, { plan })).verdict).toBe('missed')
})

describe('in an invalid run a miss counts against the target only counted from sent', () => {
  const late = spread(400, () => ({ released: 500, sent: 500, finished: 550, firstEvent: 510 }))
  test.each([
    ['response_time p95 < 200ms', false],
    ['response_time p95 < 20ms', true],
    ['response_time p95 of all < 200ms', false],
    ['first_event p95 < 100ms', false],
    ['first_event p95 < 5ms', true],
    ['service_time p95 < 20ms', true],
    ['schedule_lag p95 < 20ms', false],
    ['throughput > 100/s', false],
  ])('%s: %s', async (text, counts) => {
    expect(await judge(text, late)).toMatchObject({ verdict: 'missed', missedFromSent: counts })
  })
})
