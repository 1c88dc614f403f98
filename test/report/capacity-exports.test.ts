import { describe, expect, test } from 'vitest'
import type { CapacityStop, CapacitySummary, CapacityTrial } from '../../src/core/capacity-summary.ts'
import { seconds } from '../../src/core/units.ts'
import { capacityAnnotations } from '../../src/report/capacity/annotations.ts'
import { levelsCsv, trialsCsv } from '../../src/report/capacity/csv.ts'
import { capacityJunit } from '../../src/report/capacity/junit.ts'
import { capacityMarkdown } from '../../src/report/capacity/markdown.ts'
import { capacityBenchmark, capacityBmf } from '../../src/report/capacity/measurements.ts'
import { capacityMetrics } from '../../src/report/capacity/open-metrics.ts'
import { capacityView } from '../../src/report/capacity/view.ts'
import { githubCommands } from '../../src/report/exports/github.ts'
import { HOSTILE } from '../helpers/hostile.ts'

const trial = (over: Partial<CapacityTrial>): CapacityTrial => ({
  run: 'run-1',
  load: 16,
  purpose: 'level',
  finding: 'held',
  because: 'response_time p95 is 0.4 s.',
  began: '2026-11-26T12:00:00.000Z',
  seconds: 14,
  measuredSeconds: 10,
  exchanges: 160,
  failures: 0,
  tokens: 1600,
  offered: 16,
  throughput: 15.9,
  inFlight: 3.4,
  connectionsOpen: 3.5,
  responseP50: 210_000,
  responseP95: 400_000,
  ...over,
})

/** 16 runs per second held and proven, 17 missed. */
const found: CapacitySummary = {
  schema: 1,
  experiment: '20261126T120000Z-0000',
  name: 'translate',
  start: '2026-11-26T12:00:00.000Z',
  status: 'whole',
  exitCode: 0,
  exitReason: 'Exit code 0, since the bracket is found, and a long trial agrees with each of its ends.',
  mode: 'streaming',
  axis: 'rate',
  unit: 'runs per second',
  verified: 16,
  lower: 16,
  upper: 17,
  heldSeconds: 50,
  limitedBy: 'response_time p95 < 1s',
  overload: null,
  levels: [
    { load: 16, verdict: 'held', held: 4, trials: 4, proven: true },
    { load: 17, verdict: 'missed', held: 1, trials: 5, proven: true },
  ],
  trials: 9,
  tokens: 14_400,
  stopped: 'found',
  sentences: ['About 16.5/s: 16/s held, 17/s did not.', 'At 16/s a trial held for 50 s at a stretch.'],
  throughput: 15.9,
  perHour: 57_240,
  tokensPerMinute: 9_540,
  margins: [],
  firstNode: null,
  headroom: [{ utilisation: 0.8, load: 12.8, perHour: 45_792 }],
  little: [],
  scaling: null,
  replicas: [],
  objectives: ['response_time p95 < 1s'],
  unloaded: { p50: 200_000, tokensPerRun: 10 },
  generatorCeiling: 400,
  top: 200,
  settings: { axis: 'rate', from: 16, width: 0.07, trial: seconds(10), budget: {}, seed: 7 },
  seconds: 140,
  trialList: [trial({}), trial({ run: 'run-2', load: 17, purpose: 'verify', finding: 'missed', because: 'It fell behind.' })],
  notes: ['The machine was busy.'],
}

const ended = (stopped: CapacityStop, exitCode: number, sentence: string): CapacitySummary => ({
  ...found,
  stopped,
  exitCode,
  exitReason: `Exit code ${exitCode}, since it is so.`,
  verified: null,
  lower: null,
  upper: null,
  heldSeconds: 0,
  throughput: null,
  sentences: [sentence],
})
const missed = ended('lowest-missed', 10, '16/s is too much already.')
const spent = ended('budget', 12, 'The budget leaves no room.')
const spoiled = ended('generator', 4, 'It spoiled four trials in a row.')
const unfinished = { ...ended('unfinished', 0, 'The search is unfinished.'), status: 'unfinished' } as const
const nothing = { ...unfinished, levels: [], trialList: [], trials: 0, headroom: [] } as const
const top = { ...found, stopped: 'top-held', upper: null, sentences: ['16/s held, the highest load that was asked for.'] } as const

/** Every foreign text of a search replaced by this one. */
const poisoned = (hostile: string): CapacitySummary => ({
  ...found,
  name: hostile,
  description: hostile,
  sentences: [hostile, hostile],
  notes: [hostile],
  objectives: [hostile],
  trialList: [trial({ run: hostile, because: hostile })],
})

describe('JUnit of a search', () => {
  const casesOf = (summary: CapacitySummary) =>
    [...capacityJunit(summary).matchAll(/<testcase [^>]*name="([^"]*)"[^>]*>\s*<(system-out|failure|error|skipped)/g)].map(
      ([, , kind]) => kind,
    )

  test.each([
    ['found', found, 'system-out', 'system-out'],
    ['held to the top', top, 'system-out', 'system-out'],
    ['missed at the lowest load', missed, 'system-out', 'failure'],
    ['cut off by its budget', spent, 'system-out', 'skipped'],
    ['spoiled by our own machine', spoiled, 'error', 'skipped'],
    ['unfinished', unfinished, 'system-out', 'skipped'],
  ] as const)('a search that is %s passes, fails or skips as its exit code does', (_, summary, instrument, answer) => {
    expect(casesOf(summary)).toEqual([instrument, answer])
  })

  test('has the bracket among its properties, and what is not known not', () => {
    expect(capacityJunit(found)).toContain('<property name="verified, runs per second" value="16"/>')
    expect(capacityJunit(found)).toContain('<property name="seed" value="7"/>')
    expect(capacityJunit(found)).toContain('tests="2" failures="0" errors="0" skipped="0"')
    expect(capacityJunit(missed)).not.toContain('name="verified')
  })

  test('no foreign text leaves its place', () => {
    for (const hostile of HOSTILE) {
      const xml = capacityJunit(poisoned(hostile))
      expect(xml.match(/<[a-z-]+/g)?.filter((tag) => !TAGS.has(tag))).toEqual([])
      expect(xml).not.toMatch(/[^\P{Cc}\n]/u)
    }
  })
})
const TAGS = new Set(['testsuites', 'testsuite', 'properties', 'property', 'testcase', 'system-out'].map((tag) => `<${tag}`))

describe('OpenMetrics of a search', () => {
  test('gives the verified load with its bracket, how long it was held, and the votes of each load', () => {
    const lines = capacityMetrics(found).split('\n')
    const labels = 'scenario="translate",mode="streaming",axis="rate"'
    expect(lines).toContain(`flowbench_capacity_load{${labels},end="verified"} 16`)
    expect(lines).toContain(`flowbench_capacity_load{${labels},end="upper"} 17`)
    expect(lines).toContain(`flowbench_capacity_held_seconds{${labels}} 50`)
    expect(lines).toContain('# UNIT flowbench_capacity_held_seconds seconds')
    expect(lines).toContain(`flowbench_capacity_votes{${labels},load="17",finding="missed"} 4`)
    expect(lines).toContain(`flowbench_capacity_valid{${labels}} 1`)
    expect(lines.slice(-2)).toEqual(['# EOF', ''])
  })

  test('what was not found has no line, and is not 0', () => {
    const text = capacityMetrics(spoiled)
    expect(text).not.toMatch(/flowbench_capacity_(load|held_seconds|throughput)/)
    expect(text).toMatch(/^flowbench_capacity_valid\{.*\} 0$/m)
  })

  test('each family stands together, and no label ends early', () => {
    for (const hostile of HOSTILE)
      for (const line of capacityMetrics(poisoned(hostile)).split('\n').slice(0, -2))
        expect(line).toMatch(/^(# (TYPE|UNIT|HELP) .*|[a-z_0-9]+\{([a-z]+="([^"\\]|\\.)*",?)*\} \S+)$/)
  })
})

describe('Markdown of a search', () => {
  const told = (summary: CapacitySummary) => capacityMarkdown(capacityView(summary))

  test('opens with the answer, then how sure it is and the loads with their votes', () => {
    expect(told(found)).toMatch(
      /^## translate\n\n\*\*✓ Found\.\*\* About 16\.5\/s: 16\/s held, 17\/s did not[\s\S]*\n\n\*\*✓ Proven\.\*\* [\s\S]*\n\n\| load \| held \| verdict \|[\s\S]*\| 17\/s \| 1 of 5 \| missed, proven \|/,
    )
    expect(told(found)).toContain('<details><summary>Trials (2)</summary>')
    expect(told(found)).toMatch(/^- ✗ 17\/s missed&#58;|^- ✗ 17\/s missed: proof of 10 s/m)
    expect(told(unfinished)).toContain('**? Unfinished.**')
    expect(told(nothing)).not.toMatch(/undefined|NaN|<details><summary>Trials/)
  })

  test('of twenty loads those around the bracket stay, and of very many trials what fits', () => {
    const levels = Array.from({ length: 20 }, (_, n) => ({ load: n + 1, verdict: 'held', held: 3, trials: 3, proven: false }) as const)
    const trialList = Array.from({ length: 400 }, () => trial({ load: 20, because: '<|>'.repeat(130) }))
    const text = told({ ...found, levels, trialList })
    expect(text).toMatch(/^\| 20\/s \|/m)
    expect(text).not.toMatch(/^\| 8\/s \|/m)
    expect(Buffer.byteLength(text)).toBeLessThan(60_000)
    expect(text).toContain('The rest is in the report.')
  })

  test('foreign text makes no markup, mention, link or row', () => {
    for (const hostile of [...HOSTILE, 'https://evil.example @everyone | **bold** ![x](y) :smile::'])
      expect(told(poisoned(hostile)).replace(/<\/?(details|summary)>/g, '')).not.toMatch(/<|@|https?:\/\/|!\[|^::/m)
  })
})

describe('annotations of a search', () => {
  const commands = (summary: CapacitySummary) => githubCommands(capacityAnnotations(summary))

  test('fail where the job fails, warn where it is unfinished, and else note', () => {
    expect([missed, spent, spoiled].map((each) => commands(each).split(' ')[0])).toEqual(['::error', '::error', '::error'])
    expect([found, top, unfinished].map((each) => commands(each).split(' ')[0])).toEqual(['::notice', '::notice', '::warning'])
    expect(commands(found)).toBe(
      '::notice title=Found%3A translate%2C streaming::About 16.5/s: 16/s held, 17/s did not. At 16/s a trial held for 50 s at a stretch.\n',
    )
    expect(commands(missed)).toContain('Exit code 10')
  })

  test('are one command on one line, whatever is in it', () => {
    for (const hostile of [...HOSTILE, 'x::set-env name=PATH::y', '##[add-mask]x', 'a%0A::stop-commands::b', 'n\n::error::x'])
      expect(commands(poisoned(hostile))).toMatch(/^::notice title=[^:,\n]*::(?!.*(::|##\[|%(?!25)))[^\n\r]*\n$/)
  })
})

describe('tables of a search', () => {
  test('a line per load, the verdict empty where it is open', () => {
    const open = { load: 16.5, held: 1, trials: 2, proven: false }
    expect(levelsCsv({ levels: [...found.levels, open] })).toBe(
      'load,verdict,proven,held,trials\n16,held,proven,4,4\n17,missed,proven,1,5\n16.5,,,1,2\n',
    )
  })

  test('a line per trial, and no cell that a spreadsheet would run', () => {
    const [head, first, second] = trialsCsv(found).split('\n')
    expect(head).toMatch(/^run,began,load,purpose,finding,because,/)
    expect(first).toBe(
      'run-1,2026-11-26T12:00:00.000Z,16,level,held,response_time p95 is 0.4 s.,14,10,160,0,1600,16,15.9,3.4,3.5,210000,400000',
    )
    expect(second).toContain(',17,verify,missed,It fell behind.,')
    expect(trialsCsv({ trialList: [trial({ because: '=1+1' })] })).toContain(",'=1+1,")
  })
})

describe('for services that keep numbers over time', () => {
  test('Bencher is given the verified load, the load that was too much as its upper bound', () => {
    expect(JSON.parse(capacityBmf(found))).toEqual({ 'translate/streaming/capacity': { throughput: { value: 16, upper_value: 17 } } })
    expect(JSON.parse(capacityBmf({ ...top, axis: 'concurrency' }))).toEqual({ 'translate/streaming/capacity': { slots: { value: 16 } } })
  })

  test('github-action-benchmark is given one number of which more is better', () => {
    expect(JSON.parse(capacityBenchmark(found))).toEqual([
      {
        name: 'translate/streaming/capacity',
        unit: 'runs per second',
        value: 16,
        range: '16 to 17',
        extra: 'search 20261126T120000Z-0000, held for 50 s',
      },
    ])
  })

  test('a load that held by a value whose interval crosses the limit is not called proven, and the bound stands beside it', () => {
    const margin = { objective: 'response_time p95 < 1s', value: 984_000, limit: 1_000_000, margin: 0.016, proven: false }
    const held = capacityView({ ...found, margins: [{ ...margin, bound: 1_830_000 }] })
    expect(held.certainty.word).toBe('Held')
    expect(held.certainty.sentence).toContain(
      'at a stretch too, but response_time p95 < 1s may be up to 1.83 s by its interval within that trial.',
    )
    expect(held.levels.rows.map((row) => row[2])).toEqual(['held, not proven', 'missed, proven'])
    expect(capacityView({ ...found, margins: [margin] }).certainty.word).toBe('Proven')
  })

  test('what was not proven is no number at all', () => {
    expect(JSON.parse(capacityBmf(spent))).toEqual({})
    expect(JSON.parse(capacityBenchmark(spent))).toEqual([])
  })

  test('a name has no blanks or slashes of a scenario in it', () => {
    expect(Object.keys(JSON.parse(capacityBmf({ ...found, name: 'a b/c' })))).toEqual(['a-b-c/streaming/capacity'])
  })
})
