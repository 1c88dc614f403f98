import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import type { LogLine } from '../../src/core/record.ts'
import type { Sample } from '../../src/core/sample.ts'
import { perSecond } from '../../src/core/units.ts'
import { concludeFolder, writeDerived } from '../../src/run/conclude.ts'
import { addToHistory } from '../../src/run/history.ts'
import { mergeFolders } from '../../src/run/merge.ts'
import { storedRunsIn } from '../../src/run/stored-runs.ts'
import { closedPhase, machineSecond, ms, openPhase, planOf, s } from '../helpers/samples.ts'
import { drawnRun, sentBy, type WrittenShard, writeShard } from '../helpers/shards.ts'
import { runOf, type Server } from '../helpers/virtual-transport.ts'

const root = mkdtempSync(join(tmpdir(), 'flowbench-merge-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const fresh = () => mkdtempSync(join(root, 'at-'))

/** 80 ms for every run, whoever sends it. */
const SERVER: Server = (request) => runOf(request, ms(80))
const { length: _, ...batch } = closedPhase({ name: 'batch', from: 4, to: 4, runs: 220, mode: 'blocking' })
const plan = planOf({
  phases: [
    openPhase({ name: 'steady', arrivals: 'poisson', from: perSecond(20), to: perSecond(20), length: s(10) }),
    closedPhase({ name: 'users', from: 1, to: 6, length: s(6) }),
    batch,
  ],
  inputs: [
    {
      name: 'a',
      weight: 1,
      values: { text: '{{row.t}} {{n}} {{int 1 1000}}' },
      rows: Array.from({ length: 40 }, (_, t) => ({ t })),
      order: 'shuffled',
      whenExhausted: 'repeat',
    },
    { name: 'b', weight: 2, values: { text: '{{pick x y z}}' }, order: 'sequential', whenExhausted: 'repeat' },
  ],
  user: 'tester',
  objectives: [{ text: 'throughput > 15/s in steady' }, { text: 'failures < 50%' }],
  limits: { ...planOf().limits, inFlight: 100 },
})
const whole = await drawnRun(plan, SERVER)
const shardOf = (index: number, of: number, over: Partial<Plan> = {}): Plan => ({ ...plan, ...over, shard: { index, of } })
const runs = await Promise.all([1, 2, 3].map((index) => drawnRun(shardOf(index, 3), SERVER)))
const folders = (change: (index: number) => Partial<WrittenShard> = () => ({})) => {
  const parent = fresh()
  return runs.map(({ lines }, at) => writeShard({ parent, plan: shardOf(at + 1, 3), lines, ...change(at + 1) }))
}
const merged = (paths: readonly string[]) => mergeFolders(paths, fresh())
const samplesIn = (folder: string): readonly Sample[] =>
  readFileSync(join(folder, 'samples.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine)
    .flatMap((line) => ('sample' in line ? [line.sample] : []))
const of = (phase: string, samples: readonly Sample[]) => samples.filter((sample) => sample.phase === phase)

describe('the shards of a plan', () => {
  test('send in open phases what one machine would: the same arrivals with the same bodies at the same moments', () => {
    const together = sentBy(
      of(
        'steady',
        runs.flatMap(({ samples }) => samples),
      ),
    )
    expect(together).toEqual(sentBy(of('steady', whole.samples)))
    expect(together.size).toBeGreaterThan(150)
  })

  test('hold in closed phases the slots of the whole, and send no number twice', () => {
    for (const phase of ['users', 'batch']) {
      const numbers = of(
        phase,
        runs.flatMap(({ samples }) => samples),
      ).map(({ n }) => n)
      expect(new Set(numbers).size).toBe(numbers.length)
    }
    const users = runs.map(({ samples }) => of('users', samples).length)
    expect(users.reduce((sum, count) => sum + count, 0)).toBe(of('users', whole.samples).length)
  })

  test('share out a number of runs so that none is missing and none too many, with the bodies of the whole', () => {
    const bodies = (samples: readonly Sample[]) =>
      of('batch', samples)
        .map(({ n, bodyHash }) => [n, bodyHash])
        .toSorted((a, b) => Number(a[0]) - Number(b[0]))
    expect(runs.map(({ samples }) => of('batch', samples).length)).toEqual([74, 73, 73])
    expect(bodies(runs.flatMap(({ samples }) => samples))).toEqual(bodies(whole.samples))
  })

  test('balance their books when they are stopped in the middle, and so does the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 2, max: 4 }), async (stopAt, many) => {
        const parent = fresh()
        const paths = await Promise.all(
          Array.from({ length: many }, async (_, at) => {
            const shard = shardOf(at + 1, many)
            const { lines, measured } = await drawnRun(shard, SERVER, { stopAt: s(stopAt) })
            expect(measured.breaches).toEqual([])
            return writeShard({ parent, plan: shard, lines })
          }),
        )
        const { measured, summary } = await merged(paths)
        expect(measured.breaches).toEqual([])
        expect(summary.status).toBe('interrupted')
      }),
      { numRuns: 5 },
    )
  })

  test('share out what may be in flight, so that together they drop no earlier than by the whole limit', async () => {
    const slow: Server = (request) => runOf(request, s(60))
    const limits = { ...plan.limits, inFlight: 10, drain: s(1) }
    const dropped = await Promise.all([1, 2, 3].map((index) => drawnRun(shardOf(index, 3, { limits }), slow)))
    const sent = dropped.map(({ samples }) => of('steady', samples).filter(({ outcome }) => outcome.kind !== 'dropped').length)
    expect(sent).toEqual([4, 3, 3])
  })

  test('are not asked for the objectives of the whole', async () => {
    const { summary } = await concludeFolder(folders()[1]!)
    expect(summary).toMatchObject({ shard: { index: 2, of: 3 }, objectives: [], exitCode: 0 })
  })
})

describe('shards put together', () => {
  test('are measured as one run of the whole', async () => {
    const { summary, plan: of } = await merged(folders())
    const one = whole.measured.phases['steady']!
    const steady = summary.phases['steady']!
    expect(of.shard).toBeUndefined()
    expect(summary).toMatchObject({ status: 'whole', planHash: plan.hash })
    for (const what of ['planned', 'intended', 'released', 'sent', 'completedInside', 'throughput', 'failures', 'inFlight'] as const)
      expect(steady[what], what).toEqual(one[what])
    expect(steady.metrics['response_time']).toEqual(one.metrics['response_time'])
    expect(summary.objectives.map(({ verdict }) => verdict)).not.toContain('undecided')
    expect(summary.caveats.map(({ kind }) => kind)).not.toContain('shards-apart')
  })

  test('keep every exchange under a number of its own, with its shard', async () => {
    const { folder, summary } = await merged(folders())
    const samples = samplesIn(folder)
    expect(samples).toHaveLength(runs.reduce((sum, run) => sum + run.samples.length, 0))
    expect(new Set(samples.map(({ seq }) => seq)).size).toBe(samples.length)
    expect(new Set(samples.map(({ shard }) => shard))).toEqual(new Set([1, 2, 3]))
    expect(summary.shards?.map(({ shard }) => shard)).toEqual([1, 2, 3])
  })

  test('stand where the wall clocks of their machines say, each on its own clock within', async () => {
    const { folder, summary } = await merged(folders((index) => ({ late: index === 2 ? 300 : 0 })))
    const shifted = samplesIn(folder).filter(({ shard }) => shard === 2)
    const own = new Map(runs[1]!.samples.map((sample) => [`${sample.phase} ${sample.n}`, sample]))
    for (const { phase, n, marks, ended } of shifted) {
      const before = own.get(`${phase} ${n}`)!
      expect(marks.intended - before.marks.intended).toBe(300_000)
      expect(marks.finished! - marks.intended).toBe(before.marks.finished! - before.marks.intended)
      expect(ended! - before.ended!).toBe(300_000)
    }
    const apart = summary.caveats.filter(({ kind, phase }) => kind === 'shards-apart' && phase === 'steady')
    expect(apart.map(({ text }) => text)).toEqual([expect.stringMatching(/the 3 shards began up to 300 ms apart .* 2\.\d+ ?% of it/)])
    expect(summary.valid).toBe(true)
  })

  test('are refused where they began too far apart to have been one load', async () => {
    await expect(merged(folders((index) => ({ late: index * 2000 })))).rejects.toThrow(
      /began phase .* apart by their wall clocks.*no one load/,
    )
  })

  test('are refused where one is missing, twice there, of another plan or seed, or a whole run', async () => {
    const [one, two, three] = folders() as [string, string, string]
    const other = (over: Partial<Plan>) => writeShard({ parent: fresh(), plan: shardOf(3, 3, over), lines: runs[2]!.lines })
    await expect(merged([one, three])).rejects.toThrow('Shard 2 of 3 is missing.')
    await expect(merged([one])).rejects.toThrow('Shards 2, 3 of 3 are missing.')
    await expect(merged([one, two, three, two])).rejects.toThrow(/Shard 2 of 3 is named twice/)
    await expect(merged([one, two, other({ hash: 'f'.repeat(64) })])).rejects.toThrow(
      /no shards of one plan: the plan is .* in the one and ffffffffffff/,
    )
    await expect(merged([one, two, other({ seed: 99 })])).rejects.toThrow(/the seed is \d+ in the one and 99 in the other/)
    await expect(merged([writeShard({ parent: fresh(), plan, lines: whole.lines })])).rejects.toThrow(/is a whole run, not a share of one/)
  })

  test('are put together once in a place, whatever the order in which they are named', async () => {
    const [one, two, three] = folders() as [string, string, string]
    const out = fresh()
    const { folder } = await mergeFolders([three, one, two], out)
    expect(folder).toMatch(/\d{8}T\d{6}Z-[0-9a-f]{4}$/)
    await expect(mergeFolders([one, two, three], out)).rejects.toThrow(/put together already/)
  })

  test('are invalid where one machine is not to be believed, which is named', async () => {
    const asleep = [machineSecond(s(1)), machineSecond(s(9))]
    const awake = Array.from({ length: 20 }, (_, n) => machineSecond(s(n + 1)))
    const { summary, machine } = await merged(folders((index) => ({ machine: index === 2 ? asleep : awake })))
    expect(summary).toMatchObject({ valid: false, exitCode: 4 })
    expect(summary.caveats.filter(({ invalidates }) => invalidates).map(({ kind, text }) => [kind, text.slice(0, 8)])).toEqual([
      ['suspended', 'Shard 2:'],
    ])
    expect(machine.map(({ at }) => at)).toEqual(machine.map(({ at }) => at).toSorted((a, b) => a - b))
  })

  test('are incomplete where one was killed: numbers are shown, objectives not judged', async () => {
    const { summary } = await merged(folders((index) => (index === 3 ? { lines: runs[2]!.lines.slice(0, 60) } : {})))
    expect(summary).toMatchObject({ status: 'incomplete', exitCode: 0 })
    expect(summary.phases['steady']!.intended).toBeGreaterThan(100)
  })

  test('are a run like any other: for report, byte for byte, and for a history; a share of it is not', async () => {
    const paths = folders()
    const conclusion = await merged(paths)
    await writeDerived(conclusion, new Set(['csv', 'html', 'hlog']))
    const read = () =>
      ['run.json', 'report.html', 'samples.csv', 'histograms.hlog'].map((name) => readFileSync(join(conclusion.folder, name), 'utf8'))
    const before = read()
    await writeDerived(await concludeFolder(conclusion.folder), new Set(['csv', 'html', 'hlog']))
    expect(read()).toEqual(before)
    expect(before[1]).toContain('merged from 3 shards')
    expect(storedRunsIn(conclusion.folder)).toHaveLength(1)
    const adding = { file: join(fresh(), 'history.jsonl'), invalid: 'take', env: {} } as const
    expect(addToHistory([conclusion.folder], adding).runs).toBe(1)
    await writeDerived(await concludeFolder(paths[0]!), new Set())
    expect(() => addToHistory([paths[0]!], adding)).toThrow(/is shard 1 of 3: put the shards together/)
  })
})
