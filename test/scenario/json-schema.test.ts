// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios hold variables in texts
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { scenarioJsonSchema, scenarioJsonSchemaText } from '../../src/scenario/json-schema.ts'
import { loadEither, loadScenario } from '../../src/scenario/load-scenario.ts'
import { folderWith, LEAST, load } from './folder.ts'

const accepts = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(scenarioJsonSchema())
const isValid = (text: string) => accepts(parse(text))

const SCENARIOS = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'))

describe('the JSON Schema of scenario files', () => {
  test('in scenarios/ is up to date', () => {
    expect(readFileSync('scenarios/scenario.schema.json', 'utf8') === scenarioJsonSchemaText(), 'stale: npm run schema').toBe(true)
  })

  test.each(SCENARIOS)('accepts %s, which loads, says its schema and opens with a question', (name) => {
    const text = readFileSync(`scenarios/${name}`, 'utf8')
    isValid(text)
    expect(accepts.errors).toBeNull()
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n#\n# Question: .*\?/)
    const loaded = loadEither(`scenarios/${name}`, {
      env: { DIFY_URL: 'http://h/v1', DIFY_API_KEY: 'app-12345678' },
      inputs: '{"text":"hi"}',
    })
    const plans = 'plan' in loaded ? [loaded.plan] : loaded.arms.map(({ plan }) => plan)
    for (const plan of plans) expect(`${plan.name}.yaml`).toBe(name)
  })

  test.each([
    'user: "${USER}"',
    'limits: { inFlight: "${N:-5}", idle: "${IDLE:-1s}", timeout: "${T:-1s}" }',
    'limits: { timeout: { blocking: "${T:-1s}" } }',
    'strict: "${S:-true}"',
    'caveats: { ownCpu: 80%, staleConnections: 0.01 }',
    'caveats: { ownCpu: "${C:-0.5}" }',
    'inputs: [{ values: { a: [1, { b: null }], c: "{{nonce}}" }, weight: 0.5 }]',
    'accept: [partial, "${O:-paused}"]',
    'record: []',
    'seed: 0',
    'judge: { primary: first_text p50, margin: 10%, noise: 2.5%, pairs: 12, inconclusive: pass }',
    'arms: { a: {}, b: { target: { mode: blocking }, load: [{ concurrency: 1, runs: 1 }] } }',
    'name: Ünïcode name, with anything',
  ])('accepts what loads: %s', (line) => {
    const text = `${LEAST}${line}\n`
    expect(() => load(text, { env: { USER: 'me' } })).not.toThrow()
    isValid(text)
    expect(accepts.errors).toBeNull()
  })

  test.each([
    'limts: {}',
    'limits: { idle: 10 }',
    'limits: { idle: 10 s }',
    'limits: { inFlight: "5" }',
    'limits: { timeout: 30 }',
    'limits: { timeout: { blocking: soon } }',
    'strict: yes',
    'accept: [dropped]',
    'caveats: { ownCpu: 80 }',
    'inputs: [{ nam: a }]',
    'nodes: detail',
    'arms: {}',
    'arms: { a: {} }',
    'arms: { a: {}, b: { seed: 1 } }',
    'arms: { a: {}, b: { limits: { idle: 10 } } }',
    'judge: { margin: 10 }',
    'judge: { pairs: 4 }',
    'judge: { inconclusive: maybe }',
    'seed: -1',
    'seed: 1.5',
    'name: ""',
    'limits:',
  ])('refuses what does not load: %s', (line) => {
    const text = `${LEAST}${line}\n`
    expect(() => load(text)).toThrow()
    expect(isValid(text)).toBe(false)
  })

  test('wants a target and load, and knows rates and slots', () => {
    expect(isValid('target: { simulator: llm }')).toBe(false)
    expect(isValid('load: []')).toBe(false)
    const phase = (text: string) => isValid(`target: { simulator: llm }\nload: [{ ${text} }]\n`)
    expect(
      [
        'rate: 1/s, for: 1s',
        'rate: 1.5/m..3/h, for: 1s',
        'concurrency: 4, runs: 1',
        'concurrency: 1..32, for: 1s',
        'concurrency: "${N}", for: 1s',
      ].every(phase),
    ).toBe(true)
    expect(
      ['rate: 1, for: 1s', 'rate: 1/s.., for: 1s', 'rate: 1/s, for: 1', 'concurrency: 0, runs: 1', 'concurrency: 1-4', 'runs: 0'].some(
        phase,
      ),
    ).toBe(false)
  })

  test('describes every field for the editor', () => {
    const undescribed: string[] = []
    const visit = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return
      for (const [name, inner] of Object.entries((schema as { properties?: Record<string, { description?: string }> }).properties ?? {})) {
        if (!inner.description) undescribed.push(`${path}.${name}`)
        visit(inner, `${path}.${name}`)
      }
      for (const key of ['items', 'additionalProperties'] as const) visit((schema as Record<string, unknown>)[key], path)
      for (const one of ((schema as Record<string, unknown>)['anyOf'] as unknown[]) ?? []) visit(one, path)
    }
    visit(scenarioJsonSchema(), '')
    expect(undescribed).toEqual([])
  })
})

describe('input files beside shipped scenarios', () => {
  test('a scenario in another folder finds its own', () => {
    const folder = folderWith({ 'a.yaml': `${LEAST}inputs: [{ from: in/a.csv }]\n`, 'in/a.csv': 'text\nhi\n' })
    expect(loadScenario(`${folder}/a.yaml`, { env: {} }).plan.inputs[0]!.rows).toEqual([{ text: 'hi' }])
  })
})
