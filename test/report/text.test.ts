import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunSummary } from '../../src/core/summary.ts'
import { renderText } from '../../src/report/text.ts'
import { viewOf } from '../../src/report/view.ts'
import { width } from '../../src/report/width.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { makeRun, translatePlan } from '../helpers/run-summary.ts'
import { openPhase, s } from '../helpers/samples.ts'

const run = await makeRun()
const text = (summary: Partial<RunSummary> = {}, over: Partial<Parameters<typeof renderText>[1]> = {}) =>
  renderText(viewOf({ ...run, summary: { ...run.summary, ...summary } }), { colour: 'off', width: 100, ...over })

/** The phases of the run under other names. */
const renamed = (name: (at: number) => string) =>
  Object.fromEntries(Object.values(run.summary.phases).map((phase, at) => [name(at), phase] as const))

describe('the summary for a terminal', () => {
  test('puts validity and verdict before any number', () => {
    const lines = text().split('\n')
    expect(lines[0]).toBe('translate')
    expect(lines.findIndex((line) => line.includes('Valid'))).toBeLessThan(lines.findIndex((line) => line.includes('Objectives')))
    expect(lines.findIndex((line) => line.includes('Held'))).toBeLessThan(lines.findIndex((line) => line.includes('Traffic')))
  })

  test('stands the modes side by side, each number under its phase', () => {
    const lines = text().split('\n')
    const modes = lines.find((line) => /streaming +streaming +blocking$/.test(line))
    const p50 = lines[lines.findIndex((line) => line.startsWith('Response time')) + 1]!
    expect(modes).toBeDefined()
    expect(p50).toMatch(/^ {2}p50 +\S+ m?s \[.+\] +\S+ m?s \[.+\] +\S+ m?s \[.+\]$/)
    expect(width(p50)).toBe(width(modes!))
  })

  test('says below a percentile what it is over all intended runs, where that differs', () => {
    const phase = Object.values(run.summary.phases).find(({ measured }) => measured)!
    const response = phase.metrics['response_time']!
    const twins = (p95: number) => {
      const quantile = (value: number) => ({ value, atLeast: value !== response.p95 && value === p95 })
      return { p50: quantile(response.p50), p90: quantile(response.p90), p95: quantile(p95), p99: quantile(response.p99) }
    }
    const withTwins = (p95: number) =>
      text({ phases: { one: { ...phase, metrics: { response_time: { ...response, ofAll: twins(p95) } } } } })
    expect(withTwins(response.p95)).not.toMatch(/^ {4}of all /m)
    expect(withTwins(9e6).match(/^ {4}of all +≥ 9(\.\d+)? s$/gm)).toHaveLength(1)
  })

  test('leaves warm-up out of the table', () => expect(text()).not.toContain('warm-up'))

  test('names the files at its end, never cut', () => {
    const path = `reports/${'long/'.repeat(40)}report.html`
    expect(text({}, { files: [['report', path]] })).toContain(path)
  })

  test.each(['whole', 'interrupted', 'incomplete'] as const)('says of a %s run what it is', (status) => {
    const said = text({ status })
    expect(said.includes('Interrupted')).toBe(status === 'interrupted')
    expect(said.includes('objectives are shown, not judged')).toBe(status === 'incomplete')
  })

  test('tells in words what colour shows', () => {
    const coloured = text({}, { colour: 'on' })
    expect(coloured).toContain('\u001b[')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is what is taken off
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(text())
  })

  test('needs no character beyond ASCII where told so', () => {
    expect(text({ name: 'größer 数' }, { glyphs: 'ascii' })).toMatch(/^[\n -~]+$/)
  })

  test('gives many phases a line each', () => {
    const phases = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`phase ${at}`, run.summary.phases['climb']!]))
    const said = text({ phases })
    expect(said).toMatch(/phase 39 +streaming/)
    expect(said.split('\n').length).toBeLessThan(120)
  })

  test('stacks the phases that do not fit beside each other', async () => {
    const phases = Array.from({ length: 5 }, (_, at) => openPhase({ name: `p${at}`, length: s(2) }))
    const many = await makeRun(translatePlan({ phases, objectives: [] }))
    const said = renderText(viewOf(many), { colour: 'off', width: 100 })
    expect(said.match(/^Response time/gm)).toHaveLength(2)
  })

  test('says so where nothing was measured', () => expect(text({ phases: {} })).toContain('No phase of this run was measured.'))
})

describe('within a hundred columns', () => {
  const fits = (said: string, columns: number) => {
    for (const line of said.split('\n')) expect(width(line), line).toBeLessThanOrEqual(columns)
  }

  test('stays every line of an ordinary run', () => fits(text(), 100))

  test('stays every line, whatever the names, details and the width asked for', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: 'binary', maxLength: 200 }),
    )
    fc.assert(
      fc.property(word, word, fc.integer({ min: 60, max: 300 }), (name, detail, columns) => {
        const said = text(
          {
            name,
            run: detail,
            phases: renamed((at) => `${name}${at}`),
            objectives: run.summary.objectives.map((objective) => ({ ...objective, text: name, explanation: detail })),
            caveats: [{ kind: 'clock', text: detail, invalidates: true, phase: name }],
            failures: [{ outcome: 'rejected', detail, count: 3, examples: [{ ...run.summary.slowest[0]!, workflowRunId: name }] }],
          },
          { width: columns },
        )
        fits(said, Math.min(100, columns))
      }),
      { numRuns: 150 },
    )
  })

  test('lets no terminal sequence, control character or override of direction through', () => {
    for (const hostile of HOSTILE) {
      const said = text({
        name: hostile,
        phases: renamed((at) => `${hostile}${at}`),
        objectives: [{ ...run.summary.objectives[0]!, text: hostile, explanation: hostile }],
        failures: [{ outcome: 'rejected', detail: hostile, count: 1, examples: [] }],
      })
      expect(said).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/u)
    }
  })
})
