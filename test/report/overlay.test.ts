import { parse } from 'csv-parse/sync'
import { HtmlValidate } from 'html-validate'
import { describe, expect, test } from 'vitest'
import type { RunSummary } from '../../src/core/summary.ts'
import { overlayOf } from '../../src/judge/overlay/overlay.ts'
import { overlayCsv } from '../../src/report/csv.ts'
import { renderOverlayHtml } from '../../src/report/overlay/html.ts'
import { overlayJson } from '../../src/report/overlay/json.ts'
import { overlayMarkdown } from '../../src/report/overlay/markdown.ts'
import { overlayText } from '../../src/report/overlay/text.ts'
import { overlayView } from '../../src/report/overlay/view.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { overlaidRuns, poisonedOverlay } from '../helpers/overlay.ts'
import { type MadeRun, makeRun, translatePlan } from '../helpers/run-summary.ts'
import { openPhase, s } from '../helpers/samples.ts'

const both = overlayOf(await overlaidRuns(2))
const withOver = (over: Partial<RunSummary>) =>
  overlayOf(both.runs.map((run, at) => (at === 1 ? { ...run, summary: { ...run.summary, ...over } } : run)))
const invalid = withOver({ valid: false, exitCode: 4, caveats: [{ kind: 'suspended', text: 'We slept.', invalidates: true }] })
const cut = withOver({ status: 'incomplete' })
const other = await makeRun(translatePlan({ name: 'other', phases: [openPhase({ name: 'elsewhere', length: s(5) })] }))
const apart = overlayOf([both.runs[0]!, { ...other, summary: { ...other.summary, run: '20261124T213525Z-ffff' } }])
const eight = overlayOf(await overlaidRuns(8))
const many = await makeRun(
  translatePlan({ phases: Array.from({ length: 40 }, (_, at) => openPhase({ name: `phase ${at}`, length: s(2) })) }),
)
const manyPhases = overlayOf(
  Array.from({ length: 8 }, (_, at): MadeRun => ({ ...many, summary: { ...many.summary, run: `20261124T213525Z-000${at}` } })),
)
const hostile = poisonedOverlay(both, HOSTILE)
const EVERY = { both, invalid, cut, apart, eight, manyPhases, hostile }

const text = (of: typeof both, over: { readonly width?: number; readonly glyphs?: 'unicode' | 'ascii' } = {}) =>
  overlayText(overlayView(of), { colour: 'off', width: 100, ...over })

describe('runs laid over each other', () => {
  test.each(Object.entries(EVERY))('give no verdict in any form: %s', (_, overlay) => {
    for (const told of [text(overlay), overlayMarkdown(overlayView(overlay)), renderOverlayHtml(overlay)]) {
      expect(told).toMatch(/No verdict/)
      expect(told).toMatch(/are not a comparison/)
      if (overlay !== hostile) expect(told.replace(/<style>.*<\/style>/s, '')).not.toMatch(/regressed|improved|faster|slower than/i)
    }
  })

  test('stand side by side under their short ids, each figure with its interval', () => {
    const told = text(both)
    expect(told).toContain('0000')
    expect(told).toContain('0001')
    const line = told.split('\n').find((each) => /^ {2}p95 /.test(each))!
    expect(line.match(/\[[^\]]+\]/g)).toHaveLength(2)
    expect(told.split('\n').every((each) => each.length <= 100)).toBe(true)
  })

  test('name the run that is not to be believed, with its caveat', () => {
    expect(text(invalid)).toMatch(/✗ Invalid: Do not trust the numbers of 0001/)
    expect(text(invalid)).toMatch(/invalid \(0001\): We slept\./)
    expect(renderOverlayHtml(invalid)).toContain('Do not trust the numbers of 0001')
  })

  test('show objectives of a run that was cut off, and judge them not', () => {
    expect(text(cut)).toMatch(/0001 did not come to its end/)
    expect(text(cut)).toMatch(/shown only/)
  })

  test('need no phase in common: each stands under its own name', () => {
    const phases = overlayView(apart).phases.map(({ name, runs }) => [name, runs.map(({ at }) => at)])
    expect(phases).toEqual([
      ['streaming', [0]],
      ['climb', [0]],
      ['blocking', [0]],
      ['elsewhere', [1]],
    ])
  })

  test('have a colour and a dash each, the same in every chart', () => {
    const page = renderOverlayHtml(eight)
    for (let at = 0; at < 8; at++) expect(page).toContain(`class="run${at}"`)
    const curves = page.split('<figure').filter((part) => part.includes('id="curves-'))
    for (const curve of curves) expect(curve.match(/<path class="run\d" d="M[^"]*L/g)).toHaveLength(8)
  })

  test('are told from seven on in a line each', () => {
    expect(text(eight)).toMatch(/^run +mode +throughput/m)
  })

  test('stay below a megabyte, and say what is left out', () => {
    const page = renderOverlayHtml(manyPhases)
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000)
    expect(page).toMatch(/The first \d+ of 40 measured phases are shown/)
  })

  test('are the same page for the same runs', () => {
    expect(renderOverlayHtml(both)).toBe(renderOverlayHtml(both))
  })

  test('give every run’s conclusions as JSON under its label, and the fields in which they differ', () => {
    const json = JSON.parse(overlayJson(both))
    expect(json).toMatchObject({ schema: 1, kind: 'overlay', exitCode: both.exitCode })
    const { label, ...summary } = json.runs[1]
    expect(label).toBe('0001')
    expect(summary).toEqual(JSON.parse(JSON.stringify(both.runs[1]!.summary)))
    expect(json.differences).toEqual([{ field: 'seed', values: { '0000': '1', '0001': '2' } }])
  })

  test('give one table as CSV, the run’s id in each line', () => {
    const rows: Record<string, string>[] = parse(overlayCsv(both.runs.map(({ summary }) => summary)), { columns: true })
    expect(new Set(rows.map(({ run }) => run)).size).toBe(2)
    expect(Object.keys(rows[0]!).slice(0, 4)).toEqual(['run', 'arm', 'phase', 'mode'])
    expect(
      rows.filter(({ phase, metric, input_set }) => phase === 'streaming' && metric === 'response_time' && input_set === 'all'),
    ).toHaveLength(2)
  })

  test('tell two long texts that begin alike from each other', () => {
    const values = ['a', 'b'].map((end) => `${'x'.repeat(500)}${end}`)
    const [[, ...cells] = []] = overlayView({ ...both, differences: [{ field: 'inputs.short', values }] }).differences.rows
    expect(new Set(cells).size).toBe(2)
  })

  test.each(Object.entries(EVERY))('make valid HTML without script: %s', async (_, overlay) => {
    const page = renderOverlayHtml(overlay)
    const report = await new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: { 'no-inline-style': 'off', 'svg-focusable': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off' },
    }).validateString(page)
    expect(report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`))).toEqual(
      [],
    )
    expect(page).not.toMatch(/<script|NaN|undefined|Infinity/)
    expect(page).toContain('Content-Security-Policy')
  })
})
