import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load-scenario.ts'
import { folderWith, LEAST, load, refusal, scenarioErrorOf } from './folder.ts'

const bomb = () => {
  const levels = Array.from({ length: 9 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
      : `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
  )
  return `${levels.join('\n')}\n`
}

describe('hostile files are refused at once', () => {
  test('aliases that unfold without end', () => {
    const error = refusal(bomb())
    expect(error.message).toMatch(/aliases .* unfold into too much\. Write out/)
  })

  test('a mapping that holds itself', () => {
    expect(refusal(`${LEAST}inputs: [{ values: &a { b: *a } }]\n`).message).toMatch(/too deep|aliases|cannot be/)
  })

  test('twenty thousand brackets', () => {
    expect(refusal('['.repeat(20_000)).exitCode).toBe(2)
    expect(refusal(`a: ${'['.repeat(3000)}${']'.repeat(3000)}\n`).message.length).toBeLessThan(2000)
  })

  test('values on the command line and rows that are nested without end', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    expect(refusal(LEAST, { inputs: `{"a":${deep}}` }).message).toMatch(/nested too deep|not valid JSON/)
    expect(refusal(LEAST, { set: [`inputs=${deep.slice(49_000, 51_000)}`] }).message).toMatch(/nested too deep|cannot be read/)
    const folder = folderWith({ 'a.jsonl': `{"a":${deep}}`, 's.yaml': `${LEAST}inputs: [{ from: a.jsonl }]\n` })
    expect(scenarioErrorOf(() => loadScenario(`${folder}/s.yaml`, { env: {} })).message).toMatch(/nested too deep|not valid JSON/)
  })

  test('an alias that stands for nothing is told from too many', () => {
    const { problems } = refusal(`${LEAST}name: *bold*\n`)
    expect(problems[0]).toMatchObject({ place: { line: 3, column: 7 }, wrong: 'The alias *bold* stands for nothing' })
    expect(refusal(LEAST, { set: ['name=*bold*'] }).message).toMatch(/^--set name {2}The value cannot be read/)
  })

  test('more than 5 MB', () => {
    expect(refusal(`# ${'x'.repeat(5_000_001)}`).message).toMatch(/larger than 5 MB\. Put its input sets/)
  })

  test('UTF-16, with and without a mark, and what is no text', () => {
    for (const bytes of [Buffer.from('\ufeffname: a', 'utf16le'), Buffer.from('name: a', 'utf16le')])
      expect(refusal(bytes).message).toMatch(/UTF-16 .* Save it as UTF-8/)
    expect(refusal(new Uint8Array([0x61, 0x3a, 0x20, 0xc3, 0x28, 0x0a])).message).toMatch(/not valid UTF-8/)
  })

  test('a byte order mark of UTF-8 is none of it', () => {
    expect(load(`\ufeff${LEAST}`).plan.phases).toHaveLength(1)
  })

  test('keys that reach for the prototype change nothing', () => {
    refusal(`${LEAST}__proto__: { polluted: true }\n`)
    refusal(`${LEAST}inputs: [{ values: { __proto__: { polluted: true } } }]\n`)
    const { plan } = load(`${LEAST}inputs: [{ values: { constructor: { prototype: { polluted: true } }, toString: x } }]\n`)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.keys(plan.inputs[0]!.values!)).toEqual(['constructor', 'toString'])
    for (const set of ['__proto__.polluted=true', 'target.__proto__.polluted=1'])
      expect(() => load(LEAST, { set: [set] })).toThrow(/This is no field/)
    expect(() => load(LEAST, { set: ['constructor.prototype.polluted=true'] })).toThrow(/unknown key "constructor"/)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('an enormous key does not take an enormous time', () => {
    expect(refusal(`${LEAST}${'k'.repeat(100_000)}: 1\n`).message.length).toBeLessThan(2000)
  })

  test('YAML 1.1 habits are texts: no truth in NO, no octal numbers, no merging', () => {
    const { plan } = load(`${LEAST}inputs: [{ values: { country: NO, on: on, id: 012, big: 1_000 } }]\n`)
    expect(plan.inputs[0]!.values).toEqual({ country: 'NO', on: 'on', id: 12, big: '1_000' })
    expect(refusal(`${LEAST}limits:\n  <<: { idle: 1s }\n`).message).toMatch(/unknown key "<<"/)
  })

  test('an alias within reason is what it stands for, and errors in it have a place', () => {
    const { plan } = load('target: { simulator: llm }\nload: [{ name: a, rate: &r 1/s, for: 1s }, { name: b, rate: *r, for: 1s }]\n')
    expect(plan.phases.map((phase) => phase.from)).toEqual([1, 1])
    const { problems } = refusal('target: { simulator: llm }\nload: [&p { rate: 0/s, for: 1s }, *p]\n')
    expect(problems[0]!.place).toMatchObject({ line: 2 })
  })
})
