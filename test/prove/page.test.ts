import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { between } from '../../prove/page.ts'
import { PROOFS } from '../../prove/proofs.ts'

const page = readFileSync(new URL('../../docs/method.md', import.meta.url), 'utf8')

test.each(PROOFS.map(({ name }) => name))('the method page shows the proof of %s', (name) => {
  const replaced = between(page, name, 'NEW')
  expect(replaced).toContain(`<!-- proof: ${name} -->\n\nNEW\n\n<!-- end: ${name} -->`)
  expect(page.split(`<!-- proof: ${name} -->`)[1]!.split(`<!-- end: ${name} -->`)[0]).toMatch(/\|(---\|)+\n(\| .* \|\n)+/)
  expect(between(replaced, name, 'NEW')).toBe(replaced)
})

test('a page without the marks is refused, not overwritten', () => expect(() => between('# Method', 'grid', 'NEW')).toThrow('no marks'))
