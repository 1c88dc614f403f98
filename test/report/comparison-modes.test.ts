import { Ajv2020 } from 'ajv/dist/2020.js'
import { HtmlValidate } from 'html-validate'
import { describe, expect, test } from 'vitest'
import type { ComparisonSummary } from '../../src/core/comparison-summary.ts'
import { concludeStored } from '../../src/judge/comparison/comparison-summary.ts'
import { compareModes } from '../../src/judge/modes/compare-modes.ts'
import { renderComparisonHtml } from '../../src/report/comparison/html.ts'
import { comparisonJsonSchema } from '../../src/report/comparison/json-schema.ts'
import { comparisonMarkdown } from '../../src/report/comparison/markdown.ts'
import { comparisonText } from '../../src/report/comparison/text.ts'
import { comparisonView } from '../../src/report/comparison/view.ts'
import { madeComparison, slowerBy } from '../helpers/comparison.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { modePairs } from '../helpers/modes.ts'

const modes = compareModes(
  modePairs(
    (pair) => ({ light: { rate: 4, end: 980_000 + pair * 100 }, heavy: { rate: 20, end: 5_000_000 + pair * 10_000, overload: 'api-cpu' } }),
    (pair) => ({
      light: { rate: 4, output: 295_000 - pair * 100, end: 1_020_000 },
      heavy: { rate: 20, output: 296_000, end: pair % 2 === 0 ? 1_021_000 : 1_019_000, failures: 1 },
    }),
  ),
  { arms: ['old', 'fresh'], alpha: 0.0294, noise: 0.03 },
)!
const summary: ComparisonSummary = { ...concludeStored(madeComparison(slowerBy(0.5))).summary, modes }
const text = (told: ComparisonSummary) => comparisonText(told, { colour: 'off', width: 100 })

describe('the report of arms that differ in mode', () => {
  test('says in the text what is gained, what it costs, which gives way first, and each phase in both modes', () => {
    const told = text(summary)
    expect(told).toMatch(/^Streaming against blocking\n {2}At 4\/s, in the median, with streaming the first output comes 686 ms earlier/m)
    expect(told).toMatch(/^light, 4\/s poisson +streaming +blocking +streaming − blocking$/m)
    expect(told).toMatch(/^first text, p50 +295 ms \[294–295 ms\] +– +–$/m)
    expect(told).toMatch(/^first output, p50 +295 ms \[294–295 ms\] +980 ms \[980–981 ms\] +−686 ms \[−686 to −685 ms\]$/m)
    expect(told).toMatch(/^failures +8 of 800 \(1 %\) +0 of 800 \(0 %\) +–$/m)
    expect(told).toMatch(/^gave way +no +8 of 8 runs, api-cpu +–$/m)
    expect(told.replace(/\s+/g, ' ')).toContain('So two deployments are compared')
    for (const line of told.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  test('says nothing of modes where they do not differ', () => {
    const { modes: _modes, ...without } = summary
    for (const told of [text(without), renderComparisonHtml(without), comparisonMarkdown(comparisonView(without))])
      expect(told).not.toContain('Streaming against blocking')
  })

  test('draws both modes over the loads, each with its interval, and is a valid page', async () => {
    const page = renderComparisonHtml(summary)
    expect(page).toContain('id="modes-loads"')
    expect(page).toMatch(/From 29\d ms to 5\.\d+ s in light 4\/s, heavy 20\/s\./)
    expect(page).toContain('<code>KNOB</code>')
    const checker = new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: { 'no-inline-style': 'off', 'svg-focusable': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off' },
    })
    const report = await checker.validateString(page)
    expect(report.results.flatMap(({ messages }) => messages)).toEqual([])
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('tells the same in Markdown', () => {
    expect(comparisonMarkdown(comparisonView(summary))).toMatch(/### Streaming against blocking\n+At 4/)
  })

  test('fits the JSON Schema', () => {
    const accepts = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(comparisonJsonSchema())
    accepts(JSON.parse(JSON.stringify(summary)))
    expect(accepts.errors).toBeNull()
  })

  test('shows what came from elsewhere as text', () => {
    const poisoned = {
      ...modes,
      advice: HOSTILE.slice(0, 30),
      phases: modes.phases.map((phase, at) => ({
        ...phase,
        phase: HOSTILE[at]!,
        load: { streaming: HOSTILE[at]!, blocking: HOSTILE[at + 1]! },
      })),
    }
    expect(renderComparisonHtml({ ...summary, modes: poisoned })).not.toMatch(/<script|<img|<iframe|onerror=[^&]*>/i)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text({ ...summary, modes: poisoned })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})
