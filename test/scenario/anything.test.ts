// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios hold variables in texts
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ScenarioError } from '../../src/scenario/problem.ts'
import { load } from './folder.ts'

/** Whatever a file holds, it is a plan or it is refused in sentences; anything else is a bug of ours. */
function planOrSentences(text: string, options?: Parameters<typeof load>[1]): void {
  try {
    expect(load(text, options).plan.schema).toBe(1)
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    for (const { wrong, right } of error.problems) {
      expect(wrong).toMatch(/\S/)
      expect(right).toMatch(/\S/)
      expect(wrong + right).not.toMatch(/\bundefined\b|\[object/)
    }
  }
}

const BASE = {
  name: 'a',
  target: { simulator: 'llm', mode: 'streaming', headers: { 'X-A': 'b' }, allow: ['h'] },
  user: 'u',
  inputs: [{ name: 'i', weight: 1, values: { a: '{{n}}' } }],
  load: [
    { name: 'p', rate: '1/s', for: '1s', arrivals: 'poisson' },
    { name: 'q', concurrency: '1..2', for: '1s', think: '0s', runs: 3, mode: 'blocking', measured: true, settle: false },
  ],
  limits: { inFlight: 1, timeout: { blocking: '1s', streaming: '2s' }, tokens: 5 },
  accept: ['partial'],
  objectives: ['failures < 1%'],
  strict: false,
  caveats: { ownCpu: 0.5 },
  seed: 1,
}

type Path = readonly (string | number)[]
const paths = (value: unknown, path: Path = []): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, Array.isArray(value) ? Number(key) : key]))]
    : [path]
const replaced = (data: unknown, [step, ...rest]: Path, value: unknown): unknown => {
  if (step === undefined) return value
  if (Array.isArray(data)) return data.map((one, index) => (index === step ? replaced(one, rest, value) : one))
  return Object.fromEntries(Object.entries(data as object).map(([key, one]) => [key, key === step ? replaced(one, rest, value) : one]))
}

test('any text is a plan or refused in sentences', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'abc:-[]{}&*!|>"\'#%@`,?\n\t ${}<.0'), maxLength: 60 }), (text) =>
      planOrSentences(text),
    ),
    { numRuns: 200 },
  )
})

test('any value in the place of any field is a plan or refused in sentences', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('{{x}}', '${X}', '1/s', '1s', '1..2', -1, 0, 1e300, '', {}, [], [[]], [null], '0/s..1/s', '99999999999999h'),
  )
  fc.assert(
    fc.property(fc.constantFrom(...paths(BASE)), value, (path, put) => planOrSentences(stringify(replaced(BASE, path, put)))),
    { numRuns: 200 },
  )
})

test('any value set from the command line is a plan or refused in sentences', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...paths(BASE)),
      fc.oneof(
        fc.string(),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      ),
      (path, put) => planOrSentences(stringify(BASE), { set: [`${path.join('.')}=${put}`] }),
    ),
    { numRuns: 200 },
  )
})
