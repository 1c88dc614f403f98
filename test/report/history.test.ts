import { HtmlValidate } from 'html-validate'
import { describe, expect, test } from 'vitest'
import type { HistoryEntry } from '../../src/core/history.ts'
import { concludeHistory } from '../../src/judge/history/history.ts'
import { renderHistoryHtml } from '../../src/report/history/html.ts'
import { historyText } from '../../src/report/history/text.ts'
import { historyEntryOf, noisyHistory } from '../helpers/history.ts'
import { HOSTILE } from '../helpers/hostile.ts'

const P95 = 'response_time p95'
const conclude = (entries: readonly HistoryEntry[]) => concludeHistory(entries, { last: 200 })
const text = (entries: readonly HistoryEntry[], over: { readonly width?: number; readonly glyphs?: 'unicode' | 'ascii' } = {}) =>
  historyText(conclude(entries), { colour: 'off', width: 100, ...over })

const stepped = noisyHistory(60, [[35, 0.1]], 2)
const cut = [
  ...stepped,
  ...noisyHistory(90, [], 9)
    .slice(60)
    .map((entry) => ({ ...entry, planHash: 'ee00aa11', arm: undefined as never })),
]
const one = [historyEntryOf(0)]
const many = noisyHistory(200, [[120, 0.2]], 5)
const flat = Array.from({ length: 12 }, (_, n) => historyEntryOf(n, { valid: n !== 4 }))
const silent = [historyEntryOf(0, { figures: { [P95]: { value: 'endless' } }, failures: { count: 0, of: 0 } })]
const hostile = HOSTILE.slice(0, 60).map((evil, n) =>
  historyEntryOf(n, { name: evil, run: evil, commit: evil, branch: evil, machine: { print: evil, words: evil }, planHash: evil }),
)
const EVERY = { stepped, cut, one, many, flat, silent, hostile }

describe('the text of a history', () => {
  test('says first what changed, with run, date and commit', () => {
    const told = text(stepped)
    expect(told).toMatch(
      /^translate\n60 runs · 2026-09-01 to 2026-10-30 · plan 3fa9c1d2 · 2 × Any CPU, 8 GB, linux x64\n\n✗ Worse: response_time p95 \+10\.\d % from 2026-10-0\d on/,
    )
    expect(told.replace(/\s+/g, ' ')).toMatch(/\(run 2026100\dT040000Z-00\d\d, commit \w{11}…\): 99\d ms → 1\.\d+ s, p ≤ 0\.001/)
    expect(told).toMatch(/response_time p50 +49\d ms +5\d\d ms +5\d\d ms +\+10\.\d %/)
    expect(told).toMatch(/failures +0 % +0 % +0 % +none/)
  })
  test('tells changes at one run together, the first figure with its levels', () => {
    const told = text(stepped).replace(/\s+/g, ' ')
    expect(told.match(/Worse:/g)).toHaveLength(1)
    expect(told).toMatch(/p ≤ 0\.001\. Likewise response_time p50 \+10\.\d %\./)
  })
  test('draws runs, levels and the change within 80 columns', () => {
    const plot = text(stepped, { width: 200 })
      .split('\n')
      .filter((line) => /[•─│]/.test(line))
    expect(plot.length).toBeGreaterThanOrEqual(7)
    for (const line of plot) expect(line.length).toBeLessThanOrEqual(80)
    expect(plot.join('').match(/•/g)!.length).toBeGreaterThan(50)
    // The upright line stands at the place of the change: the 35th of 60 runs.
    const column = plot[0]!.indexOf('│')
    expect(column - 7).toBeGreaterThanOrEqual(30)
    expect(column - 7).toBeLessThanOrEqual(40)
  })
  test('has more runs than columns share one', () => {
    const lines = text(many, { width: 80 }).split('\n')
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(lines.join('\n')).toContain('│')
  })
  test('knows no other characters than ASCII where the terminal does not', () =>
    expect(text(cut, { glyphs: 'ascii' })).toMatch(/^[\n -~]*$/))
  test('says where a series was cut, and that too few runs tell nothing', () => {
    const told = text([...stepped, historyEntryOf(70, { planHash: 'ee00aa11' })])
    expect(told).toContain('· Too few runs: A change is looked for from 10 valid runs on, and there is 1.')
    expect(told.replace(/\s+/g, ' ')).toContain('Begins on 2026-11-10, where the plan changed (3fa9c1d2 → ee00aa11)')
  })
  test('says that nothing changed', () => expect(text(flat)).toContain('✓ No change: Every figure stayed at one level.'))
  test.each(Object.entries(EVERY))('keeps within the terminal, and holds no control character: %s', (_, entries) => {
    const told = text(entries)
    for (const line of told.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100)
    expect(told).not.toMatch(/(?!\n)\p{Cc}|NaN|undefined|Infinity/u)
  })
})

describe('the page of a history', () => {
  const checker = new HtmlValidate({
    extends: ['html-validate:standard'],
    rules: { 'no-inline-style': 'off', 'svg-focusable': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off' },
  })
  test.each(Object.entries(EVERY))('is valid, has no script, is the same whenever made: %s', async (_, entries) => {
    const page = renderHistoryHtml(conclude(entries))
    const report = await checker.validateString(page)
    expect(report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`))).toEqual(
      [],
    )
    expect(page).not.toMatch(entries === hostile ? /<script/ : /<script|javascript:|NaN|undefined|Infinity/)
    expect(page).toContain('Content-Security-Policy')
    expect(renderHistoryHtml(conclude(entries.toReversed()))).toBe(page)
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000)
  })
  test('draws each figure with a level on either side of the change, and folds what is older', () => {
    const page = renderHistoryHtml(conclude(cut))
    expect(page.match(/<svg class="plot"/g)).toHaveLength(3)
    expect(page).toContain('<summary>Run by run</summary>')
    expect(renderHistoryHtml(conclude(stepped)).match(/class="offered"/g)!.length).toBeGreaterThanOrEqual(2)
  })
})
