import { describe, expect, test } from 'vitest'
import { load, refusal } from './folder.ts'

const LITERAL = 'app-LiteralKey1234567'
const LOAD = 'load: [{ rate: 1/s, for: 1s }]\n'

describe('secrets', () => {
  test('the key is apart from the plan, in full', () => {
    const { plan, apiKey, secrets } = load(`target: { url: http://h/v1, apiKey: "\${KEY}" }\n${LOAD}`, { env: { KEY: LITERAL } })
    expect(apiKey).toBe(LITERAL)
    expect(secrets).toEqual([LITERAL])
    expect(JSON.stringify(plan)).not.toContain(LITERAL)
  })

  test('headers that look secret are masked in the plan and true beside it', () => {
    const text = `target: { simulator: llm, headers: { "X-Auth": "\${A}", X-Api-Key: "\${B}", cookie: "\${C}", X-Token: literal-token, X-Env: "\${E}" } }\n${LOAD}`
    const env = { A: 'Bearer aaaaaaaa', B: 'bbbbbbbbb', C: 'session=ccccc', E: 'staging' }
    const { plan, headers, secrets } = load(text, { env })
    expect(plan.target.headers).toEqual({ 'X-Auth': '***', 'X-Api-Key': '***', cookie: '***', 'X-Token': '***', 'X-Env': 'staging' })
    expect(headers).toEqual({ 'X-Auth': env.A, 'X-Api-Key': env.B, cookie: env.C, 'X-Token': 'literal-token', 'X-Env': 'staging' })
    expect(secrets).toEqual([env.A, env.B, env.C, 'literal-token'])
  })

  test('a secret header too short to be hidden is refused', () => {
    expect(refusal(`target: { simulator: llm, headers: { X-Key: abc } }\n${LOAD}`).message).toMatch(/fewer than 8 characters/)
  })

  test('the simulator needs no key, and takes a literal one', () => {
    expect(load(`target: { simulator: llm }\n${LOAD}`)).toMatchObject({ apiKey: undefined, secrets: [] })
    expect(load(`target: { simulator: llm, apiKey: ${LITERAL} }\n${LOAD}`).apiKey).toBe(LITERAL)
  })

  test.each([
    ['in block style', `target:\n  url: http://h/v1\n  apiKey: ${LITERAL}\n${LOAD}`],
    ['in flow style, on a line with another error', `target: { apiKey: ${LITERAL}, mode: quick, url: http://h/v1 }\n${LOAD}`],
    ['in quotes', `target: { url: ftp://h, apiKey: "not app but ${LITERAL}" }\n${LOAD}`],
    ['that does not look like one', `target: { mode: quick, url: http://h/v1, apiKey: some literal }\n${LOAD}`],
    ['as a default', `target: { url: http://h/v1, mode: quick, apiKey: "\${NONE:-${LITERAL}}" }\n${LOAD}`],
    ['beside a variable', `target: { url: http://h/v1, apiKey: "x\${NONE}${LITERAL}" }\n${LOAD}`],
    ['under a misspelt name', `target: { url: http://h/v1, apikey: ${LITERAL} }\n${LOAD}`],
    ['in a list', `target: { url: http://h/v1, apiKey: [${LITERAL}] }\n${LOAD}`],
    ['in broken YAML', `target: { url: http://h/v1, apiKey: ${LITERAL}\n${LOAD}`],
    ['in the address', `target: { url: "http://u:${LITERAL}@h/v1", apiKey: "\${NONE}" }\n${LOAD}`],
  ])('a literal key %s is in no message', (_where, text) => {
    const { message, hint } = refusal(text)
    expect(message + hint).not.toMatch(/Literal|some literal/)
  })

  test('a key given by --set is refused and not shown; a reference there is taken', () => {
    const text = `target: { url: http://h/v1 }\n${LOAD}`
    const { message } = refusal(text, { set: [`target.apiKey=${LITERAL}`] })
    expect(message).toMatch(/^--set target.apiKey {2}A key does not belong/)
    expect(message).not.toContain('Literal')
    expect(refusal(text, { set: [LITERAL] }).message).not.toContain('Literal')
    expect(load(text, { set: [`target.apiKey=\${KEY}`], env: { KEY: LITERAL } }).apiKey).toBe(LITERAL)
  })
})
