import { expect, test } from 'vitest'
import { retryAfterOf } from '../../src/http/retry-after.ts'

const DATE = 'Tue, 24 Nov 2026 19:22:59 GMT'

test.each([
  ['seconds', { 'retry-after': '30' }, 30_000_000],
  ['none at all', { 'retry-after': '0' }, 0],
  ['a date, from that of the reply on', { 'retry-after': 'Tue, 24 Nov 2026 19:24:59 GMT', date: DATE }, 120_000_000],
  ['nothing', {}, undefined],
  ['a date before the reply', { 'retry-after': 'Tue, 24 Nov 2026 19:22:58 GMT', date: DATE }, undefined],
  ['a date in a reply without one', { 'retry-after': DATE }, undefined],
  ['words', { 'retry-after': 'soon', date: DATE }, undefined],
  ['longer than a day', { 'retry-after': '86401' }, undefined],
  ['less than nothing', { 'retry-after': '-1' }, undefined],
])('a reply can ask to wait: %s', (_, headers, wait) => {
  expect(retryAfterOf(headers)).toBe(wait)
})
