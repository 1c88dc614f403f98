import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyed } from '../../../src/core/random.ts'
import {
  levelsOf,
  mostTrials,
  nextStep,
  type SearchSettings,
  type SearchStep,
  type Trial,
  type TrialFinding,
} from '../../../src/judge/capacity/capacity-search.ts'

const settings: SearchSettings = { axis: 'rate', from: 1, top: 1000, width: 0.05, budget: { trials: 200 } }

type Over = Extract<SearchStep, { kind: 'over' }>

/** Searches until it is over; `answer` is what comes of a trial. */
function search(
  answer: (load: number, trial: number, purpose: Trial['purpose']) => TrialFinding | Partial<Trial>,
  over: Partial<SearchSettings> = {},
): { readonly end: Over; readonly trials: readonly Trial[] } {
  const used = { ...settings, ...over }
  const trials: Trial[] = []
  for (;;) {
    const step = nextStep(trials, used)
    if (step.kind === 'over') return { end: step, trials }
    if (trials.length > 500) throw new Error('the search does not end')
    const given = answer(step.load, trials.length, step.purpose)
    const trial: Trial = { load: step.load, purpose: step.purpose, finding: 'held' }
    trials.push(typeof given === 'string' ? { ...trial, finding: given } : { ...trial, ...given })
  }
}

const upTo =
  (limit: number) =>
  (load: number): TrialFinding =>
    load <= limit ? 'held' : 'missed'

describe('on a server that answers the same each time', () => {
  test('any limit ends in a bracket around it, at most 5 % wide, its lower end proven', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 999, noNaN: true }), (limit) => {
        const { end, trials } = search(upTo(limit))
        expect(end.end).toBe('found')
        expect(end.verified).toBe(end.lower)
        expect(end.lower!).toBeLessThanOrEqual(limit)
        expect(end.upper!).toBeGreaterThan(limit)
        expect(end.upper! / end.lower!).toBeLessThanOrEqual(1.05)
        expect(trials.length).toBeLessThanOrEqual(mostTrials(settings))
      }),
    )
  })

  test('below twenty slots the ends of the bracket are neighbours, and every load is a whole number of slots', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (limit) => {
        const used = { axis: 'concurrency', top: 256 } as const
        const { end, trials } = search(upTo(limit), used)
        expect(end.end).toBe('found')
        expect(trials.every(({ load }) => Number.isInteger(load))).toBe(true)
        expect(end.lower!).toBeLessThanOrEqual(limit)
        expect(end.upper!).toBeGreaterThan(limit)
        if (end.lower! < 20) expect(end.upper! - end.lower!).toBe(1)
        else expect(end.upper! / end.lower!).toBeLessThanOrEqual(1.05 + 1 / end.lower!)
        expect(trials.length).toBeLessThanOrEqual(mostTrials({ ...settings, ...used }))
      }),
    )
  })

  test('a level is decided by three trials that agree, and no trial is spent on a decided one but its proof', () => {
    const { trials } = search(upTo(37))
    for (const { held, missed, proven } of levelsOf(trials)) expect([held + missed, proven]).toEqual([3, proven])
    expect(trials.filter(({ purpose }) => purpose === 'verify')).toHaveLength(2)
  })
})

describe('where the answer lies outside', () => {
  test('what is missed at the lowest load is proven there once, and that is the answer', () => {
    const { end, trials } = search(() => 'missed')
    expect(end).toEqual({ kind: 'over', end: 'lowest-missed', upper: 1 })
    expect(trials.at(-1)!.purpose).toBe('verify')
  })

  test('what holds at the top is proven there, and nothing higher is tried', () => {
    const { end, trials } = search(() => 'held', { top: 30 })
    expect(end).toEqual({ kind: 'over', end: 'top-held', lower: 30, verified: 30 })
    expect(Math.max(...trials.map(({ load }) => load))).toBe(30)
  })
})

describe('on a server that is not always the same', () => {
  test('two stalls at one level change nothing', () => {
    const hits = new Map<number, number>()
    const stalled = (load: number): TrialFinding => {
      const before = hits.get(load) ?? 0
      hits.set(load, before + 1)
      return before < 2 ? 'missed' : upTo(50)(load)
    }
    expect(search(stalled, { top: 40 }).end).toMatchObject({ end: 'top-held', verified: 40 })
  })

  test('a proof that fails sends its level back, and one that fails twice moves the bracket below it', () => {
    const { end, trials } = search((load, _, purpose) => (purpose === 'verify' ? upTo(30) : upTo(50))(load))
    expect(end).toMatchObject({ end: 'found' })
    expect(end.lower!).toBeLessThanOrEqual(30)
    const failed = trials.filter(({ purpose, finding, load }) => purpose === 'verify' && finding === 'missed' && load < 50)
    expect(failed.length).toBeGreaterThanOrEqual(2)
    const [first] = failed
    expect(trials[trials.indexOf(first!) + 1]).toMatchObject({ load: first!.load, purpose: 'level' })
  })

  test('an upper end that holds in its proof twice moves the bracket above it', () => {
    const { end } = search((load, _, purpose) => (purpose === 'verify' ? upTo(70) : upTo(50))(load))
    expect(end.end).toBe('found')
    expect(end.lower!).toBeGreaterThan(50)
  })

  test('whatever is answered, the search ends within its budget', () => {
    const findings: TrialFinding[] = ['held', 'missed', 'spoiled', 'throttled', 'stuck']
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, wild) => {
        const random = keyed(seed, 'answers')
        const { end, trials } = search((load) => {
          if (random() < wild) return findings[Math.floor(random() * (random() < 0.05 ? 5 : 3))]!
          return upTo(80)(load)
        })
        expect(trials.length).toBeLessThanOrEqual(settings.budget.trials)
        if (end.lower !== undefined && end.upper !== undefined) expect(end.lower).toBeLessThan(end.upper)
        if (end.verified !== undefined) expect(end.verified).toBe(end.lower)
      }),
    )
  })

  test('what is next depends on the trials alone: a search goes on from any of them as if it had never stopped', () => {
    const { trials } = search((load, n) => (n % 7 === 3 ? 'missed' : upTo(20)(load)))
    for (let n = 0; n < trials.length; n++)
      expect(nextStep(JSON.parse(JSON.stringify(trials.slice(0, n))), settings)).toMatchObject({
        load: trials[n]!.load,
        purpose: trials[n]!.purpose,
      })
  })
})

describe('what ends a search early', () => {
  test.each(['throttled', 'stuck'] as const)('a trial that is %s', (finding) => {
    const { end } = search((load) => (load > 10 ? finding : 'held'))
    expect(end).toEqual({ kind: 'over', end: finding, lower: 8 })
  })

  test.each(['throttled', 'stuck', 'spoiled'] as const)('an upper end whose proof is %s: the lower one stays proven', (finding) => {
    const { end } = search((load, _, purpose) => (purpose === 'verify' && load > 37 ? finding : upTo(37)(load)))
    expect(end).toMatchObject({ end: finding === 'spoiled' ? 'generator' : finding, verified: end.lower })
    expect(end.lower).toBeDefined()
  })

  test('four trials in a row that this machine spoiled; fewer are repeated', () => {
    expect(search(() => 'spoiled').end).toEqual({ kind: 'over', end: 'generator' })
    expect(search((load, n) => (n % 4 === 3 ? upTo(9)(load) : 'spoiled')).end).toMatchObject({ end: 'found' })
  })

  test('the budget of trials, before it is passed', () => {
    expect(search(upTo(30), { budget: { trials: 12 } })).toMatchObject({ end: { end: 'budget' }, trials: { length: 12 } })
  })
})
