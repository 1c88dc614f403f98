import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Calibration } from '../../src/core/calibration.ts'
import { createWorkbench } from '../helpers/cli.ts'

const bench = createWorkbench()

/** Other programs may disturb this machine: what is then late is no matter here. */
const caveats = { generatorLate: '60s', suspended: '60s', clockDrift: '60s' }

it('calibrates instrument and target, stores what it found, and check, run and compare go by it', async () => {
  const out = bench.newOut()
  const load = [{ name: 'load', concurrency: 2, runs: 6 }]
  const target = { simulator: 'fixed', mode: 'blocking' }
  const alone = bench.write('alike.yaml', { name: 'alike', target, load, caveats })
  const read = () => JSON.parse(readFileSync(join(out, 'calibration.json'), 'utf8')) as Calibration
  const running = bench.start(['calibrate', alone, '--quick', '--pairs', '10', '--out', out])
  await running.says(/Pair 2: /)
  running.child.kill('SIGKILL')
  await running.ended
  // What the machine can do was known by then, and is not measured again.
  const killed = read()
  expect(killed.noise).toEqual([])
  const resume = ['calibrate', alone, '--pairs', '10', '--resume', '--json', '--quiet', '--out', out]
  const { code, stdout, stderr } = await bench.flowbench(resume)
  expect(code, stderr).toBe(0)
  const stored = read()
  expect({ ...stored, noise: [] }).toEqual(killed)
  expect(JSON.parse(stdout)).toEqual(stored)

  for (const mode of ['blocking', 'streaming'] as const) {
    const { perSecond, levels, cpuPerRun, cpuPerEvent } = stored.ceiling[mode]
    expect(perSecond).toBe(Math.max(...levels.map((level) => level.perSecond)))
    expect(levels.map(({ failures }) => failures)).toEqual(levels.map(() => 0))
    expect(cpuPerRun).toBeGreaterThan(0)
    expect(cpuPerEvent).toBeLessThanOrEqual(cpuPerRun)
  }
  expect(stored.truth.map(({ mode, share }) => `${mode} ${share}`)).toEqual(
    ['blocking', 'streaming'].flatMap((mode) => [0.1, 0.5, 0.8].map((share) => `${mode} ${share}`)),
  )
  for (const { mode, exchanges, errors } of stored.truth) {
    expect(exchanges).toBeGreaterThan(0)
    expect(Object.keys(errors)).toEqual(mode === 'blocking' ? ['finished'] : ['firstEvent', 'firstText', 'finished'])
  }
  // Nobody is faster than the server.
  expect(stored.witness).toMatchObject({ client: 'autocannon', takes: 20_000 })
  if ('other' in stored.witness)
    for (const { mean } of [stored.witness.flowbench, stored.witness.other]) expect(mean).toBeGreaterThan(19_000)

  const [noise] = stored.noise
  expect(noise).toMatchObject({ scenario: 'alike', primary: 'response_time p95' })
  expect([10, 20]).toContain(noise!.pairs)
  expect(existsSync(join(out, noise!.folder, 'report.html'))).toBe(true)

  const arms = bench.write('alike.yaml', { name: 'alike', target, load, caveats, arms: { old: {}, new: {} } })
  const check = await bench.flowbench(['check', arms, '--offline', '--out', out])
  expect(check.stdout).toContain(`as this scenario scattered in ${noise!.pairs} pairs of equal arms, calibrated`)

  const rate = Math.ceil(stored.ceiling.blocking.perSecond / 2) + 1
  const fast = bench.write('fast.yaml', { target, load: [{ name: 'fast', rate: `${rate}/s`, for: '1s' }] })
  const warned = await bench.flowbench(['check', fast, '--offline', '--out', out])
  expect(warned.stderr).toContain(`Phase fast sends up to ${rate}/s, more than half of`)
})
