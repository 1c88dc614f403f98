import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ComparisonSummary } from '../../src/core/comparison-summary.ts'
import { createWorkbench, type Running } from '../helpers/cli.ts'
import { comparisonIn, experimentLog, writeProfile, writeScenario } from '../helpers/comparing.ts'

const bench = createWorkbench()
writeProfile(bench, 'short.yaml', 120)

/** Half a minute on a quiet machine; on a busy one every process that is started takes its time. */
const PATIENCE = 300_000

const KEYS = { ONE: 'app-compare-one-1111', TWO: 'app-compare-two-2222' }

/** Two servers, so that each arm has an address and a key of its own. */
async function servers(): Promise<{ readonly arms: unknown; readonly env: Record<string, string> }> {
  const simulators = [
    bench.start(['simulate', join(bench.folder, 'short.yaml')]),
    bench.start(['simulate', join(bench.folder, 'short.yaml')]),
  ]
  const [one, two] = await Promise.all(simulators.map(async (running) => (await running.says(/listening on (\S+)/))[1]!))
  return {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the scenario
    arms: {
      baseline: { target: { url: '${URL_ONE}', apiKey: '${ONE}' } },
      candidate: { target: { url: '${URL_TWO}', apiKey: '${TWO}' } },
    },
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of the scenario
    env: { ...KEYS, URL_ONE: one!, URL_TWO: two! },
  }
}

const stopped = async (running: Running, signal: NodeJS.Signals) => {
  running.child.kill(signal)
  return running.ended
}

describe.concurrent('a comparison that is stopped', { timeout: PATIENCE }, () => {
  it('by kill -9 goes on where it was, tells no key, and judges whole pairs only', async () => {
    const { arms, env } = await servers()
    const out = bench.newOut()
    const file = writeScenario(bench, 'killed', { length: '300ms', arms: arms })
    const running = bench.start(['compare', file, '--out', out], { env })
    await running.says(/Pair 2: /)
    await running.says(/pair 3 of 8, /)
    expect((await stopped(running, 'SIGKILL')).signal).toBe('SIGKILL')
    const folder = comparisonIn(out)!
    expect(existsSync(join(folder, 'comparison.json'))).toBe(false)

    const report = await bench.flowbench(['report', folder])
    expect(report.code, report.stderr).toBe(0)
    expect(report.stdout).toMatch(/\? Unfinished: 2 of 8 pairs/)
    expect(existsSync(join(folder, 'comparison.json'))).toBe(false)

    const changed = await bench.flowbench(['compare', file, '--out', out, '--resume', '--set', 'load.steady.rate=41/s'], { env })
    expect(changed.code).toBe(2)
    expect(changed.stderr).toContain('the plan of baseline has changed since it began')

    const otherApp = await bench.flowbench(['compare', file, '--out', out, '--resume'], { env: { ...env, TWO: KEYS.ONE } })
    expect(otherApp.code).toBe(2)
    expect(otherApp.stderr).toContain('the API key of candidate is not the one it was begun with')

    const resumed = await bench.flowbench(['compare', file, '--out', out, '--resume', folder, '--json'], { env })
    const summary = JSON.parse(resumed.stdout) as ComparisonSummary
    expect(resumed.code, resumed.stderr).toBe(summary.exitCode)
    expect(summary.status).toBe('whole')
    expect(summary.verdict).not.toBeNull()
    expect(summary.runs.filter(({ use }) => use === 'counted')).toHaveLength(2 * summary.pairs)
    expect(summary.runs.some(({ use }) => use === 'cut-short')).toBe(true)
    expect(experimentLog(folder).filter((line) => 'resumed' in line)).toHaveLength(1)

    const over = await bench.flowbench(['compare', file, '--out', out, '--resume'], { env })
    expect(over.code).toBe(2)
    expect(over.stderr).toContain('is over')
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
      if (statSync(path).isFile()) for (const key of Object.values(KEYS)) expect(readFileSync(path, 'utf8').includes(key), path).toBe(false)
  })

  it('by Ctrl-C drains, ends in 130 and says how to go on; until then nobody else adds runs to its folder', async () => {
    const { arms, env } = await servers()
    const out = bench.newOut()
    const file = writeScenario(bench, 'stopped', { length: '2s', arms: arms })
    const running = bench.start(['compare', file, '--out', out], { env })
    await running.says(/Pair 1: /)
    const besides = await bench.flowbench(['compare', file, '--out', out, '--resume'], { env })
    expect(besides.code).toBe(2)
    expect(besides.stderr).toMatch(/Another flowbench works in \S+: process \d+, since /)
    const { code, stdout, stderr } = await stopped(running, 'SIGINT')
    expect(code, stderr).toBe(130)
    expect(stdout).toMatch(/\? Unfinished: [1-7] of 8 pairs/)
    expect(stdout).toMatch(/Exit code 130, since the comparison was cut short/)
    expect(stderr).toMatch(/Go on with: flowbench compare \S+ --out \S+ --resume \S+compare-/)
    const folder = comparisonIn(out)!
    expect(existsSync(join(folder, 'comparison.json'))).toBe(false)
    expect(existsSync(join(folder, 'report.html'))).toBe(true)
  })

  it('before it began, since one of its targets does not answer, leaves nothing', async () => {
    const { arms, env } = await servers()
    const out = bench.newOut()
    const { code, stderr } = await bench.flowbench(
      ['compare', writeScenario(bench, 'gone', { length: '300ms', arms: arms }), '--out', out],
      {
        env: { ...env, URL_TWO: 'http://127.0.0.1:9/v1' },
      },
    )
    expect(code).toBe(3)
    expect(stderr).toContain('http://127.0.0.1:9 cannot be reached')
    expect(existsSync(out)).toBe(false)
  })

  it('before it began, since nobody has agreed to load the host of one arm, sends it nothing and leaves nothing', async () => {
    const { arms, env } = await servers()
    const out = bench.newOut()
    const { code, stderr } = await bench.flowbench(['compare', writeScenario(bench, 'far', { length: '300ms', arms }), '--out', out], {
      env: { ...env, URL_TWO: 'http://192.0.2.1/v1' },
    })
    expect(code).toBe(3)
    expect(stderr).toContain('192.0.2.1 (192.0.2.1) is not this machine, and nobody has agreed to load it')
    expect(existsSync(out)).toBe(false)
  })
})
