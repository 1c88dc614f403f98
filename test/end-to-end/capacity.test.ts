import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CapacityModesSummary } from '../../src/core/capacity-modes.ts'
import type { CapacitySummary } from '../../src/core/capacity-summary.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { createWorkbench } from '../helpers/cli.ts'

const bench = createWorkbench()

/** Two places of 40 ms each: three slots wait half a run each, four a whole one. */
bench.write('two.yaml', {
  description: 'two places of 40 ms',
  inputs: [{ variable: 'text', type: 'paragraph', checked: false }],
  slots: { connections: 1000, workers: 2, api: 2 },
  nodes: [
    { id: 'start', type: 'start', takes: '1ms' },
    { id: 'llm', type: 'llm', text: { first: '29ms', chunks: 5, gap: '2ms' } },
    { id: 'end', type: 'end', takes: '1ms' },
  ],
  outputs: { text: 'llm.text' },
})
const scenario = bench.write('two-places.yaml', {
  name: 'two-places',
  target: { simulator: './two.yaml', mode: 'blocking' },
  inputs: [{ values: { text: '{{nonce}}' } }],
  load: [{ name: 'steady', concurrency: 2, for: '1s' }],
  objectives: ['response_time p50 < 90ms'],
  limits: { linger: '0s', timeout: '20s' },
  caveats: { generatorLate: '1m', clockDrift: '1m' },
  capacity: { from: 2, to: 12, width: '90%', trial: '1s' },
  seed: 3,
})

/** Less than a minute on a quiet machine. */
const PATIENCE = 300_000

const searchIn = (out: string): string => {
  const [name = ''] = readdirSync(out)
  const [folder = ''] = readdirSync(join(out, name)).filter((each) => each.startsWith('capacity-'))
  return join(out, name, folder)
}
/** How long our own event loop stood still at most in a trial, in µs. */
function longestStallOf(folder: string, { trialList }: CapacitySummary): number {
  const phases = trialList.flatMap(({ run }) =>
    Object.values((JSON.parse(readFileSync(join(folder, run, 'run.json'), 'utf8')) as RunSummary).phases),
  )
  return Math.max(0, ...phases.map(({ ownStall }) => ownStall?.longest ?? 0))
}
const answerIn = (folder: string): CapacitySummary => JSON.parse(readFileSync(join(folder, 'capacity.json'), 'utf8')) as CapacitySummary

describe.concurrent('a search for the capacity', { timeout: PATIENCE }, () => {
  it('finds what two places take, each trial a whole run folder, and says so on stdout, in JSON and on a page', async () => {
    const out = bench.newOut()
    const { code, stdout, stderr } = await bench.flowbench(['capacity', scenario, '--out', out])
    expect(stderr).toMatch(/takes {2,}usually about \d+ trials; at the very worst \d+/)
    expect(stderr).toMatch(/This machine sends .* Usually about \d+ trials, .*; at the very worst \d+ trials, /)
    const folder = searchIn(out)
    const answer = answerIn(folder)
    expect({ code, stopped: answer.stopped, unit: answer.unit }).toEqual({ code: 0, stopped: 'found', unit: 'slots' })
    expect(answer.lower!).toBeGreaterThanOrEqual(2)
    expect(answer.upper!).toBeLessThanOrEqual(6)
    // Runs wait for 20 to 40 ms here. Where another program held our own loop up for as long, no overload is named by times, and rightly so.
    const kinds = longestStallOf(folder, answer) < 20_000 ? ['api-connections'] : ['api-connections', undefined]
    expect(kinds).toContain(answer.overload?.kind)
    expect(stdout).toContain('✓ Found: ')
    for (const { run } of answer.trialList) expect(existsSync(join(folder, run, 'run.json'))).toBe(true)
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('How the bracket closed')
    const again = await bench.flowbench(['report', folder, '--json'])
    expect(again.code).toBe(0)
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(JSON.stringify(answer)))
  })

  it('ends in 130 after Ctrl-C with all that it knows, and goes on from there until its budget is spent', async () => {
    const out = bench.newOut()
    const running = bench.start(['capacity', scenario, '--out', out])
    await running.says(/2 slots: held/)
    running.child.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    expect(code).toBe(130)
    expect(stdout).toContain('Unfinished')
    expect(stderr).toContain('--resume')
    const resumed = await bench.flowbench([
      'capacity',
      scenario,
      '--out',
      out,
      '--resume',
      '--set',
      'capacity.budget={trials: 2}',
      '--json',
    ])
    expect(resumed.stderr).toContain('Going on with')
    expect(resumed.code).toBe(12)
    expect(JSON.parse(resumed.stdout)).toMatchObject({ stopped: 'budget', trials: 2, verified: null })
    const over = await bench.flowbench(['capacity', scenario, '--out', out, '--resume', '--set', 'capacity.budget={trials: 2}'])
    expect(over).toMatchObject({ code: 2, stderr: expect.stringContaining('is over') })
  })

  it('is refused on another machine without a budget, before anything is sent', async () => {
    const file = bench.write('elsewhere.yaml', {
      target: { url: 'http://192.0.2.1/v1', apiKey: `\${DIFY_API_KEY}` },
      load: [{ rate: '1/s', for: '1s' }],
    })
    const { code, stderr } = await bench.flowbench(['capacity', file], { env: { DIFY_API_KEY: 'app-12345678' } })
    expect(code).toBe(2)
    expect(stderr).toContain('needs a budget')
  })
})

// By itself, so that it takes no time from the search above, whose overload is named by times.
describe('a search in both modes', { timeout: PATIENCE }, () => {
  it('goes on after Ctrl-C in the one that was not finished, and shows both side by side', async () => {
    const out = bench.newOut()
    const asked = ['capacity', scenario, '--out', out, '--set', 'capacity.budget={trials: 2}']
    const running = bench.start([...asked, '--mode', 'blocking,streaming'])
    await running.says(/In streaming mode, 2 of 2/)
    running.child.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    expect(code).toBe(130)
    expect(stdout).toContain('? Unfinished: ')
    expect(stderr).toContain('in both modes together: half for blocking, what that leaves for streaming')
    const folder = searchIn(out)
    expect(answerIn(join(folder, 'blocking'))).toMatchObject({ mode: 'blocking', stopped: 'budget', trials: 1 })
    const resumed = await bench.flowbench([...asked, '--resume', '--json'])
    expect(resumed.stderr).toContain('The search in blocking mode is over.')
    expect(resumed.code).toBe(12)
    const answer = JSON.parse(resumed.stdout) as CapacityModesSummary
    expect(answer).toMatchObject({ status: 'whole', modes: ['blocking', 'streaming'], serves: null, trials: 2 })
    expect(answer.answers.streaming).toMatchObject({ stopped: 'budget', trials: 1 })
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('Side by side')
    const again = await bench.flowbench(['report', join(folder, 'capacity-modes.json'), '--json'])
    expect(JSON.parse(again.stdout)).toEqual(answer)
    expect(await bench.flowbench([...asked, '--resume'])).toMatchObject({ code: 2, stderr: expect.stringContaining('is over') })
    const other = await bench.flowbench([...asked, '--resume', '--mode', 'streaming'])
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('was begun in blocking and streaming mode') })
  })
})
