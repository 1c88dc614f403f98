import { describe, expect, test } from 'vitest'
import type { ComparisonSummary } from '../../src/core/comparison-summary.ts'
import { chooseRuns } from '../../src/judge/comparison/choose-runs.ts'
import { concludeStored } from '../../src/judge/comparison/comparison-summary.ts'
import { concludeHistorical } from '../../src/judge/comparison/historical.ts'
import { comparisonAnnotations } from '../../src/report/comparison/annotations.ts'
import { comparisonJunit } from '../../src/report/comparison/junit.ts'
import { comparisonMarkdown } from '../../src/report/comparison/markdown.ts'
import { comparisonMetrics } from '../../src/report/comparison/open-metrics.ts'
import { comparisonView } from '../../src/report/comparison/view.ts'
import { githubCommands } from '../../src/report/exports/github.ts'
import { type MadeRunOf, madeComparison, settingsOf, slowerBy } from '../helpers/comparison.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { storedRuns } from '../helpers/stored-runs.ts'

const spoiled: MadeRunOf = { caveats: [{ kind: 'suspended', text: 'We slept.', invalidates: true }] }
/** Now much slower, now much faster: nothing can be decided. */
const scattered = madeComparison(({ arm, round }) => ({ p95: arm === 'after' ? 1e6 * (round % 2 === 0 ? 2 : 0.5) : 1e6 }))

const regressed = concludeStored(madeComparison(slowerBy(1.3))).summary
const fine = concludeStored(madeComparison(slowerBy(1))).summary
const undecided = concludeStored(scattered).summary
const invalid = concludeStored(madeComparison(() => spoiled)).summary
const unfinished = concludeStored(madeComparison(slowerBy(1.3), { until: 5 })).summary
const failing = concludeStored(madeComparison((order) => ({ ...slowerBy(0.8)(order), failures: order.arm === 'after' ? 40 : 0 }))).summary

/** Every foreign text of a comparison replaced by this one. */
const poisoned = (hostile: string): ComparisonSummary => ({
  ...regressed,
  name: hostile,
  description: hostile,
  sentences: [regressed.sentences[0]!, hostile],
  notes: [hostile],
  caveats: [{ kind: 'clock', text: hostile, runs: { before: 1, after: 1 } }],
  differences: [{ field: hostile, baseline: hostile, candidate: hostile }],
})

test('the endings are those that the tests below are of', () => {
  expect([regressed, fine, undecided, invalid, unfinished, failing].map(({ exitCode }) => exitCode)).toEqual([11, 0, 12, 4, 0, 11])
})

describe('JUnit of a comparison', () => {
  const casesOf = (summary: ComparisonSummary) =>
    [...comparisonJunit(summary).matchAll(/<testcase [^>]*name="([^"]*)"[^>]*>\s*<(system-out|failure|error|skipped)/g)].map(
      ([, name, kind]) => [name, kind],
    )

  test.each([
    ['regressed', regressed, 'system-out', 'failure', 'system-out'],
    ['no regression', fine, 'system-out', 'system-out', 'system-out'],
    ['undecided', undecided, 'system-out', 'skipped', 'system-out'],
    ['failing more often', failing, 'system-out', 'failure', 'failure'],
  ] as const)('a comparison that is %s fails, skips or passes as its exit code does', (_, summary, instrument, verdict, failures) => {
    expect(casesOf(summary)).toEqual([
      ['the instrument can be believed', instrument],
      ['after is not worse than before by response_time p95', verdict],
      ['after does not fail more often than before', failures],
    ])
  })

  test('our own machine is an error, and what is not judged fails nothing', () => {
    expect(casesOf(invalid).map(([, kind]) => kind)).toEqual(['error', 'skipped'])
    expect(casesOf(unfinished).map(([, kind]) => kind)).toEqual(['system-out', 'skipped'])
  })

  test('undecided fails where that is what was asked for', () => {
    const strict = concludeStored({
      ...scattered,
      header: { ...scattered.header, settings: { ...scattered.header.settings, inconclusive: 'fail' } },
    }).summary
    expect(casesOf(strict)[1]).toEqual(['after is not worse than before by response_time p95', 'failure'])
  })

  test('no foreign text leaves its place', () => {
    for (const hostile of HOSTILE) {
      const xml = comparisonJunit({ ...poisoned(hostile), arms: [hostile, hostile] })
      expect(xml.match(/<[a-z-]+/g)?.filter((tag) => !KNOWN_TAGS.has(tag))).toEqual([])
      expect(xml).not.toMatch(/[^\P{Cc}\n]/u)
    }
  })
})

const KNOWN_TAGS = new Set(
  ['testsuites', 'testsuite', 'properties', 'property', 'testcase', 'system-out', 'failure', 'error', 'skipped'].map((tag) => `<${tag}`),
)

describe('OpenMetrics of a comparison', () => {
  test('gives each change with its interval, failures of both arms and the verdict', () => {
    const lines = comparisonMetrics(regressed).split('\n')
    const labels = 'scenario="translate",baseline="before",candidate="after"'
    const change = lines.find((line) => line.includes('metric="response_time p95",end="estimate"'))
    expect(Number(change?.split(' ').at(-1))).toBeCloseTo(regressed.metrics['response_time p95']!.estimate!, 8)
    expect(lines).toContain(`flowbench_comparison_verdict{${labels},verdict="regressed"} 1`)
    expect(lines).toContain(`flowbench_comparison_verdict{${labels},verdict="no regression"} 0`)
    expect(lines).toContain(`flowbench_comparison_failures_ratio{${labels},side="candidate"} 0`)
    expect(lines.slice(-2)).toEqual(['# EOF', ''])
  })

  test('a comparison that is not judged has only what is known', () => {
    expect(comparisonMetrics(invalid)).toMatch(/^# TYPE flowbench_comparison_valid gauge\n.*\n\S+\{.*\} 0\n# EOF\n$/)
  })

  test('a label keeps quotes, backslashes and line feeds from ending it', () => {
    for (const hostile of HOSTILE)
      for (const line of comparisonMetrics(poisoned(hostile)).split('\n').slice(0, -2))
        expect(line).toMatch(/^(# (TYPE|UNIT|HELP) .*|[a-z_0-9]+\{([a-z]+="([^"\\]|\\.)*",?)*\} \S+)$/)
  })
})

describe('Markdown of a comparison', () => {
  const told = (summary: ComparisonSummary) => comparisonMarkdown(comparisonView(summary))

  test('opens with the verdict, then what it rests on, the validity and the numbers', () => {
    expect(told(regressed)).toMatch(
      /^## translate\n\n\*\*✗ Regressed\.\*\* response&#95;time p95 rose by [\s\S]*\n\n\*\*[✓·] Valid\.\*\* [\s\S]*\n\n\| Metric \| before \| after \|/,
    )
    expect(told(unfinished)).toContain('**? Unfinished.** 2 of 8 pairs are done')
  })

  test('of a comparison of a hundred runs with long words it takes what fits and says so', () => {
    const long = Array.from({ length: 12 }, (_, n) => ({ field: `f${n}`, baseline: '<'.repeat(3000), candidate: '|'.repeat(3000) }))
    const runs = Array.from({ length: 10 }, () => regressed.runs).flat()
    const text = told({
      ...regressed,
      runs,
      differences: [...long, ...long],
      notes: HOSTILE.flatMap((one) => Array(9).fill(one.repeat(80))),
    })
    expect(Buffer.byteLength(text)).toBeLessThan(60_000)
    expect(text).toContain('The rest is in the report.')
  })

  test('foreign text makes no markup, mention, link or row', () => {
    for (const hostile of [...HOSTILE, 'https://evil.example @everyone | **bold** ![x](y) :smile::'])
      expect(told(poisoned(hostile)).replace(/<\/?(details|summary)>/g, '')).not.toMatch(/<|@|https?:\/\/|!\[|^::/m)
  })
})

describe('annotations of a comparison', () => {
  const levelOf = (summary: ComparisonSummary) => githubCommands(comparisonAnnotations(summary)).split(' ')[0]

  test('fail where the job fails, warn where nothing is known, and else note', () => {
    expect([regressed, failing, invalid, undecided].map(levelOf)).toEqual(['::error', '::error', '::error', '::error'])
    expect([fine, unfinished].map(levelOf)).toEqual(['::notice', '::warning'])
    const passing = concludeStored({
      ...scattered,
      header: { ...scattered.header, settings: { ...scattered.header.settings, inconclusive: 'pass' } },
    }).summary
    expect(passing.exitCode).toBe(0)
    expect(levelOf(passing)).toBe('::warning')
  })

  test('are one command on one line, whatever is in it', () => {
    for (const hostile of [...HOSTILE, 'x::set-env name=PATH::y', '##[add-mask]x', 'a%0A::stop-commands::b', 'n\n::error::x'])
      expect(githubCommands(comparisonAnnotations(poisoned(hostile)))).toMatch(
        /^::error title=[^:,\n]*::(?!.*(::|##\[|%(?!25)))[^\n\r]*\n$/,
      )
  })
})

test('a comparison of stored runs, which has no pairs and no seed, is told in each form', () => {
  const sides = { baseline: storedRuns(12), candidate: storedRuns(3, { first: 20, factor: 1.25 }) }
  const { pairs: _pairs, seed: _seed, ...settings } = settingsOf()
  const summary = concludeHistorical(chooseRuns(sides, []), { experiment: 'any', settings })
  expect(summary.exitCode).toBe(11)
  expect(comparisonJunit(summary)).toContain('name="candidate is not worse than baseline by response_time p95"')
  expect(comparisonMetrics(summary)).toContain('verdict="regressed"} 1')
  expect(comparisonMarkdown(comparisonView(summary))).toContain('**✗ Regressed.**')
  expect(githubCommands(comparisonAnnotations(summary))).toMatch(/^::error title=Regressed%3A /)
  for (const text of [comparisonJunit(summary), comparisonMetrics(summary), comparisonMarkdown(comparisonView(summary))])
    expect(text).not.toMatch(/undefined|NaN/)
})
