import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyed } from '../../src/core/random.ts'
import { checkTemplates, compileTemplates, type Filling } from '../../src/scenario/template.ts'

const filling = (more: Partial<Filling> = {}): Filling => ({ n: 3, slot: 2, run: 'r-1', random: keyed(1, 'test'), ...more })
const fill = (value: unknown, more?: Partial<Filling>) => compileTemplates(value)(filling(more))
const problems = (value: unknown, columns?: readonly string[]) =>
  checkTemplates(value, { hasSlots: true, ...(columns && { columns: new Set(columns) }) })

describe('templates', () => {
  test('fill in what they name', () => {
    expect(fill('{{n}}/{{slot}}/{{run}}')).toBe('3/2/r-1')
    expect(fill('{{ row.text }}!', { row: { text: 'hi' } })).toBe('hi!')
    expect(fill('{{uuid}}')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(fill('{{nonce}}')).toMatch(/^[0-9a-f]{16}$/)
    expect(['a', 'b', 'c']).toContain(fill('{{pick a b c}}'))
  })

  test('keep their type where they are the whole value, and are text elsewhere', () => {
    const row = { list: [1, { a: true }], flag: false, none: null, count: 7 }
    expect(fill('{{n}}')).toBe(3)
    expect(fill('{{row.list}}', { row })).toEqual([1, { a: true }])
    expect(fill('{{row.flag}}', { row })).toBe(false)
    expect(fill('{{row.none}}', { row })).toBeNull()
    expect(typeof fill('{{int 1 9}}')).toBe('number')
    expect(fill('<{{row.list}} {{row.count}} {{row.none}}>', { row })).toBe('<[1,{"a":true}] 7 null>')
  })

  test('work deep in mappings and lists, and leave everything else alone', () => {
    expect(fill({ a: [{ b: '{{n}}' }, 1, null, true, 'x } y }}'], c: 'plain' })).toEqual({
      a: [{ b: 3 }, 1, null, true, 'x } y }}'],
      c: 'plain',
    })
  })

  test('name columns with blanks and dots', () => {
    expect(problems('{{row.first name}} {{row.a.b}}', ['first name', 'a.b'])).toEqual([])
    expect(fill('{{row.first name}}{{row.a.b}}', { row: { 'first name': 'x', 'a.b': 'y' } })).toBe('xy')
  })

  test('a text without templates comes back as it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => !JSON.stringify(value).includes('{{')),
        (value) => {
          expect(problems(value)).toEqual([])
          expect(fill(value)).toEqual(value)
        },
      ),
    )
  })

  test('whatever a text holds, checking never throws, and what is accepted can be filled', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('{{', '}}', '{{n}}', '{{row.a}}', '{{int 1 2}}', '{{pick', '{', '}', ' '))
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('')
        if (problems(text, ['a']).length === 0) expect(() => fill(text, { row: { a: 1 } })).not.toThrow()
      }),
    )
  })

  test('whole numbers lie within their bounds, both included', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(1000), fc.nat(), (low, width, seed) => {
        const value = fill(`{{int ${low} ${low + width}}}`, { random: keyed(seed, 'x') })
        expect(Number.isInteger(value)).toBe(true)
        expect(value).toBeGreaterThanOrEqual(low)
        expect(value).toBeLessThanOrEqual(low + width)
      }),
    )
    const seen = new Set(Array.from({ length: 200 }, (_, seed) => fill('{{int 1 3}}', { random: keyed(seed, 'x') })))
    expect([...seen].sort()).toEqual([1, 2, 3])
  })

  test('the same stream of numbers gives the same values, but for nonces', () => {
    const value = { a: '{{uuid}} {{int 1 1000000}}', b: ['{{pick a b c d e f g}}'] }
    expect(fill(value)).toEqual(fill(value))
    expect(fill(value, { random: keyed(2, 'test') })).not.toEqual(fill(value))
    expect(fill('{{nonce}}')).not.toBe(fill('{{nonce}}'))
    expect(fill('{{nonce}}{{nonce}}')).not.toMatch(/^(.{16})\1$/)
  })

  test.each([
    ['{{}}', /no template/],
    ['{{ }}', /no template/],
    ['{{row}}', /names no column/],
    ['{{row.}}', /names no column/],
    ['{{row.b}}', /not in every row/],
    ['{{row.constructor}}', /not in every row/],
    ['{{row.__proto__}}', /not in every row/],
    ['{{constructor}}', /no template/],
    ['{{toString}}', /no template/],
    ['{{env.HOME}}', /no template/],
    ['{{n + 1}}', /takes no words/],
    ['{{nonce 4}}', /takes no words/],
    ['{{slot 1}}', /takes no words/],
    ['{{int}}', /two whole numbers/],
    ['{{int 1}}', /two whole numbers/],
    ['{{int 1 2 3}}', /two whole numbers/],
    ['{{int 1.5 2}}', /two whole numbers/],
    ['{{int 0x1 2}}', /two whole numbers/],
    ['{{int 0 9007199254740993}}', /two whole numbers/],
    ['{{pick}}', /nothing to pick/],
    ['{{N}}', /no template/],
    ['{{{n}}}', /no template/],
    ['{{n}', /never closed/],
  ])('%s is refused', (text, wrong) => {
    const found = problems(text, ['a'])
    expect(found).toHaveLength(1)
    expect(found[0]!.wrong).toMatch(wrong)
    expect(found[0]!.right).not.toBe('')
  })

  test('the nearest name is offered', () => {
    expect(problems('{{nonse}}')[0]!.right).toBe('Did you mean {{nonce}}?')
    expect(problems('{{rwo.a}}', ['a'])[0]!.right).toMatch(/row/)
    expect(problems('{{row.txt}}', ['text'])[0]!.right).toBe('Did you mean {{row.text}}?')
    expect(problems('{{row.zzzz}}', ['text'])[0]!.right).toBe('Columns of every row: text.')
  })
})
