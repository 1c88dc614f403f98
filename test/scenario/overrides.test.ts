// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios hold variables in texts
import { describe, expect, test } from 'vitest'
import { LEAST, load, refusal } from './folder.ts'

const TWO =
  'target: { simulator: llm }\nload:\n  - { name: warm-up, concurrency: 1, for: 1s, measured: false }\n  - { name: steady, rate: 1/s, for: 1s }\n'
const planOf = (set: readonly string[], text = TWO) => load(text, { set }).plan

describe('--set', () => {
  test('takes the place of any field, by position or by name, and makes what is missing on the way', () => {
    expect(planOf(['load.1.rate=5/s']).phases[1]).toMatchObject({ from: 5 })
    expect(planOf(['load.steady.rate=5/s']).phases[1]).toMatchObject({ from: 5 })
    expect(planOf(['limits.timeout.blocking=7s']).limits.timeout).toEqual({ blocking: 7_000_000, streaming: 1_200_000_000 })
    expect(planOf(['target.mode=blocking']).phases.map(({ mode }) => mode)).toEqual(['blocking', 'blocking'])
    expect(planOf(['strict=true', 'name=other', 'seed=3'])).toMatchObject({ strict: true, name: 'other' })
  })

  test('the last of several for one field holds', () => {
    expect(planOf(['load.1.rate=5/s', 'load.1.rate=6/s']).phases[1]).toMatchObject({ from: 6 })
  })

  test('takes lists and mappings in the form of YAML', () => {
    expect(planOf(['inputs=[{ name: x, values: { text: hi } }]', 'inputs.x.weight=2']).inputs).toMatchObject([
      { name: 'x', weight: 2, values: { text: 'hi' } },
    ])
    expect(planOf(['objectives=[failures < 5%]']).objectives).toEqual([{ text: 'failures < 5%' }])
  })

  test('a value may hold equals signs, variables, and nothing at all takes the field away', () => {
    expect(planOf(['description=a=b']).description).toBe('a=b')
    expect(load(TWO, { set: ['description=${A}'], env: { A: 'x' } }).plan.description).toBe('x')
    const { plan } = load(TWO, { set: ['target.simulator=', 'target.url=http://h/v1', 'target.apiKey=${K}'], env: { K: 'app-123456' } })
    expect(plan.target).toMatchObject({ url: 'http://h/v1' })
    expect(plan.target.simulator).toBeUndefined()
  })

  test.each([
    ['target.mode=quick', 'target.mode', /"quick" cannot/, /streaming, blocking/],
    ['load.2.rate=1/s', 'load.2.rate', /no element 2/, /0 to 1, or by name: warm-up, steady/],
    ['load.stedy.rate=1/s', 'load.stedy.rate', /no element stedy/, /"steady"/],
    ['load.1=', 'load.1', /cannot be taken away/, /Set load to the list/],
    ['load.1.rate.from=1', 'load.1.rate.from', /single value/, /Set load.1.rate itself/],
    ['limts.idle=1s', 'limts', /unknown key "limts"/, /"limits"/],
    ['limits.idel=1s', 'limits.idel', /unknown key "idel"/, /"idle"/],
    ['arms={}', 'arms', /There are 0 arms/, /two arms/],
    ['name="a', 'name', /cannot be read/, /quotes/],
    ['name=!x y', 'name', /cannot be read/, /quotes/],
    ['a..b=1', 'a..b', /no field/, /dots between/],
    ['description=${NONE}', 'description', /NONE is not set/, /default/],
    ['inputs=[{ values: { a: "{{oops}}" } }]', 'inputs.0.values.a', /no template/, /Templates are/],
  ])('%s is refused, and the error names the option', (set, field, wrong, right) => {
    const { problems, message } = refusal(TWO, { set: [set] })
    expect(problems).toHaveLength(1)
    expect(problems[0]!.field).toBe(field)
    expect(problems[0]!.wrong).toMatch(wrong)
    expect(problems[0]!.right).toMatch(right)
    expect(message).toMatch(/^--set /)
  })

  test('without a field and a value it is refused', () => {
    for (const set of ['target.mode', '=x', '']) expect(refusal(TWO, { set: [set] }).problems[0]!.right).toMatch(/--set field=value/)
  })

  test('an empty list says so', () => {
    expect(refusal(`${LEAST}accept: []\n`, { set: ['accept.0=partial'] }).message).toMatch(/The list is empty/)
  })

  test('problems of options come before those of the file', () => {
    const { problems } = refusal(`${TWO}seed: x\n`, { set: ['strict=maybe'] })
    expect(problems.map(({ field }) => field)).toEqual(['strict', 'seed'])
  })
})

describe('--inputs', () => {
  test('takes the place of all input sets, with templates and with plain dollar signs', () => {
    const { plan } = load(`${TWO}inputs: [{ values: { a: 1 } }, { name: b, from: none.csv }]\n`, {
      inputs: '{"text":"${HOME} costs $$5, {{nonce}}"}',
    })
    expect(plan.inputs).toEqual([
      { name: 'inputs-1', weight: 1, values: { text: '${HOME} costs $$5, {{nonce}}' }, order: 'sequential', whenExhausted: 'repeat' },
    ])
  })

  test.each([
    ['{', /not valid JSON/],
    ['[1]', /no JSON object/],
    ['null', /no JSON object/],
    ['"text"', /no JSON object/],
    ['{"__proto__":1}', /__proto__/],
    ['{"a":"{{oops}}"}', /no template/],
  ])('%s is refused', (inputs, wrong) => {
    const { problems, message } = refusal(TWO, { inputs })
    expect(problems).toHaveLength(1)
    expect(problems[0]!.wrong).toMatch(wrong)
    expect(message).toMatch(/^--inputs {2}/)
  })
})

test('a seed that is none is refused', () => {
  for (const seed of [-1, 1.5, Number.NaN]) expect(refusal(TWO, { seed }).message).toMatch(/^--seed {2}.* is no seed/)
})
