// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios hold variables in texts

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { loadScenario } from '../../src/scenario/load-scenario.ts'
import { canonicalJson } from '../../src/scenario/plan.ts'
import { nearest } from '../../src/scenario/problem.ts'
import { folderWith, LEAST, load, refusal, scenarioErrorOf } from './folder.ts'

describe('a plan', () => {
  test('of the least scenario has every default filled in', () => {
    const { plan, source, headers } = load(LEAST, { seed: 5 })
    expect(plan).toEqual({
      schema: 1,
      name: expect.stringMatching(/^scenario-\d+$/),
      target: {
        simulator: 'llm',
        connections: 'auto',
        trace: 'unsampled',
        headers: {},
        insecure: false,
        allow: [],
        sharedCloudAllowed: false,
      },
      user: 'flowbench-{{run}}',
      inputs: [{ name: 'inputs-1', weight: 1, values: {}, order: 'sequential', whenExhausted: 'repeat' }],
      phases: [
        {
          name: 'phase-1',
          kind: 'open',
          mode: 'streaming',
          measured: true,
          settle: false,
          from: 1,
          to: 1,
          arrivals: 'constant',
          length: 1_000_000,
        },
      ],
      limits: {
        inFlight: 500,
        connect: 5_000_000,
        firstEvent: 300_000_000,
        idle: 60_000_000,
        timeout: { blocking: 100_000_000, streaming: 1_200_000_000 },
        linger: 3_000_000,
        drain: 1_200_000_000,
      },
      accept: [],
      record: [],
      objectives: [{ text: 'failures < 1%', isDefault: true }],
      strict: false,
      nodes: 'stream',
      caveats: {
        generatorLate: 10_000,
        suspended: 5_000_000,
        clockDrift: 50_000,
        loopDelay: 10_000,
        loopStall: 100_000,
        ownCpu: 0.8,
        staleConnections: 0.005,
      },
      seed: 5,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(source).toMatch(/scenario-\d+\.yaml$/)
    expect(headers).toEqual({})
  })

  test('takes everything that a scenario says', () => {
    const folder = folderWith({
      'ca.pem': 'x',
      'mine.yaml': readFileSync('scenarios/simulator/steady.yaml'),
      'a.csv': 'text\nhi\n',
      's.yaml': `name: all
description: everything
target: { simulator: ./mine.yaml, mode: blocking, connections: fresh, ca: ca.pem, insecure: true, allow: [h], sharedCloudAllowed: true, headers: { X-A: b } }
user: me
inputs: [{ name: a, weight: 2.5, from: a.csv, order: shuffled, whenExhausted: stop }]
load:
  - { name: climb, rate: 30/m..2/s, arrivals: poisson, for: 1.5s, mode: streaming }
  - { name: users, concurrency: 8..2, for: 1m, think: 500ms, settle: true }
  - { name: batch, concurrency: 3, runs: 9, measured: false }
limits: { inFlight: 9, connect: 1s, firstEvent: 2s, idle: 3s, timeout: 4s, linger: 0s, drain: 0s, tokens: 100, runs: 10 }
accept: [partial, stopped]
record: [outputs]
objectives: [failures <= 2%, response_time p95 of all < 5s in climb]
strict: true
nodes: stream
caveats: { generatorLate: 1ms, suspended: 2s, clockDrift: 3ms, loopDelay: 4ms, loopStall: 5ms, ownCpu: 50%, staleConnections: 0.5% }
seed: 7
`,
    })
    const { plan } = loadScenario(join(folder, 's.yaml'), { env: {} })
    expect(plan).toMatchObject({
      name: 'all',
      description: 'everything',
      target: {
        simulator: join(folder, 'mine.yaml'),
        ca: join(folder, 'ca.pem'),
        connections: 'fresh',
        insecure: true,
        allow: ['h'],
        sharedCloudAllowed: true,
      },
      user: 'me',
      inputs: [{ name: 'a', weight: 2.5, rows: [{ text: 'hi' }], order: 'shuffled', whenExhausted: 'stop' }],
      phases: [
        { name: 'climb', kind: 'open', from: 0.5, to: 2, arrivals: 'poisson', length: 1_500_000, mode: 'streaming' },
        { name: 'users', kind: 'closed', from: 8, to: 2, think: 500_000, length: 60_000_000, mode: 'blocking', settle: true },
        { name: 'batch', kind: 'closed', from: 3, to: 3, think: 0, runs: 9, mode: 'blocking', measured: false },
      ],
      limits: { inFlight: 9, timeout: { blocking: 4_000_000, streaming: 4_000_000 }, linger: 0, drain: 0, tokens: 100, runs: 10 },
      accept: ['partial', 'stopped'],
      record: ['outputs'],
      objectives: [{ text: 'failures <= 2%' }, { text: 'response_time p95 of all < 5s in climb' }],
      strict: true,
      caveats: {
        generatorLate: 1000,
        suspended: 2_000_000,
        clockDrift: 3000,
        loopDelay: 4000,
        loopStall: 5000,
        ownCpu: 0.5,
        staleConnections: 0.005,
      },
      seed: 7,
    })
    expect(plan.inputs[0]).not.toHaveProperty('values')
    expect(plan.phases[2]).not.toHaveProperty('length')
  })

  test.each([
    ['http://h/v1/', 'http://h/v1'],
    ['https://H.example:443/v1//', 'https://h.example/v1'],
    ['http://127.0.0.1:5001', 'http://127.0.0.1:5001'],
    ['http://[::1]:80/a/b', 'http://[::1]/a/b'],
  ])('the address %s is %s', (url, expected) => {
    const text = `target: { url: "${url}", apiKey: "\${K}" }\nload: [{ rate: 1/s, for: 1s }]\n`
    expect(load(text, { env: { K: 'app-12345678' } }).plan.target.url).toBe(expected)
  })

  test('without a seed one is drawn, below 2^31; that of the command comes before that of the file', () => {
    const folder = folderWith({ 'a.yaml': LEAST, 'b.yaml': `${LEAST}seed: 3\n` })
    const seeds = Array.from({ length: 20 }, () => loadScenario(join(folder, 'a.yaml'), { env: {} }).plan.seed)
    expect(new Set(seeds).size).toBeGreaterThan(15)
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true)
    expect(loadScenario(join(folder, 'b.yaml'), { env: {} }).plan.seed).toBe(3)
    expect(loadScenario(join(folder, 'b.yaml'), { env: {}, seed: 4 }).plan.seed).toBe(4)
  })

  test('a hash stands for what is sent and judged, not for names, seed and consent', () => {
    const hash = (text: string, seed = 1) => load(text, { seed }).plan.hash
    const least = hash(LEAST)
    expect(hash(`name: other\ndescription: x\n${LEAST}`, 2)).toBe(least)
    expect(hash('load: [{ for: 1000ms, rate: 60/m }]\ntarget: { allow: [h], sharedCloudAllowed: true, simulator: llm }\n')).toBe(least)
    const others = [
      'strict: true',
      'user: me',
      'limits: { idle: 1s }',
      'objectives: [failures < 2%]',
      'inputs: [{ values: { a: 1 } }]',
      'accept: [partial]',
      'caveats: { ownCpu: 0.1 }',
    ]
    expect(new Set([least, ...others.map((line) => hash(`${LEAST}${line}\n`))]).size).toBe(others.length + 1)
  })

  test('a profile file is read before anything is sent', () => {
    const folder = folderWith({
      'bad.yaml': 'thinking: fast\n',
      's.yaml': 'target: { simulator: ./bad.yaml }\nload: [{ rate: 1/s, for: 1s }]\n',
    })
    const { problems } = scenarioErrorOf(() => loadScenario(join(folder, 's.yaml'), { env: {} }))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ field: 'target.simulator', place: { line: 1, column: 22 } })
    expect(problems[0]!.wrong).toContain('bad.yaml')
  })

  test('a file that is not there, or is a folder, is no bug', () => {
    const folder = folderWith({})
    expect(() => loadScenario(join(folder, 'none.yaml'), { env: {} })).toThrow(UsageError)
    expect(() => loadScenario(folder, { env: {} })).toThrow(/is a folder/)
  })

  test('an empty file lacks target and load', () => {
    expect(refusal('').problems.map(({ field }) => field)).toEqual(['target', 'load'])
    expect(refusal('# nothing\n').problems).toHaveLength(2)
  })
})

test('canonical JSON does not depend on the order of keys, and gives the same data back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
      const turned = Object.fromEntries(Object.entries(data).reverse())
      expect(canonicalJson(turned)).toBe(canonicalJson(data))
      expect(JSON.parse(canonicalJson(data))).toEqual(JSON.parse(JSON.stringify(data)))
    }),
  )
  expect(canonicalJson({ b: undefined, a: [1, { d: 'x', c: null }] })).toBe('{"a":[1,{"c":null,"d":"x"}]}')
})

test('the nearest name is at most two edits away', () => {
  const names = ['limits', 'load', 'user', 'if']
  expect(['limts', 'LIMITS', 'laod', 'usr', 'of', 'frobnicate', ''].map((word) => nearest(word, names))).toEqual([
    'limits',
    'limits',
    'load',
    'user',
    'if',
    undefined,
    undefined,
  ])
})

test('a search spends no more tokens than a run may, unless it says otherwise', () => {
  const budget = (text: string) => load(`${LEAST}limits: { tokens: 5000 }\n${text}`).capacity.budget
  expect(budget('')).toEqual({ tokens: 5000 })
  expect(budget('capacity: { budget: { time: 1h } }\n')).toEqual({ tokens: 5000, time: 3600e6 })
  expect(budget('capacity: { budget: { tokens: 90000 } }\n')).toEqual({ tokens: 90_000 })
  expect(budget('capacity: { budget: none }\n')).toEqual({ waived: true })
})
