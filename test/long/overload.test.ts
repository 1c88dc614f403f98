import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { OverloadKind } from '../../src/core/diagnosis.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { createWorkbench, ROOT, readRun } from '../helpers/cli.ts'

const bench = createWorkbench()

interface Load {
  readonly profile: string
  /** Clients of the heavy phase in each mode. */
  readonly streaming?: number
  readonly blocking?: number
  /** Runs of each client there, 3 unless told. */
  readonly each?: number
}

/** One client, then many, in each mode asked for, against the simulator in a process of its own. */
async function diagnosed({
  profile,
  streaming,
  blocking,
  each = 3,
}: Load): Promise<{ readonly summary: RunSummary; readonly stdout: string }> {
  const phases = (mode: string, clients: number | undefined) =>
    clients === undefined
      ? []
      : [
          { name: `${mode}-1`, mode, concurrency: 1, runs: 15, settle: true },
          { name: `${mode}-${clients}`, mode, concurrency: clients, runs: clients * each, settle: true },
        ]
  const scenario = bench.write(`${profile.replaceAll(/\W/g, '-')}.yaml`, {
    name: 'overload',
    target: { simulator: profile },
    inputs: [{ name: 'any', values: { text: '{{nonce}}' } }],
    load: [
      { name: 'warm-up', concurrency: 2, runs: 10, measured: false, settle: true },
      ...phases('streaming', streaming),
      ...phases('blocking', blocking),
    ],
    objectives: ['failures < 100%'],
  })
  const { run, stdout, stderr } = await bench.run([scenario])
  if (run === undefined) throw new Error(stderr)
  return { summary: readRun(run), stdout }
}

/** A profile of ours with a line of it changed. */
function profileWith(name: string, line: string, other: string): string {
  const text = readFileSync(join(ROOT, 'scenarios/simulator', `${name}.yaml`), 'utf8')
  if (!text.includes(line)) throw new Error(`${name} has no ${line}`)
  return bench.write(`${name}-changed.yaml`, text.replace(line, other))
}

describe('an overload planted in the simulator is named by the command', () => {
  test.each<[Load, Readonly<Record<string, OverloadKind>>]>([
    [{ profile: 'connections', streaming: 30 }, { 'streaming-30': 'connections' }],
    [
      { profile: 'saturating', streaming: 16, blocking: 16 },
      { 'streaming-16': 'workers', 'blocking-16': 'api-connections' },
    ],
    [
      { profile: 'cpu', streaming: 16, blocking: 16 },
      { 'streaming-16': 'worker-cpu', 'blocking-16': 'api-cpu' },
    ],
    [{ profile: 'limited', blocking: 16 }, { 'blocking-16': 'limit' }],
  ])('%o', async (load, kinds) => {
    const { summary, stdout } = await diagnosed(load)
    for (const [phase, kind] of Object.entries(kinds)) {
      expect(summary.diagnoses[phase]?.overload).toMatchObject({ kind, knob: expect.any(String) })
      expect(stdout).toContain(`Overload: ${kind} (${phase})`)
    }
    for (const [phase, { overload }] of Object.entries(summary.diagnoses)) if (!(phase in kinds)) expect(overload.kind).toBe('none')
  })

  test('a burst on an empty database pool, which stands still for half a minute', async () => {
    // A pool that a burst fills though a busy machine sends it slowly.
    const pool = profileWith('database-pool', 'connections: 40, takes: 100ms', 'connections: 4, takes: 100ms')
    const { summary } = await diagnosed({ profile: pool, blocking: 32, each: 1 })
    expect(summary.diagnoses['blocking-32']?.overload).toMatchObject({ kind: 'database-pool', knob: expect.stringContaining('POOL_SIZE') })
  })

  test('two planted at once are both named, as unclear', async () => {
    const profile = profileWith('cpu', 'cpu: { worker: 4, api: 4 }', 'cpu: { worker: 2 }\nslots: { workers: 4 }')
    const { summary, stdout } = await diagnosed({ profile, streaming: 32 })
    expect(summary.diagnoses['streaming-32']?.overload).toMatchObject({ kind: 'unclear', suspects: ['workers', 'worker-cpu'] })
    expect(stdout).toContain('Overload, not clear which (streaming-32)')
  })

  test('a proxy that buffers is named, and no overload', async () => {
    const { summary, stdout } = await diagnosed({ profile: 'proxied', streaming: 4 })
    expect(summary.diagnoses['streaming-4']).toMatchObject({ overload: { kind: 'none' }, delivery: { buffered: true } })
    expect(stdout).toContain('A proxy buffers (streaming-1, streaming-4)')
  })

  test('a server with room to spare gives neither', async () => {
    const { summary, stdout } = await diagnosed({ profile: 'steady', streaming: 4, blocking: 4 })
    expect(Object.values(summary.diagnoses).map(({ overload }) => overload.kind)).toEqual(['none', 'none', 'none', 'none'])
    expect(stdout).not.toMatch(/Overload|A proxy/)
  })
})
