import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { ComparisonSummary } from '../../src/core/comparison-summary.ts'
import { comparisonJsonSchema } from '../../src/report/comparison/json-schema.ts'
import { createWorkbench, readRunPlan, WHOLE } from '../helpers/cli.ts'
import { comparisonIn, experimentLog, readComparison, runsIn, writeProfile, writeScenario } from '../helpers/comparing.ts'

const bench = createWorkbench()
writeProfile(bench, 'short.yaml', 120)
writeProfile(bench, 'longer.yaml', 165)

/** Half a minute on a quiet machine; on a busy one every process that is started takes its time. */
const PATIENCE = 300_000

describe.concurrent('two arms that are compared', { timeout: PATIENCE }, () => {
  it('of the same speed show no regression, and each run is an ordinary run folder', async () => {
    const out = bench.newOut()
    const { code, stdout, stderr } = await bench.flowbench([
      'compare',
      writeScenario(bench, 'same', { length: '800ms', arms: { baseline: {}, candidate: {} } }),
      '--out',
      out,
      '--json',
    ])
    const summary = JSON.parse(stdout) as ComparisonSummary
    expect(['no regression', 'inconclusive'], stdout).toContain(summary.verdict)
    expect(code).toBe(summary.exitCode)
    const folder = comparisonIn(out)!
    expect(readComparison(folder)).toEqual(summary)
    const accepts = new Ajv2020({ strict: true, strictTypes: false }).compile(comparisonJsonSchema())
    expect(accepts(summary), JSON.stringify(accepts.errors)).toBe(true)
    expect(summary.runs.filter(({ use }) => use === 'counted')).toHaveLength(2 * summary.pairs)
    const runs = runsIn(folder)
    expect(runs).toHaveLength(summary.cost.runs)
    for (const run of runs) expect(readdirSync(join(folder, run)).sort()).toEqual(WHOLE)
    // The same arrivals and inputs in both runs of a pair, others in the next.
    const plans = experimentLog(folder).flatMap((line) => ('ended' in line ? [line['order'] as { round: number; seed: number }] : []))
    const seeds = Map.groupBy(plans, ({ round }) => round)
    expect([...seeds.values()].every((both) => new Set(both.map(({ seed }) => seed)).size === 1)).toBe(true)
    expect(new Set(plans.map(({ seed }) => seed)).size).toBe(seeds.size)
    for (const line of experimentLog(folder))
      if ('ended' in line) {
        const { plan } = readRunPlan(join(folder, line['ended'] as string))
        expect(line['order']).toMatchObject({ arm: plan.arm, seed: plan.seed })
      }
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(stderr).toMatch(/takes +16 runs \(8 pairs\)/)
    expect(stderr).toMatch(/Pair 3: response_time p50 .* over all pairs so far .* Judged after 8\./)
    // Made again, it is the same.
    const html = readFileSync(join(folder, 'report.html'), 'utf8')
    const again = await bench.flowbench(['report', join(folder, 'comparison.json'), '--json'])
    expect(again.code).toBe(code)
    expect(JSON.parse(again.stdout)).toEqual(summary)
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(html)
  })

  it('of which the later takes a third longer end in 11', async () => {
    const out = bench.newOut()
    const slower = writeScenario(bench, 'slower', {
      length: '800ms',
      arms: { baseline: {}, candidate: { target: { simulator: './longer.yaml' } } },
    })
    const { code, stdout } = await bench.flowbench(['compare', slower, '--out', out])
    expect(code, stdout).toBe(11)
    expect(stdout).toMatch(/^✗ Regressed: response_time p50 rose by \d/m)
    expect(stdout).toMatch(/Exit code 11, since the later arm is worse\.\n$/)
    const { metrics, differences } = readComparison(comparisonIn(out)!)
    // 120 ms of 125 and 165 ms of 170, with the wire and a busy machine on top.
    expect(metrics['response_time p50']!.estimate).toBeGreaterThan(0.15)
    expect(metrics['response_time p50']!.estimate).toBeLessThan(0.5)
    expect(differences.map(({ field }) => field)).toEqual(['target.simulator'])
  })
})
