// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios hold variables in texts
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandText, isReferenceOnly } from '../../src/scenario/variables.ts'
import { LEAST, load, refusal } from './folder.ts'

const expanded = (text: string, env: Record<string, string> = {}) => {
  const result = expandText(text, env)
  return result.ok ? result.text : `!${result.wrong}`
}

describe('variables in texts', () => {
  test.each([
    ['${A}', 'one'],
    ['x${A}y${B}z', 'xoneytwoz'],
    ['${NONE:-default}', 'default'],
    ['${NONE:-}', ''],
    ['${EMPTY:-default}', 'default'],
    ['${EMPTY}', ''],
    ['${A:-default}', 'one'],
    ['${A:?must be}', 'one'],
    ['$${A}', '${A}'],
    ['$$', '$'],
    ['$$$$', '$$'],
    ['5 $ and $x', '5 $ and $x'],
    ['${RECURSIVE}', '${A}'],
    ['${NONE:-$$}', '$$'],
    ['${NONE}', '!The environment variable NONE is not set'],
    ['${EMPTY:?say it}', '!The environment variable EMPTY is not set: say it'],
    ['${NONE:?}', '!The environment variable NONE is not set: it is required'],
    ['${a b}', '!"${" begins no variable here'],
    ['${A', '!"${" begins no variable here'],
    ['${A:+x}', '!"${" begins no variable here'],
  ])('%s becomes %s', (text, result) => {
    expect(expanded(text, { A: 'one', B: 'two', EMPTY: '', RECURSIVE: '${A}' })).toBe(result)
  })

  test('names that every object has are no variables', () => {
    expect(expanded('${constructor}')).toBe('!The environment variable constructor is not set')
    expect(expanded('${__proto__:-none}')).toBe('none')
  })

  test('what a variable holds is never looked at again', () => {
    fc.assert(fc.property(fc.string(), (value) => expanded('<${A}>', { A: value }) === `<${value}>`))
  })

  test('doubling every dollar sign gives any text back', () => {
    fc.assert(fc.property(fc.string(), (text) => expanded(text.replaceAll('$', '$$$$')) === text))
  })

  test('only references without a default keep a key out of the file', () => {
    expect(['${K}', '${K:?set it}', '${A}${B}', '${K:-}'].every(isReferenceOnly)).toBe(true)
    expect(['${K:-app-1}', 'app-1', 'x${K}', '', '$${K}'].some(isReferenceOnly)).toBe(false)
  })
})

describe('variables in scenarios', () => {
  test('take the place of numbers and truth values where a field wants those', () => {
    const text = `target: { simulator: llm, insecure: "\${YES}" }
load: [{ concurrency: "\${N}", runs: "\${RUNS:-007}", measured: "\${YES}" }]
limits: { inFlight: "\${N}" }
caveats: { ownCpu: "\${HALF}" }
`
    const { plan } = load(text, { env: { N: '4', YES: 'true', HALF: '0.5' } })
    expect(plan.phases[0]).toMatchObject({ from: 4, to: 4, runs: 7, measured: true })
    expect(plan.limits.inFlight).toBe(4)
    expect(plan.target.insecure).toBe(true)
    expect(plan.caveats.ownCpu).toBe(0.5)
  })

  test('stay texts in inputs and names', () => {
    const { plan } = load(`${LEAST}name: \${N}\ninputs: [{ values: { a: "\${N}" } }]\n`, { env: { N: '4' } })
    expect(plan.name).toBe('4')
    expect(plan.inputs[0]!.values).toEqual({ a: '4' })
  })

  test('cannot bring in YAML', () => {
    const { plan } = load(`${LEAST}description: \${A}\n`, { env: { A: 'x\nstrict: true' } })
    expect(plan).toMatchObject({ description: 'x\nstrict: true', strict: false })
  })

  test('are put in before templates are read, and their values are not told', () => {
    const secret = 'hunter22-{{oops}}-hunter22'
    const { message } = refusal(`${LEAST}inputs: [{ values: { a: "\${S}" } }]\n`, { env: { S: secret } })
    expect(message).toContain('inputs.0.values.a')
    expect(message).not.toMatch(/hunter|oops/)
  })

  test.each([
    'secret-one p95 < 1s',
    'response_time secret-one < 1s',
    'response_time p95 < secret-one',
    'failures < 1% in secret-one two',
    '{{secret-one}} {{n}}',
  ])('not even a part of %s is told', (value) => {
    const { message } = refusal(`${LEAST}objectives: ["\${S}"]\nuser: "\${S}{{oops}}"\n`, { env: { S: value } })
    expect(message).toMatch(/objectives\.0 {2}With its variables put in/)
    expect(message).toMatch(/user {2}With its variables put in/)
    expect(message).not.toContain('secret-one')
  })

  test.each([
    ['an objective', 'objectives: ["${S}"]'],
    ['a duration', 'limits: { idle: "${S}" }'],
    ['a number', 'seed: ${S}'],
    ['a word', 'record: ["${S}"]'],
    ['an address', 'target: { url: "${S}", apiKey: "${S}" }'],
    ['a phase of an objective', 'objectives: ["failures < 1% in ${S}"]'],
    ['a path', 'inputs: [{ from: "${S}" }]'],
    ['a template', 'user: "{{${S}}}"'],
    ['a header', 'target: { simulator: llm, headers: { X-Key: "${S}\n" } }'],
  ])('are shown as written in an error about %s', (_what, line) => {
    const base = line.startsWith('target') ? 'load: [{ rate: 1/s, for: 1s }]\n' : LEAST
    const { message } = refusal(`${base}${line}\n`, { env: { S: 'canary-\u00e9-4f9a8c11' } })
    expect(message).not.toMatch(/canary|4f9a8c11/)
  })
})
