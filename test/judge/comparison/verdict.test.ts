import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../../src/core/comparison.ts'
import { jointVerdicts, pairedEvidence, pairsToDecide, toWorse, verdictOf } from '../../../src/judge/comparison/verdict.ts'

const margins = { margin: 0.1, noise: 0.03 }

/** Estimate and ends as relative changes. */
const change = (estimate: number, low: number, high: number) => ({
  centre: Math.log1p(estimate),
  low: Math.log1p(low),
  high: Math.log1p(high),
})

const mirrored: Readonly<Partial<Record<Verdict, Verdict>>> = { regressed: 'improved', improved: 'regressed' }

describe('the rule of two margins', () => {
  test.each([
    ['above the noise, and the estimate above half the margin', 0.06, 0.035, 0.085, 'regressed'],
    ['above the noise, but the estimate below half the margin', 0.045, 0.035, 0.055, 'no regression'],
    ['above nothing, and the estimate above the margin', 0.12, 0.01, 0.24, 'regressed'],
    ['above nothing only, and the estimate below the margin', 0.09, 0.01, 0.18, 'inconclusive'],
    ['estimate above the margin, but nothing is possible', 0.12, -0.01, 0.26, 'inconclusive'],
    ['around nothing, and the margin is ruled out', 0.01, -0.07, 0.09, 'no regression'],
    ['around nothing, and the margin is not ruled out', 0.01, -0.08, 0.11, 'inconclusive'],
    ['below nothing, and the estimate below the margin', -0.15, -0.28, -0.01, 'improved'],
    ['below the noise, and the estimate below half the margin', -0.06, -0.08, -0.04, 'improved'],
    ['below the noise, but the estimate small', -0.04, -0.045, -0.035, 'no regression'],
  ] as const)('%s', (_case, estimate, low, high, verdict) => expect(verdictOf(change(estimate, low, high), margins)).toBe(verdict))
  test('of an improvement and a regression of the same size it says the same, mirrored', () => {
    const ends = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(ends, ([centre, half]) => {
        const one = { centre, low: centre - half, high: centre + half }
        const other = verdictOf(toWorse(one, 'higher'), margins)
        const expected = mirrored[verdictOf(one, margins)]
        if (expected) expect(other).toBe(expected)
      }),
    )
  })
})

describe('verdicts of several metrics at a joint level', () => {
  const steady = (centre: number) => [0.02, -0.02, 0.01, -0.01, 0.015, -0.015, 0.005, -0.005].map((wobble) => centre + wobble)
  test('say what the rule says where nothing is in doubt', () =>
    expect(jointVerdicts([steady(0.2), steady(-0.2), steady(0)].map(pairedEvidence), margins, 0.0294)).toEqual([
      'regressed',
      'improved',
      'no regression',
    ]))
  test('are inconclusive where there is nothing to say it of', () =>
    expect(jointVerdicts([[], [0.5]].map(pairedEvidence), margins, 0.0294)).toEqual(['inconclusive', 'inconclusive']))
})

describe('how many pairs it would take', () => {
  const decide = (centre: number, deviation: number) => pairsToDecide(centre, deviation, { ...margins, alpha: 0.0294 })
  test('is the smallest even number at which Student’s interval would decide', () => {
    // At an estimate of nothing the margin, ln 1.1, must exceed t · s / √k: 2.7286 · 0.0988 / √8 = 0.0953 does not quite.
    expect(decide(0, 0.0987)).toBe(8)
    expect(decide(0, 0.0989)).toBe(10)
  })
  test('takes the shorter way, to regressed or to no regression', () => {
    expect(decide(Math.log1p(0.07), 0.1)!).toBeLessThan(decide(Math.log1p(0.07), 0.15)!)
    expect(decide(Math.log1p(0.2), 0.15)!).toBeLessThan(decide(Math.log1p(0.12), 0.15)!)
  })
  test('is not told where it is not in sight', () => expect(decide(0, 2)).toBeUndefined())
})
