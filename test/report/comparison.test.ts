import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'csv-parse/sync'
import { HtmlValidate } from 'html-validate'
import { describe, expect, test } from 'vitest'
import type { ComparisonSummary } from '../../src/core/comparison-summary.ts'
import { chooseRuns } from '../../src/judge/comparison/choose-runs.ts'
import { concludeStored } from '../../src/judge/comparison/comparison-summary.ts'
import { concludeHistorical } from '../../src/judge/comparison/historical.ts'
import { comparisonCsv } from '../../src/report/comparison/csv.ts'
import { renderComparisonHtml } from '../../src/report/comparison/html.ts'
import { comparisonJsonSchema } from '../../src/report/comparison/json-schema.ts'
import { comparisonText } from '../../src/report/comparison/text.ts'
import { madeComparison, slowerBy } from '../helpers/comparison.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { storedRun, storedRuns } from '../helpers/stored-runs.ts'

const suspended = [{ kind: 'suspended' as const, text: 'We slept.', invalidates: true }]
const doubted = [{ kind: 'not-steady' as const, text: 'It drifts.', invalidates: false }]

const regressed = concludeStored(
  madeComparison((order) => ({
    ...slowerBy(1.3)(order),
    tokens: order.arm === 'after' ? 60 : 100,
    caveats: order.round === 1 && order.place === 1 && order.attempt === 0 ? suspended : order.arm === 'after' ? doubted : [],
  })),
).summary
const unfinished = concludeStored(madeComparison(slowerBy(1.3), { until: 5 })).summary
const invalid = concludeStored(madeComparison(() => ({ caveats: suspended }))).summary
const silent = concludeStored(
  madeComparison((order) => ({ p95: order.arm === 'after' ? 'endless' : 1e6, failures: order.arm === 'after' ? 200 : 0 })),
).summary
const empty = concludeStored(madeComparison(slowerBy(1), { until: 0 })).summary

const stored = concludeHistorical(
  chooseRuns(
    {
      baseline: [...storedRuns(9), storedRun(12, { caveats: suspended })],
      candidate: storedRuns(4, { first: 20, factor: 1.3, caveats: doubted }),
    },
    [],
  ),
  {
    experiment: '20261124T210000Z-abcd',
    settings: { primary: 'response_time p95', informing: ['response_time p50'], margin: 0.1, noise: 0.03 },
  },
)

const EVERY = { regressed, unfinished, invalid, silent, empty, stored }
const text = (summary: ComparisonSummary, width = 100) =>
  comparisonText(summary, { colour: 'off', width, files: [['Folder', 'reports/x']] })

describe('the text of a comparison', () => {
  test('says the verdict first, then the numbers, the work, what was run again, what it cost', () => {
    const lines = text(regressed).split('\n')
    expect(lines[3]).toMatch(/^✗ Regressed: response_time p95 rose by (28|29|3\d)(\.\d)? % \(\+\d.* 97\.06 % interval of/)
    const told = lines.join('\n')
    expect(told).toMatch(/response_time p95 \* {2,}(99\d ms|1\.0\d s) +1\.\d+ s +\+\d+(\.\d)? % +\+\d.* to \+\d.* % +regressed +\d/)
    expect(told).toMatch(/tokens +100 +60(\.0)? +−40 % +unlike/)
    expect(told).toContain('Pair 2: ')
    expect(told).toContain('spoiled by our own machine (suspended)')
    expect(told).toMatch(/caveat \(0 of 8 runs of before, 8 of 8 runs of after\): It drifts\./)
    expect(told).toMatch(/18 runs with 3.600 exchanges/)
    expect(lines.at(-2)).toMatch(/^Exit code 11, since/)
  })

  test('gives no verdict and no numbers before the first look', () => {
    const told = text(unfinished)
    expect(told).toContain('? Unfinished: 2 of 8 pairs are done. Nothing is judged before the first look.')
    expect(told).not.toMatch(/rose|Regressed|interval of/)
  })

  test('says after a first look that did not decide that it goes on to the second', () => {
    const wild = madeComparison((order) => ({ p95: 1e6 * (order.arm === 'after' ? [1.4, 0.75][order.round % 2]! : 1) }), { until: 20 })
    expect(text(concludeStored(wild).summary)).toMatch(/Unfinished: 10 of 16 pairs are done\. The first look did not decide\./)
  })

  test('says that our own machine spoiled it', () => {
    expect(text(invalid)).toMatch(/✗ No verdict: Our own machine spoiled more pairs than may be repeated \(suspended\)\.\n✗ Invalid: /)
  })

  test('calls stored runs historical, and says what it cannot see and whom it left out', () => {
    const told = text(stored)
    expect(told).toContain('historical: stored runs, not made in turn · 4 of the candidate against 9 of the baseline')
    expect(told).toMatch(/^✗ Regressed: response_time p95 rose by \d/m)
    expect(told.replace(/\s+/g, ' ')).toContain('historical 95 % interval of 4 runs against 9')
    expect(told).toContain('These runs were not made in turn')
    expect(told).toContain('Left out of the baseline: 1 run, invalid (suspended).')
    expect(told).toMatch(/caveat \(0 of 9 runs of baseline, 4 of 4 runs of candidate\): It drifts\./)
    expect(told).not.toContain('Pairs run again')
  })

  test.each(Object.entries(EVERY))('keeps within the terminal: %s', (_, summary) => {
    for (const line of text(summary, 100).split('\n')) expect(line.length, line).toBeLessThanOrEqual(100)
  })
})

describe('the page of a comparison', () => {
  const checker = new HtmlValidate({
    extends: ['html-validate:standard'],
    rules: { 'no-inline-style': 'off', 'svg-focusable': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off' },
  })

  test.each(Object.entries(EVERY))('is valid, has no script, is the same whenever made: %s', async (_, summary) => {
    const page = renderComparisonHtml(summary)
    const report = await checker.validateString(page)
    expect(report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`))).toEqual(
      [],
    )
    expect(page).not.toMatch(/<script|javascript:|NaN|undefined|Infinity/)
    expect(page).toContain('Content-Security-Policy')
    expect(renderComparisonHtml(JSON.parse(JSON.stringify(summary)) as ComparisonSummary)).toBe(page)
    expect(Buffer.byteLength(page)).toBeLessThan(200_000)
  })

  test('draws a line for each pair, a row for each metric, and leads to the report of each run', () => {
    const page = renderComparisonHtml(regressed)
    expect(page.match(/<path class="(worse|better)"[^>]*d="M[\d.]+ [\d.]+L/g)).toHaveLength(8)
    expect(page.match(/<path class="estimate /g)).toHaveLength(2)
    expect(page.match(/href="\.\/run-\d+\/report\.html"/g)).toHaveLength(18)
    expect(page).toContain('It drifts.')
    expect(page).toMatch(/<path class="estimate regressed"/)
    expect(renderComparisonHtml(concludeStored(madeComparison(slowerBy(1))).summary)).toMatch(/<path class="estimate no-regression"/)
  })

  test('shows what came from elsewhere as text', () => {
    const poisoned: ComparisonSummary = {
      ...regressed,
      name: HOSTILE[0]!,
      description: HOSTILE.slice(0, 20).join(' '),
      sentences: [regressed.sentences[0]!, ...HOSTILE],
      notes: HOSTILE.slice(0, 30),
      caveats: HOSTILE.slice(0, 30).map((hostile) => ({ kind: 'clock' as const, text: hostile, runs: { before: 1, after: 1 } })),
      differences: HOSTILE.slice(0, 30).map((hostile) => ({ field: hostile, baseline: hostile, candidate: hostile })),
    }
    const page = renderComparisonHtml(poisoned)
    expect(page).not.toMatch(/<script|<img|<iframe|onerror=[^&]*>/i)
    expect(renderComparisonHtml(regressed).match(/<svg/g)?.length).toBe(page.match(/<svg/g)?.length)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text(poisoned)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})

test('comparison.csv has a line for each run, and what there is not is empty', () => {
  const rows = parse(comparisonCsv(silent), { columns: true }) as Record<string, string>[]
  expect(rows).toHaveLength(16)
  expect(rows.find(({ arm }) => arm === 'after')).toMatchObject({
    pair: '1',
    use: 'counted',
    failures: '200',
    failures_of: '200',
    'response_time p95': 'endless',
  })
  expect(rows.find(({ arm }) => arm === 'before')).toMatchObject({
    'response_time p95': '1000000',
    'response_time p50': '500000',
    reasons: '',
  })
})

describe('the JSON Schema of comparison.json', () => {
  const schema = comparisonJsonSchema()
  const accepts = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema)

  test.each(Object.entries(EVERY))('accepts what is concluded: %s', (_, summary) => {
    accepts(JSON.parse(JSON.stringify(summary)))
    expect(accepts.errors).toBeNull()
  })

  test('refuses what is not there to be read', () => {
    expect(accepts({ ...regressed, more: 1 })).toBe(false)
    const { verdict: _verdict, ...without } = regressed
    expect(accepts(without)).toBe(false)
  })

  test('in scenarios/ is up to date', () => {
    expect(JSON.parse(readFileSync('scenarios/comparison.schema.json', 'utf8')), 'stale: npm run schema').toEqual(
      JSON.parse(JSON.stringify(schema)),
    )
  })
})
