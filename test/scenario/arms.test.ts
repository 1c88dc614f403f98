// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios hold variables in texts
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type LoadOptions, loadArms } from '../../src/scenario/load-scenario.ts'
import { folderWith, LEAST, load, refusal, scenarioErrorOf } from './folder.ts'

const shared = folderWith({})
let count = 0

function arms(text: string, { env = {}, ...options }: Partial<LoadOptions> = {}) {
  const file = join(shared, `arms-${count++}.yaml`)
  writeFileSync(file, text)
  return loadArms(file, { env, ...options }).arms
}

const BASE = `
name: pair
target: { simulator: llm, mode: streaming, headers: { X-Env: staging } }
inputs: [{ name: short, values: { text: hi } }]
load: [{ name: steady, rate: 1/s, for: 1s }, { name: climb, rate: 1/s..2/s, for: 1s }]
limits: { timeout: 30s, inFlight: 9 }
`

describe('arms of a scenario', () => {
  test('lay their mappings over it field by field, and put their lists in place of its own', () => {
    const [first, second] = arms(`${BASE}arms:
  plain: {}
  other:
    target: { mode: blocking, headers: { X-Arm: b } }
    load: [{ name: steady, concurrency: 2, runs: 3 }]
    limits: { inFlight: 4 }
`)
    expect(first!.name).toBe('plain')
    expect(first!.plan).toMatchObject({ name: 'pair', arm: 'plain', limits: { inFlight: 9 } })
    expect(first!.plan.phases.map(({ name, mode }) => [name, mode])).toEqual([
      ['steady', 'streaming'],
      ['climb', 'streaming'],
    ])
    expect(second!.plan).toMatchObject({
      arm: 'other',
      target: { simulator: 'llm', headers: { 'X-Env': 'staging', 'X-Arm': 'b' } },
      limits: { inFlight: 4, timeout: { blocking: 30e6 } },
    })
    expect(second!.plan.phases.map(({ name, mode, kind }) => [name, mode, kind])).toEqual([['steady', 'blocking', 'closed']])
    expect(second!.plan.inputs).toEqual(first!.plan.inputs)
  })

  test('share the seed, also one that was drawn, and differ in hash only where they differ', () => {
    const same = arms(`${LEAST}arms: { a: {}, b: {} }\n`)
    expect(same[0]!.plan.seed).toBe(same[1]!.plan.seed)
    expect(same[0]!.plan.hash).toBe(same[1]!.plan.hash)
    const other = arms(`${LEAST}arms: { a: {}, b: { target: { mode: blocking } } }\n`)
    expect(other[0]!.plan.hash).not.toBe(other[1]!.plan.hash)
  })

  test('know what their comparison is decided by, and have the hash that a run of the arm by itself has', () => {
    const text = `${LEAST}judge: { primary: first_output p50 }\narms: { a: {}, b: {} }\n`
    const [first] = arms(text)
    expect(first!.plan.compared?.slice(0, 2)).toEqual(['first_output p50', 'response_time p50'])
    const alone = load(text, { arm: 'a' }).plan
    expect(alone).not.toHaveProperty('compared')
    expect(first!.plan.hash).toBe(alone.hash)
  })

  test('have keys and secret headers of their own', () => {
    const [one, two] = arms(
      `${LEAST}arms:
  one: { target: { url: http://one/v1, apiKey: "\${ONE}", headers: { X-Token: "\${T}" } } }
  two: { target: { url: http://two/v1, apiKey: "\${TWO}" } }
`,
      { env: { ONE: 'app-one-111', TWO: 'app-two-222', T: 'a-secret-token' } },
    )
    expect(one).toMatchObject({
      apiKey: 'app-one-111',
      secrets: ['app-one-111', 'a-secret-token'],
      headers: { 'X-Token': 'a-secret-token' },
    })
    expect(two).toMatchObject({ apiKey: 'app-two-222', secrets: ['app-two-222'], headers: {} })
    expect(one!.plan.target).toMatchObject({ url: 'http://one/v1', headers: { 'X-Token': '***' } })
    expect(one!.plan.target.simulator).toBeUndefined()
  })

  test('need nothing above them that they say themselves', () => {
    const text = `load: [{ rate: 1/s, for: 1s }]\narms: { a: { target: { simulator: llm } }, b: { target: { simulator: steady } } }\n`
    expect(arms(text).map(({ plan }) => plan.target.simulator)).toEqual(['llm', 'steady'])
    const error = refusal(text)
    expect(error.problems.map(({ field }) => field)).toEqual(['target'])
    expect(error.hint).toMatch(/run one of its arms, with --arm a\./)
    expect(load(text, { arm: 'b' }).plan).toMatchObject({ arm: 'b', target: { simulator: 'steady' } })
  })

  test('tell once what is wrong above them', () => {
    const error = scenarioErrorOf(() => arms(`${LEAST}limits: { idle: soon }\nuser: "\${NOBODY}"\narms: { a: {}, b: {} }\n`))
    expect(error.problems.map(({ field }) => field)).toEqual(['limits.idle', 'user'])
  })

  test('can be set from the command line, and give way to --inputs', () => {
    const text = `${BASE}arms: { a: {}, b: { target: { mode: blocking }, inputs: [{ values: { text: own } }] } }\n`
    const [a, b] = arms(text, {
      set: ['target.connections=reuse', 'target.mode=streaming', 'arms.a.limits.inFlight=3', 'arms.b.target.simulator=steady'],
      inputs: '{"text":"$1"}',
    })
    expect(a!.plan).toMatchObject({ limits: { inFlight: 3 }, target: { connections: 'reuse', simulator: 'llm' } })
    expect(b!.plan).toMatchObject({ limits: { inFlight: 9 }, target: { connections: 'reuse', simulator: 'steady' } })
    expect(b!.plan.phases[0]!.mode).toBe('blocking')
    expect([a, b].map((arm) => arm!.plan.inputs.map(({ values }) => values))).toEqual([[{ text: '$1' }], [{ text: '$1' }]])
    const wrong = scenarioErrorOf(() => arms(text, { set: ['arms.b.target.mode=quick'] }))
    expect(wrong.problems).toMatchObject([{ field: 'arms.b.target.mode', place: { option: '--set arms.b.target.mode' } }])
  })

  test('are no arms of a scenario without them', () => {
    expect(() => arms(LEAST)).toThrow(/has no arms/)
    expect(() => load(LEAST, { arm: 'a' })).toThrow(/has no arms/)
    expect(() => load(`${LEAST}arms: { base: {}, cand: {} }\n`, { arm: 'bse' })).toThrow(/no arm of that name/)
  })
})

describe('how arms are judged', () => {
  const settings = (text: string, options: Parameters<typeof loadArms>[1] = { env: {} }) => {
    const file = join(shared, `judge-${count++}.yaml`)
    writeFileSync(file, `${LEAST}arms: { a: {}, b: {} }\n${text}`)
    return loadArms(file, options).settings
  }

  test('where nothing is said: response_time p95, a margin of 10 %, noise of 3 %, eight pairs', () => {
    expect(settings('seed: 4\n')).toEqual({
      primary: 'response_time p95',
      informing: ['response_time p50', 'first_output p50', 'first_output p95', 'first_event p95', 'elapsed_time p50'],
      margin: 0.1,
      noise: 0.03,
      pairs: 8,
      seed: 4,
    })
  })

  test('by the options before the file', () => {
    const text = 'judge: { pairs: 10, inconclusive: fail, margin: 7.5% }\n'
    expect(settings(text, { env: {}, pairs: 12, inconclusive: 'pass' })).toMatchObject({ pairs: 12, inconclusive: 'pass', margin: 0.075 })
    const error = scenarioErrorOf(() => settings(text, { env: {}, pairs: 9 }))
    expect(error.message).toMatch(/^--pairs {2}judge\.pairs {2}9 pairs do not fill blocks of two/)
  })

  test('tells beside it only what both arms have and what is not the same', () => {
    expect(settings('', { env: {}, set: ['target.mode=blocking'] }).informing).toEqual(['response_time p50', 'elapsed_time p50'])
    expect(settings('', { env: {}, set: ['arms.b.target.mode=blocking'] }).informing).toEqual([
      'response_time p50',
      'first_output p50',
      'first_output p95',
      'elapsed_time p50',
    ])
    expect(settings('', { env: {}, set: ['load=[{ concurrency: 2, for: 1s }]'] }).informing).toContain('throughput')
  })

  test('between the modes by what a user waits for at each load, six numbers at the most', () => {
    const four = ['a', 'b', 'c', 'd'].map((name) => `{ name: ${name}, rate: 1/s, for: 1s }`).join(', ')
    const modes = { env: {}, set: [`load=[{ concurrency: 1, runs: 1, measured: false }, ${four}]`, 'arms.b.target.mode=blocking'] }
    expect(settings('', modes).informing).toEqual(
      ['a', 'b', 'c'].flatMap((name) => [`first_output p50 in ${name}`, `response_time p50 in ${name}`]),
    )
    const alike = { env: {}, set: modes.set.slice(0, 1) }
    expect(settings('', alike).informing).toContain('first_output p95')
  })

  test('not by a metric that one of the arms does not have', () => {
    const error = scenarioErrorOf(() => settings('judge: { primary: first_text p50 }\n', { env: {}, set: ['arms.b.target.mode=blocking'] }))
    expect(error.problems).toMatchObject([{ field: 'judge.primary', wrong: expect.stringMatching(/streaming mode only/) as string }])
    expect(() => settings('judge: { primary: response_time p50 in stedy }\n')).toThrow(/no phase `stedy`/)
  })
})

test('a field of nothing but ${NAME:-} is not there while its variable is unset', () => {
  const text = `target: { simulator: llm }
load: [{ rate: 1/s, for: 1s }]
inputs: [{ values: { text: "\${TEXT:-}" } }]
user: "\${WHO:-}"
arms: { a: { target: { url: "\${URL:-}", apiKey: "\${KEY:-}" } }, b: {} }
`
  const [unset] = arms(text)
  expect(unset!.plan).toMatchObject({ user: 'flowbench-{{run}}', target: { simulator: 'llm' }, inputs: [{ values: { text: '' } }] })
  const [set] = arms(text, { env: { URL: 'http://h/v1', KEY: 'app-12345678', WHO: 'me' } })
  expect(set!.plan).toMatchObject({ user: 'me', target: { url: 'http://h/v1' } })
  expect(set!.plan.target.simulator).toBeUndefined()
})
