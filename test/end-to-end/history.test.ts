import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { ComparisonSummary } from '../../src/core/comparison-summary.ts'
import type { HistorySummary } from '../../src/core/history.ts'
import { comparisonJsonSchema } from '../../src/report/comparison/json-schema.ts'
import { createWorkbench } from '../helpers/cli.ts'
import { storedRun, storedRuns, writeStoredRun } from '../helpers/stored-runs.ts'

const bench = createWorkbench()
const place = (name: string) => join(bench.folder, name)
const before = place('before')
for (const run of storedRuns(24)) writeStoredRun(before, run)
const after = place('after')
for (const run of storedRuns(12, { first: 30, factor: 1.3 })) writeStoredRun(after, run)

describe('flowbench compare <baseline> <candidate>', () => {
  it('ends in 11 for runs that take a third longer, and leaves an answer that can be shown again', async () => {
    const out = bench.newOut()
    const { code, stdout, stderr } = await bench.flowbench(['compare', before, after, '--out', out, '--format', 'json,html,csv'])
    expect(code, stderr).toBe(11)
    const summary = JSON.parse(stdout) as ComparisonSummary
    expect(summary).toMatchObject({ kind: 'historical', verdict: 'regressed' })
    const accepts = new Ajv2020({ strict: true, strictTypes: false }).compile(comparisonJsonSchema())
    expect(accepts(summary), JSON.stringify(accepts.errors)).toBe(true)
    const [name = ''] = readdirSync(out)
    const [folder = ''] = readdirSync(join(out, name))
    expect(folder).toMatch(/^historical-\d{8}T\d{6}Z-[0-9a-f]{4}$/)
    const own = join(out, name, folder)
    expect(readdirSync(own).sort()).toEqual(['comparison.csv', 'comparison.json', 'report.html'])
    const html = readFileSync(join(own, 'report.html'), 'utf8')
    const again = await bench.flowbench(['report', own, '--json'])
    expect(again.code).toBe(11)
    expect(JSON.parse(again.stdout)).toEqual(summary)
    expect(readFileSync(join(own, 'report.html'), 'utf8')).toBe(html)
  })

  it('ends in 0 where no regression is shown, and in 12, or as told, for two single runs', async () => {
    const [first = '', last = ''] = [readdirSync(before)[0], readdirSync(after)[0]].map((run, at) => join(at === 0 ? before : after, run!))
    const compare = async (...words: readonly string[]) => bench.flowbench(['compare', ...words, '--out', bench.newOut()])
    const same = place('same')
    for (const run of storedRuns(12, { first: 60 })) writeStoredRun(same, run)
    const alike = await compare(before, same)
    expect(alike.code, alike.stdout).toBe(0)
    expect(alike.stdout).toContain('No regression shown')
    const single = await compare(first, last)
    expect(single.code).toBe(12)
    expect(single.stdout.replace(/\s+/g, ' ')).toContain('there is no interval: the baseline has 1 run, and 8 are the fewest')
    expect((await compare(first, last, '--inconclusive', 'pass')).code).toBe(0)
  })

  it('refuses other plans with the field and the way out', async () => {
    const elsewhere = writeStoredRun(
      place('elsewhere'),
      storedRun(90, { plan: { hash: 'other', target: { ...storedRun(0).plan.target, url: 'http://127.0.0.1:9/v1' } } }),
    )
    const refused = await bench.flowbench(['compare', before, elsewhere, '--out', bench.newOut()])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/different plans[\s\S]*target\.url: \S+ → http:\/\/127\.0\.0\.1:9\/v1[\s\S]*--may-differ target\.url/)
    const consented = await bench.flowbench(['compare', before, elsewhere, '--may-differ', 'target.url', '--out', bench.newOut()])
    expect(consented.code).not.toBe(2)
  })
})

describe('flowbench history', () => {
  it('adds runs once, shows the trend and where it changed, as text, JSON and a page', async () => {
    const file = place('kept/history.jsonl')
    const added = await bench.flowbench(['history', 'add', before, after, '--file', file, '--branch', 'main'])
    expect(added.stderr).toBe('')
    expect(added.stdout).toBe(`Added 36 runs to ${file}, which now holds 36.\n`)
    const twice = await bench.flowbench(['history', 'add', after, '--file', file])
    expect(twice.code).toBe(2)
    expect(twice.stderr).toContain('is in the history already')
    const shown = await bench.flowbench(['history', 'show', '--file', file, '--metric', 'response_time p95', '--format', 'text,html'])
    expect(shown.code).toBe(0)
    expect(shown.stdout.replace(/\s+/g, ' ')).toMatch(
      /✗ Worse: response_time p95 \+(2[5-9]|3[0-5])(\.\d)? % from 2026-10-\d\d on \(run 20261031T040000Z-0030\)/,
    )
    expect(shown.stdout).toContain('│')
    expect(readFileSync(place('kept/history.html'), 'utf8')).toMatch(/^<!doctype html>/)
    const { series } = JSON.parse((await bench.flowbench(['history', 'show', '--file', file, '--json'])).stdout) as HistorySummary
    expect(series.map(({ runs }) => runs.length)).toEqual([36])
    expect(series[0]!.trends[0]!.changes).toHaveLength(1)
  })

  it('takes a run that flowbench has just made', async () => {
    const { run } = await bench.run([
      '--simulator',
      'steady',
      '--concurrency',
      '2',
      '--runs',
      '8',
      '--quiet',
      '--set',
      'caveats.generatorLate=1m',
      '--set',
      'caveats.clockDrift=1m',
    ])
    const file = place('made.jsonl')
    const added = await bench.flowbench(['history', 'add', run!, '--file', file], {
      env: { GITHUB_SHA: 'abcdef1', GITHUB_REF_NAME: 'main' },
    })
    expect(added.code, added.stderr).toBe(0)
    const entry = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    expect(entry).toMatchObject({ commit: 'abcdef1', branch: 'main', valid: true, failures: { count: 0, of: 8 } })
    expect(Object.keys(entry['figures'] as object)).toContain('response_time p95')
    const shown = await bench.flowbench(['history', 'show', '--file', file])
    expect(shown.stdout).toContain('Too few runs')
  })
})
