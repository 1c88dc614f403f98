import { describe, expect, test } from 'vitest'
import { benchmark } from '../../../src/report/exports/benchmark.ts'
import { bmf } from '../../../src/report/exports/bmf.ts'
import { junit } from '../../../src/report/exports/junit.ts'
import { markdown } from '../../../src/report/exports/markdown.ts'
import { openMetrics } from '../../../src/report/exports/open-metrics.ts'
import { viewOf } from '../../../src/report/view.ts'
import { HOSTILE } from '../../helpers/hostile.ts'
import { makeRun } from '../../helpers/run-summary.ts'

const made = await makeRun()
const objectives = made.summary.objectives.map((one, at) => (at === 0 ? { ...one, verdict: 'missed' as const } : one))
const run = { ...made, summary: { ...made.summary, objectives } }
const { summary } = run

describe('JUnit', () => {
  test('has a case for each objective and one for the instrument, and counts what is in it', () => {
    const xml = junit(summary)
    expect(xml.match(/<testcase /g)).toHaveLength(summary.objectives.length + 1)
    expect(xml).toContain('failures="1"')
    expect(xml.match(/<failure /g)).toHaveLength(1)
    expect(xml).toContain('name="first_event p95 &lt; 800ms"')
  })

  test('a run that is not to be believed is an error, an undecided objective is skipped, a salvaged run fails nothing', () => {
    expect(junit({ ...summary, valid: false })).toContain('<error message="')
    const [first] = summary.objectives
    expect(junit({ ...summary, objectives: [{ ...first!, verdict: 'undecided' }] })).toContain('<skipped message="')
    expect(junit({ ...summary, status: 'incomplete' })).not.toContain('<failure')
  })

  test('the same objective written twice keeps two names', () => {
    const [first] = summary.objectives
    const names = [...junit({ ...summary, objectives: [first!, first!] }).matchAll(/testcase classname="[^"]*" name="([^"]*)"/g)].map(
      ([, name]) => name,
    )
    expect(new Set(names).size).toBe(3)
  })

  test('no text of a server or a scenario leaves its place', () => {
    for (const hostile of HOSTILE) {
      const xml = junit({ ...summary, name: hostile, objectives: [{ ...summary.objectives[0]!, text: hostile, explanation: hostile }] })
      expect(xml.match(/<[a-z]+/g)?.filter((tag) => !KNOWN_TAGS.includes(tag))).toEqual([])
      expect(xml).not.toMatch(/[^\P{Cc}\n]/u)
    }
  })
})

const KNOWN_TAGS = ['<testsuites', '<testsuite', '<properties', '<property', '<testcase', '<system', '<failure', '<error', '<skipped']

describe('numbers for services that keep them over time', () => {
  test('BMF has latencies in nanoseconds with the bounds of their interval', () => {
    const metric = summary.phases['streaming']!.metrics['response_time']!
    expect(JSON.parse(bmf(summary))['translate/streaming/streaming/response_time/p95']).toEqual({
      latency: {
        value: metric.p95 * 1000,
        lower_value: metric.intervals.p95!.low * 1000,
        upper_value: metric.intervals.p95!.high * 1000,
      },
    })
    expect(JSON.parse(bmf(summary))['translate/streaming/streaming/throughput']).toEqual({
      throughput: { value: summary.phases['streaming']!.throughput },
    })
  })

  test('benchmark.json holds only numbers of which less is better, in milliseconds and percent', () => {
    const list = JSON.parse(benchmark(summary)) as { name: string; unit: string; value: number }[]
    expect(list.some(({ name }) => name.endsWith('throughput'))).toBe(false)
    const p95 = list.find(({ name }) => name === 'translate/blocking/blocking/response_time/p95')
    expect(p95).toMatchObject({ unit: 'ms' })
    expect(p95!.value).toBeCloseTo(summary.phases['blocking']!.metrics['response_time']!.p95 / 1000, 2)
    expect(list.find(({ name }) => name === 'translate/blocking/blocking/failures')).toMatchObject({
      unit: '%',
      value: Number((summary.phases['blocking']!.failureShare! * 100).toPrecision(6)),
    })
  })

  test('names are unique, and a phase that was not measured has none', () => {
    const names = Object.keys(JSON.parse(bmf(summary)))
    expect(new Set(names).size).toBe(names.length)
    expect(names.some((name) => name.includes('warm-up'))).toBe(false)
  })
})

describe('OpenMetrics', () => {
  const lines = openMetrics(summary).split('\n')

  test('ends with its mark, keeps each family together and declares it before its numbers', () => {
    expect(lines.slice(-2)).toEqual(['# EOF', ''])
    const declared = new Map<string, number>()
    let family = ''
    for (const line of lines.slice(0, -2)) {
      const type = /^# TYPE (\S+) (\S+)$/.exec(line)
      if (type) {
        family = type[1]!
        expect(declared.has(family)).toBe(false)
        declared.set(family, 0)
      } else if (!line.startsWith('#')) expect(line.startsWith(family)).toBe(true)
    }
  })

  test('gives times in seconds, and signed metrics as gauges', () => {
    const metric = summary.phases['streaming']!.metrics['response_time']!
    expect(lines).toContain(
      `flowbench_response_time_seconds{scenario="translate",phase="streaming",mode="streaming",quantile="0.95"} ${metric.p95 / 1e6}`,
    )
    expect(lines).toContain('# TYPE flowbench_outside_time_seconds gauge')
    expect(lines.some((line) => line.startsWith('flowbench_exchanges_total{') && line.includes('outcome="succeeded"'))).toBe(true)
  })

  test('a label keeps quotes, backslashes and line feeds from ending it', () => {
    for (const hostile of HOSTILE)
      for (const line of openMetrics({ ...summary, name: hostile })
        .split('\n')
        .slice(0, -2))
        expect(line).toMatch(/^(# (TYPE|UNIT|HELP) .*|[a-z_0-9]+\{([a-z]+="([^"\\]|\\.)*",?)*\} \S+)$/)
  })
})

describe('Markdown', () => {
  test('opens with verdict and validity, holds at most twelve rows of numbers, and stays below 60 kB', () => {
    const text = markdown(viewOf(run))
    expect(text).toMatch(/^## translate\n\n\*\*✗ Missed\.\*\* .*\n\n\*\*[?✓✗·] \w+\.\*\* /)
    const numbers = text.split('\n').filter((line) => /^\| (throughput|failure|Response|Time|Elapsed|Tokens)/.test(line))
    expect(numbers.length).toBeGreaterThan(8)
    expect(numbers.length).toBeLessThanOrEqual(12)
  })

  test('of many failures with long words the summary takes what fits and says so', () => {
    const group = { outcome: 'rejected', count: 3, examples: [] } as const
    const failures = Array.from({ length: 50 }, (_, n) => ({ ...group, detail: `${n} ${'<&>'.repeat(1000)}` }))
    const text = markdown(viewOf({ ...run, summary: { ...summary, failures } }))
    expect(Buffer.byteLength(text)).toBeLessThan(60_000)
    const long = markdown({ ...viewOf(run), failures: failures.map((one) => ({ ...one, count: '3' })) as never })
    expect(Buffer.byteLength(long)).toBeLessThan(60_000)
    expect(long).toContain('The rest is in the report.')
  })

  test('text of a server makes no markup, mention, link or row', () => {
    for (const hostile of [...HOSTILE, 'see https://evil.example and www.evil.example, @everyone | **bold** ![x](y) :smile::']) {
      const caveat = { ...summary.caveats[0]!, text: hostile, phase: hostile }
      const text = markdown(viewOf({ ...run, summary: { ...summary, name: hostile, caveats: [caveat] } }))
      expect(text.replace(/<\/?(details|summary)>/g, '')).not.toMatch(/<|@|https?:\/\/|www\.|!\[|^::/m)
    }
  })
})
