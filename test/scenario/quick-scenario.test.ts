import { describe, expect, test } from 'vitest'
import { type QuickOptions, quickScenario } from '../../src/scenario/quick-scenario.ts'
import { scenarioErrorOf } from './folder.ts'

const env = { DIFY_API_KEY: 'app-12345678' }
const quick = (options: QuickOptions) => quickScenario(options, { env, seed: 1 })

describe('a run from options alone', () => {
  test('takes address, inputs, load and mode, and the key from the environment', () => {
    const { plan, apiKey, secrets, source } = quick({
      url: 'http://h/v1',
      inputs: '{"text":"hi $5"}',
      concurrency: 4,
      for: '10s',
      mode: 'blocking',
    })
    expect(plan).toMatchObject({
      name: 'quick',
      target: { url: 'http://h/v1' },
      inputs: [{ values: { text: 'hi $5' } }],
      phases: [{ name: 'load', kind: 'closed', from: 4, to: 4, length: 10_000_000, mode: 'blocking' }],
    })
    expect({ apiKey, secrets, source }).toEqual({ apiKey: env.DIFY_API_KEY, secrets: [env.DIFY_API_KEY], source: 'the command line' })
  })

  test('is one slot for ten seconds unless told otherwise', () => {
    expect(quick({ simulator: 'llm' }).plan.phases).toMatchObject([{ kind: 'closed', from: 1, length: 10_000_000 }])
    expect(quick({ simulator: 'llm', runs: 5 }).plan.phases[0]).not.toHaveProperty('length')
    expect(quick({ simulator: 'llm', rate: '5/s', arrivals: 'poisson' }).plan.phases).toMatchObject([
      { kind: 'open', from: 5, arrivals: 'poisson' },
    ])
    expect(quick({ simulator: 'llm', concurrency: '1..4', think: '1s' }).plan.phases).toMatchObject([{ from: 1, to: 4, think: 1_000_000 }])
  })

  test('takes --set as well', () => {
    expect(quickScenario({ simulator: 'llm' }, { env, set: ['limits.idle=1s'] }).plan.limits.idle).toBe(1_000_000)
  })

  test.each<[QuickOptions, string, RegExp]>([
    [{ url: 'h/v1' }, '--url', /no address/],
    [{}, '--url', /neither a url nor a simulator/],
    [{ simulator: './none.yaml' }, '--simulator', /cannot be found/],
    [{ simulator: 'llm', inputs: '{' }, '--inputs', /not valid JSON/],
    [{ simulator: 'llm', inputs: '{"a":"{{slot}}"}', rate: '1/s' }, '--inputs', /closed phases only/],
    [{ simulator: 'llm', concurrency: 0 }, '--concurrency', /0 cannot/],
    [{ simulator: 'llm', concurrency: Number.NaN }, '--concurrency', /NaN cannot/],
    [{ simulator: 'llm', rate: '5' }, '--rate', /"5" cannot/],
    [{ simulator: 'llm', rate: '5/s', concurrency: 2 }, '--concurrency', /rate as well/],
    [{ simulator: 'llm', for: '5' }, '--for', /"5" cannot/],
    [{ simulator: 'llm', mode: 'fast' }, '--mode', /"fast" cannot/],
    [{ simulator: 'llm', rate: '1/s', runs: 3 }, '--runs', /as many runs/],
  ])('%j is refused, and the error names %s', (options, option, wrong) => {
    const { problems } = scenarioErrorOf(() => quick(options))
    expect(problems.map(({ place }) => place)).toContainEqual({ kind: 'option', option })
    expect(problems.map((problem) => problem.wrong).join()).toMatch(wrong)
  })

  test('without a key in the environment it says which variable to set', () => {
    const { message } = scenarioErrorOf(() => quickScenario({ url: 'http://h/v1' }, { env: {} }))
    expect(message).toMatch(/^DIFY_API_KEY {2}target\.apiKey {2}The environment variable DIFY_API_KEY is not set/)
  })
})
