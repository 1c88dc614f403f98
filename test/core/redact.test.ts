import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, SHORTEST_SECRET } from '../../src/core/redact.ts'

const KEY = 'app-a"b\\c d/é?%+1234'
const redact = createRedactor([KEY])

describe('a secret is taken out in every form in which it can leave', () => {
  test.each([
    ['as it is', `key ${KEY}.`, 'key ***.'],
    ['twice', `${KEY} and ${KEY}`, '*** and ***'],
    ['in a header', `Authorization: Bearer ${KEY}`, 'Authorization: Bearer ***'],
    ['in JSON', JSON.stringify({ key: KEY, other: 1 }), '{"key":"***","other":1}'],
    ['in a URL', `/v1?key=${encodeURIComponent(KEY)}&a=1`, '/v1?key=***&a=1'],
    ['in HTML', 'app-a&quot;b\\c d/é?%+1234', '***'],
    ['cut short', 'key app-a"b…, key app-a"b\\c d/é…', 'key ***…, key ***…'],
    ['in Base64', Buffer.from(KEY).toString('base64'), '***'],
    ['in Base64 as a Bearer header', `echo ${Buffer.from(`Bearer ${KEY}`).toString('base64').replace(/=+$/, '')}`, 'echo ***'],
  ])('%s', (_, text, expected) => {
    expect(redact(text).replace(/=+$/, '')).toBe(expected)
  })
  test('but app-…, with which every key of Dify begins, stays readable in what flowbench itself writes', () => {
    expect(redact('export DIFY_API_KEY=app-…')).toBe('export DIFY_API_KEY=app-…')
  })
})

test('what is no secret is left as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes(KEY))
      expect(createRedactor(['another-secret-that-is-not-there'])(text)).toBe(text)
    }),
  )
  expect(createRedactor([])('anything')).toBe('anything')
})

test('no text shows a secret of 8 characters or more, wherever it stands in it', () => {
  const secrets = fc.string({ minLength: SHORTEST_SECRET, maxLength: 40 })
  fc.assert(
    fc.property(fc.array(secrets, { minLength: 1, maxLength: 3 }), fc.string(), fc.string(), (list, before, after) => {
      const clean = createRedactor(list)
      for (const secret of list) {
        // The mask itself, or what stands around it, may make up a secret of asterisks again.
        fc.pre(!secret.includes('*'))
        expect(clean(`${before}${secret}${after}`)).not.toContain(secret)
      }
    }),
  )
})

test('a secret that is part of another is taken out of it whole', () => {
  expect(createRedactor(['longsecret', 'longsecret-and-more'])('x longsecret-and-more y longsecret')).toBe('x *** y ***')
})

test('a secret under 8 characters is left alone: it would be found in the middle of innocent words', () => {
  expect(createRedactor(['short', ''])('a short text')).toBe('a short text')
})
