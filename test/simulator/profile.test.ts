import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { keyed } from '../../src/core/random.ts'
import { micros } from '../../src/core/units.ts'
import { draw, type Law } from '../../src/simulator/law.ts'
import { loadProfile, PROFILES, parseProfile } from '../../src/simulator/profile.ts'
import { drawn } from './profiles.ts'

const GOOD = `
description: a test
nodes: [{ id: work, title: Work, type: code, takes: 5ms, outputSize: 10B }]
outputs: { body: work.output }
`
const complaintOf = (text: string): string => {
  try {
    parseProfile(text, 'mine', 'mine.yaml')
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  return 'nothing'
}

const NODES = (node: string, outputs = '{}') => `description: mine\nnodes: [${node}]\noutputs: ${outputs}\n`
const ITERATION = '{ id: in, type: iteration, rounds: 2, nodes: [{ id: inner, type: code, takes: 1ms, output: { output: x } }] }'

describe('profiles', () => {
  it.each(PROFILES)('%s can be loaded and takes a run of no inputs', (name) => {
    const profile = loadProfile(name)
    expect(profile.name).toBe(name)
    expect(profile.inputs.some(({ required, checked }) => required || checked)).toBe(false)
    expect(drawn(profile, 1, 0).length).toBeGreaterThan(0)
  })

  it.each([
    ['steady', 75],
    ['saturating', 190],
    ['stall', 90],
  ])('%s takes the time that its file promises', (name, milliseconds) => {
    for (const n of [0, 1, 2]) expect(drawn(loadProfile(name), 9, n).length).toBe(milliseconds * 1000)
  })

  it('llm takes one to two seconds', () => {
    const lengths = Array.from({ length: 500 }, (_, n) => drawn(loadProfile('llm'), 1, n).length / 1e6).sort((a, b) => a - b)
    expect(lengths[25]).toBeGreaterThan(0.8)
    expect(lengths[475]).toBeLessThan(2)
  })

  it('have defaults for all but description, nodes and outputs', () => {
    expect(parseProfile(GOOD, 'mine', 'mine.yaml')).toMatchObject({
      name: 'mine',
      slots: { connections: 1000, workers: 1000, api: 1000 },
      close: { afterFinished: 1_000_000, afterError: 300_000_000, afterSilence: 300_000_000 },
      times: { ping: 10_000_000, queue: 300_000_000 },
    })
  })

  it.each([
    ['an unknown key', GOOD.replace('description', 'descriptoin'), /^mine\.yaml: description: .*\nmine\.yaml: the profile: .*descriptoin/],
    ['a duration without unit', GOOD.replace('5ms', '5'), /nodes\.0\.takes: .*unit/],
    ['no duration', GOOD.replace('5ms', 'soon'), /nodes\.0\.takes: "?.*(duration|write)/],
    ['an output of no node', GOOD.replace('work.output', 'word.output'), /outputs\.body: no node has the id word; there are work/],
    ['an output of no field', GOOD.replace('work.output', 'work.text'), /outputs\.body: node work gives no field text; it gives output/],
    ['a node without a time', GOOD.replace(' takes: 5ms,', ''), /nodes\.0: a node needs a time/],
    ['an unknown field of a node', GOOD.replace('takes', 'takse'), /nodes\.0.*takse/],
    ['shares above one', `${GOOD}outcomes: { partial: 60%, hang: 50% }`, /outcomes: the shares add up to 110 %/],
    ['a share without percent', `${GOOD}outcomes: { partial: '0.5' }`, /outcomes\.partial: "0\.5" is no share/],
    ['an unknown outcome', `${GOOD}outcomes: { exploded: 5% }`, /outcomes.*exploded/],
    ['no slots', `${GOOD}slots: { workers: 0 }`, /slots\.workers/],
    ['a freeze without a thaw', `${GOOD}freeze: { first: 1s, every: 1s, for: 1s }`, /freeze\.for: .*shorter than every/],
    ['bursts without a pause', `${GOOD}proxy: { every: 0ms }`, /proxy\.every: .*above 0/],
    [
      'a loop without nodes',
      `${NODES('{ id: it, type: loop, takes: 5ms }')}`,
      /nodes\.0\.type: a node of type loop has rounds: and nodes:/,
    ],
    [
      'a loop that makes too many rounds',
      NODES('{ id: it, type: loop, rounds: 4, of: 3, nodes: [{ id: a, type: code, takes: 1ms }] }'),
      /nodes\.0\.of: .*at least 4/,
    ],
    ['an iteration inside a loop', NODES(`{ id: it, type: loop, rounds: 2, nodes: [${ITERATION}] }`), /nodes\.0\.nodes: in: Dify has no/],
    [
      'a node that fails and succeeds without a retry',
      NODES('{ id: a, type: code, takes: 1ms, fails: { share: 5%, ends: succeeded } }'),
      /fails\.ends: .*retries/,
    ],
    [
      'too large shares of a branch',
      NODES(
        '{ branch: [{ share: 80%, nodes: [{ id: a, type: code, takes: 1ms }] }, { share: 30%, nodes: [{ id: b, type: code, takes: 1ms }] }] }',
      ),
      /branch: the shares add up/,
    ],
    [
      'a shift of another number of branches',
      NODES('{ branch: [{ share: 80%, nodes: [{ id: a, type: code, takes: 1ms }] }], shift: { after: 10s, shares: [1%, 2%] } }'),
      /shift\.shares: there are 1 branches/,
    ],
    [
      'a node inside an iteration as an output',
      NODES(ITERATION, '{ x: inner.output }'),
      /outputs\.x: no node has the id inner; there are in/,
    ],
    ['broken YAML', 'nodes: [', /^mine\.yaml:\d+:\d+: /],
  ])('say file and field of %s', (_, text, pattern) => {
    expect(complaintOf(text)).toMatch(pattern)
  })

  it('are named in the error where there is none of the name, and the path where there is no file', () => {
    expect(() => loadProfile('stedy')).toThrow(/no simulator profile "stedy"/)
    expect(() => loadProfile('./nowhere.yaml')).toThrow(/nowhere\.yaml cannot be read: there is no such file/)
  })
})

describe('laws', () => {
  const quantile = (law: Law, q: number) => {
    const random = keyed(1, 'law')
    return Array.from({ length: 20_000 }, () => draw(law, random)).sort((a, b) => a - b)[Math.floor(20_000 * q)]! / 1000
  }

  it('draw what their formulas say', () => {
    expect(quantile({ kind: 'fixed', value: micros(7000) }, 0.9)).toBe(7)
    expect(quantile({ kind: 'exponential', mean: micros(100_000) }, 0.5)).toBeCloseTo(100 * Math.LN2, -0.5)
    expect(quantile({ kind: 'uniform', from: micros(10_000), to: micros(20_000) }, 0.25)).toBeCloseTo(12.5, 0)
    const lognormal: Law = { kind: 'lognormal', median: micros(100_000), sigma: 0.5 }
    expect(Math.abs(quantile(lognormal, 0.5) - 100)).toBeLessThan(2)
    // The 84.13 % quantile lies one sigma above the median.
    expect(Math.abs(quantile(lognormal, 0.8413) - 100 * Math.exp(0.5))).toBeLessThan(5)
  })
})
