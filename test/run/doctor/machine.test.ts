import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { folderCheck } from '../../../src/run/doctor/folder-check.ts'
import { machineChecks } from '../../../src/run/doctor/machine-checks.ts'
import { type MachineFacts, quotaOf, readMachine } from '../../../src/run/doctor/machine-facts.ts'
import { startSystemClock } from '../../../src/run/system-clock.ts'
import { closedPhase, openPhase, planOf } from '../../helpers/samples.ts'

const WELL: MachineFacts = {
  node: '24.9.0',
  needsNode: '22.19',
  openFiles: 1024,
  cores: 4,
  load: 0.5,
  clockSource: 'tsc',
  clockStep: 0.05,
  clockCost: 0.1,
  late: { p50: 120, p99: 400 },
  loop: { p99: 300, max: 900 },
}
const states = (facts: Partial<MachineFacts>, plan = planOf()) =>
  Object.fromEntries(machineChecks({ ...WELL, ...facts }, plan).flatMap(({ name, state }) => (state === 'good' ? [] : [[name, state]])))

describe('a machine', () => {
  test('that is well has nothing to mend', () => {
    const checks = machineChecks(WELL, planOf())
    expect(checks.map(({ name }) => name)).toEqual(['Node', 'open files', 'clock', 'timers', 'event loop', 'CPU', 'load'])
    expect(checks.every(({ state, fix }) => state === 'good' && fix === undefined)).toBe(true)
  })

  test.each<[string, Partial<MachineFacts>, string, 'doubtful' | 'bad']>([
    ['an old Node', { node: '22.9.1' }, 'Node', 'bad'],
    ['fewer open files than the in-flight limit', { openFiles: 256 }, 'open files', 'doubtful'],
    ['a clock that is read by a call of the kernel', { clockSource: 'hpet' }, 'clock', 'doubtful'],
    ['a clock that costs microseconds', { clockCost: 3 }, 'clock', 'doubtful'],
    ['a coarse clock', { clockStep: 1000 }, 'clock', 'doubtful'],
    ['sleepers that wake late', { late: { p50: 100, p99: 10_001 } }, 'timers', 'doubtful'],
    ['a loop that is held up', { loop: { p99: 10_001, max: 20_000 } }, 'event loop', 'doubtful'],
    ['a quota of one and a half cores', { quota: 1.5 }, 'CPU', 'doubtful'],
    ['a single core', { cores: 1 }, 'CPU', 'doubtful'],
    ['others at work', { load: 2.9 }, 'load', 'doubtful'],
  ])('with %s is told so, with a way out', (_, facts, name, state) => {
    expect(states(facts)).toEqual({ [name]: state })
    const found = machineChecks({ ...WELL, ...facts }, planOf()).find((check) => check.name === name)
    expect(found?.fix).toMatch(/^[A-Z].*\.$/)
  })

  test.each<[string, Partial<MachineFacts>]>([
    ['a Node just new enough', { node: '22.19.0' }],
    ['a newer major with a smaller minor', { node: '24.0.0' }],
    ['a quota of two cores', { quota: 2 }],
    ['times at the limit', { late: { p50: 1, p99: 10_000 }, loop: { p99: 10_000, max: 90_000 } }],
  ])('with %s is well', (_, facts) => expect(states(facts)).toEqual({}))

  test('is held against the scenario that is meant for it', () => {
    const plan = planOf({ phases: [openPhase(), closedPhase({ to: 2000 })], caveats: { ...planOf().caveats, generatorLate: 200 as never } })
    expect(states({}, plan)).toEqual({ 'open files': 'bad', timers: 'doubtful' })
  })

  test('that does not tell much is not said to be ill for that, but for its open files', () => {
    const { openFiles: _, load: __, clockSource: ___, ...silent } = WELL
    expect(machineChecks(silent, undefined).filter(({ state }) => state !== 'good')).toMatchObject([
      { name: 'open files', state: 'doubtful' },
    ])
    expect(machineChecks(WELL, undefined).find(({ name }) => name === 'open files')?.says).toContain('1024 are allowed')
  })

  test('this one tells its facts', async () => {
    const clock = startSystemClock()
    const facts = await readMachine(clock).finally(() => clock.close())
    expect(facts).toMatchObject({ node: process.versions.node, needsNode: expect.stringMatching(/^\d+\.\d+/) })
    expect(facts.late.p50).toBeGreaterThanOrEqual(0)
    expect(facts.clockStep).toBeGreaterThan(0)
    expect(Number.isFinite(facts.clockStep)).toBe(true)
    expect(facts.cores).toBeGreaterThanOrEqual(1)
  })
})

describe('the CPU quota of a control group', () => {
  const files = (has: Readonly<Record<string, string>>) => quotaOf((path) => has[path])
  const V1 = '/sys/fs/cgroup/cpu/cpu.cfs_'
  test.each<[string, Readonly<Record<string, string>>, number | undefined]>([
    ['version 2, at the top', { '/sys/fs/cgroup/cpu.max': '150000 100000\n' }, 1.5],
    [
      'version 2, in a group of its own',
      { '/proc/self/cgroup': '0::/box/a\n', '/sys/fs/cgroup/box/a/cpu.max': '50000 100000\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' },
      0.5,
    ],
    ['version 2 without one', { '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, undefined],
    ['version 1', { [`${V1}quota_us`]: '200000\n', [`${V1}period_us`]: '100000\n' }, 2],
    ['version 1 without one', { [`${V1}quota_us`]: '-1\n', [`${V1}period_us`]: '100000\n' }, undefined],
    ['no control groups', {}, undefined],
  ])('%s', (_, has, quota) => expect(files(has)).toBe(quota))
})

describe('the output folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowbench-doctor-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is written to, and nothing stays there', () => {
    const out = join(folder, 'there')
    mkdirSync(out)
    const { says } = folderCheck(out)
    expect(says).toMatch(/there can be written; .* free, bringing a file to the disk took /)
    expect(readdirSync(out)).toEqual([])
  })

  test('that is not there yet is tried where it would be made, and not made', () => {
    const out = join(folder, 'not', 'yet')
    expect(folderCheck(out)).toMatchObject({ about: 'machine', says: expect.stringContaining(`(to be made in ${folder}) can be written`) })
    expect(existsSync(join(folder, 'not'))).toBe(false)
  })

  test('that takes nothing is bad', () => {
    expect(folderCheck(process.platform === 'linux' ? '/proc/no-such-place' : '/dev/null/x')).toMatchObject({
      state: 'bad',
      fix: expect.stringContaining('--out'),
    })
  })
})
