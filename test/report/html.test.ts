import { HtmlValidate } from 'html-validate/node'
import { describe, expect, test } from 'vitest'
import type { NodesSummary, RunExample } from '../../src/core/nodes-summary.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { micros } from '../../src/core/units.ts'
import { renderHtml } from '../../src/report/html.ts'
import { html, raw } from '../../src/report/markup.ts'
import { viewOf } from '../../src/report/view.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { type MadeRun, makeRun, translatePlan } from '../helpers/run-summary.ts'
import { closedPhase, openPhase, s } from '../helpers/samples.ts'

const run = await makeRun()
const page = (made: MadeRun, summary: Partial<RunSummary> = {}) => renderHtml({ ...made, summary: { ...made.summary, ...summary } })
const text = (markup: string) =>
  markup
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  // Void elements are written as HTML has them; a line's length is the generator's own affair.
  rules: { 'long-title': 'off', 'no-trailing-whitespace': 'off', 'doctype-style': 'off', 'prefer-native-element': 'off' },
})
async function expectValid(markup: string): Promise<void> {
  const report = await validator.validateString(markup)
  expect(report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line}: ${ruleId}: ${message}`))).toEqual(
    [],
  )
}

/** Nodes whose every word is foreign. */
function poisonedNodes(nodes: NodesSummary, hostile: string): NodesSummary {
  const named = { nodeId: hostile, title: hostile, type: hostile }
  const example = (of: RunExample): RunExample => ({
    ...of,
    workflowRunId: hostile,
    spans: of.spans.map((span) => ({ ...span, ...named, status: hostile, parent: hostile })),
  })
  const { median, tail } = nodes.examples
  const parts = nodes.tail!.parts.map((part) => ({ ...part, ...named, kind: 'node' as const, share: 0.2 }))
  return {
    ...nodes,
    nodes: nodes.nodes.map((node) => ({ ...node, ...named, parent: hostile })),
    tail: { ...nodes.tail!, parts },
    paths: [{ nodes: [{ nodeId: hostile }], count: 1, share: 0.5, p50: 1, p95: 1, values: [] }, ...nodes.paths],
    examples: { ...(median && { median: example(median) }), ...(tail && { tail: example(tail) }) },
  }
}

/** Text of foreign origin in every place that a report shows one. */
function poisoned(hostile: string): MadeRun {
  const { summary } = run
  const poisonedPhases = Object.fromEntries(
    Object.values(summary.phases).map((phase, at) => [
      `${hostile}${at}`,
      { ...phase, load: hostile, ...(phase.nodes && { nodes: poisonedNodes(phase.nodes, hostile) }) },
    ]),
  )
  const exchange = { ...summary.slowest[0]!, phase: hostile, inputSet: hostile, detail: hostile, workflowRunId: hostile, taskId: hostile }
  const plan: Plan = {
    ...run.plan,
    description: hostile,
    user: hostile,
    hash: hostile,
    target: { ...run.plan.target, url: hostile, headers: { [hostile]: 'x' } },
    inputs: run.plan.inputs.map((inputs) => ({ ...inputs, name: hostile })),
    phases: run.plan.phases.map((phase, at) => ({ ...phase, name: `${hostile}${at}` })),
  }
  return {
    ...run,
    plan,
    environment: { ...run.environment, flowbench: hostile, cpu: hostile, ci: hostile, commit: hostile, libraries: { [hostile]: hostile } },
    summary: {
      ...summary,
      name: hostile,
      run: hostile,
      start: hostile,
      planHash: hostile,
      exitReason: hostile,
      phases: poisonedPhases,
      diagnoses: Object.fromEntries(
        Object.keys(poisonedPhases).map((name) => [
          name,
          {
            overload: { kind: 'workers' as const, because: hostile, knob: hostile, against: hostile, evidence: [] },
            delivery: { buffered: name.endsWith('1'), proxied: true, coalesced: 0, bytesPerEvent: 0, text: hostile },
          },
        ]),
      ),
      caveats: [{ kind: 'clock', text: hostile, invalidates: true, phase: hostile }],
      objectives: [{ ...summary.objectives[0]!, text: hostile, explanation: hostile }],
      slowest: [exchange],
      failures: [{ outcome: 'rejected', detail: hostile, count: 1, examples: [exchange] }],
      givenUp: { ...summary.givenUp, blocking: 1 },
      reconciled: { ...summary.reconciled, mayStillRun: { running: 1, untold: 0, waiting: 0, blocking: 1, ids: [hostile] } },
    },
  }
}

describe('the page', () => {
  const markup = page(run)

  test('is valid HTML', () => expectValid(markup))

  test('is the same bytes for the same run', async () => expect(page(await makeRun())).toBe(markup))

  test('loads nothing, sends nothing and has no script', () => {
    expect(markup).toMatch(/Content-Security-Policy" content="default-src (?:'|&#39;)none/)
    expect(markup).not.toMatch(/<script|\son\w+=|@import|url\(/i)
    expect([...markup.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)).toEqual(['data:,'])
    expect([...markup.matchAll(/\bid="([^"]+)"/g)].length).toBe(new Set([...markup.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id)).size)
  })

  test('says first what came of it and whether to believe it, then the numbers', () => {
    expect(text(markup)).toMatch(/^ ?translate · flowbench flowbench report translate .* ✓ Held\. .* Valid\. .* Objectives/)
    const headings = [...markup.matchAll(/<h([23])[^>]*>([^<]+)/g)].map(([, , heading]) => heading!.replace(/: [\d.]+ m?s$/, ''))
    expect(headings).toEqual([
      'Objectives',
      'Caveats',
      'The numbers',
      'Where the time went',
      'Parts of a run',
      'Inside the workflow',
      '1. streaming',
      '1. A median run',
      '1. A slow run',
      '2. climb',
      '2. A median run',
      '2. A slow run',
      'How long it took',
      'Response time by percentile',
      'Time to first output by percentile',
      'Over time',
      'Response time over time',
      'Throughput',
      'In flight and connections open',
      'Outcomes over time',
      'The machine that measured',
      'The generator’s own delay',
      'The generator’s CPU',
      'Failures',
      'Lost runs',
      'Slowest runs',
      'Plan',
      'Environment',
      'Every metric',
    ])
  })

  test('prints each percentile with its interval and its answered-within twin', () => {
    const { table } = viewOf(run)
    const cell = table.groups.find(({ title }) => title === 'Response time')!.rows[0]!.cells[0]!
    expect(markup).toContain(
      `<span class="value">${cell.value}</span><span class="interval">${cell.interval}</span><span class="all">of all ${cell.ofAll}</span>`,
    )
  })

  test('draws a percentile curve up to its longest run, on a logarithmic axis where that would press the rest flat, and says so', async () => {
    const slow = await makeRun(undefined, {
      change: ({ seq, marks }) =>
        seq === 900 ? { marks: { ...marks, finished: micros(marks.intended + 40e6), closed: micros(marks.intended + 41e6) } } : {},
    })
    const figure = /<figure id="percentiles-response_time">[\s\S]*?<\/figure>/
    expect(figure.exec(page(slow))![0]).toMatch(/axis of times is logarithmic[\s\S]*>100 s</)
    expect(figure.exec(markup)![0]).not.toContain('logarithmic')
  })

  test('tells a caveat of many phases three times in full, then only where', () => {
    const caveats = Array.from({ length: 30 }, (_, at) => ({
      kind: 'not-steady' as const,
      text: `Phase ${at} drifted.`,
      invalidates: false,
      phase: `p${at}`,
    }))
    const said = text(page(run, { caveats }))
    expect(said).toContain('Phase 2 drifted.')
    expect(said).not.toContain('Phase 3 drifted.')
    expect(said).toContain('The same 27 more times, in p3, p4,')
  })

  test('gives every chart a title, a description and its numbers as a table', () => {
    const figures = markup.match(/<figure[\s\S]*?<\/figure>/g)!
    expect(figures).toHaveLength(13)
    for (const figure of figures) {
      expect(figure).toMatch(/role="img"/)
      expect(figure).toMatch(/<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/)
      expect(figure).toMatch(/<details>[\s\S]*<table/)
    }
  })
})

describe('whatever text comes from elsewhere', () => {
  test.each(HOSTILE)('%j is shown, not obeyed', async (hostile) => {
    const markup = renderHtml(poisoned(hostile))
    expect(markup).not.toMatch(/<script|<img|<iframe|<object|<base|<form|<link rel=stylesheet/i)
    for (const tag of markup.replace(/<style>[\s\S]*?<\/style>/, '').match(/<[^>]*>/g)!) expect(tag).not.toMatch(/\son\w+\s*=|javascript:/i)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(markup).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    expect(markup.isWellFormed()).toBe(true)
  })

  test('stays valid HTML with all of it in every field', async () => {
    for (let at = 0; at < HOSTILE.length; at += 11) await expectValid(renderHtml(poisoned(HOSTILE[at]!)))
  })
})

describe('the escaping template', () => {
  test('escapes text and attributes, takes markup as it is, and lists of both', () => {
    expect(html`<a title="${`"'<>&`}">${['<', raw('<b>')]}${undefined}${false}${3}</a>`.markup).toBe(
      '<a title="&quot;&#39;&lt;&gt;&amp;">&lt;<b>3</a>',
    )
  })
})

const alone = (over: Parameters<typeof openPhase>[0] = {}) => translatePlan({ phases: [openPhase({ length: s(5), ...over })] })

describe('a run out of the ordinary still makes a page', () => {
  const kinds: Record<string, () => Promise<MadeRun>> = {
    'without a single sample': () =>
      makeRun(translatePlan({ phases: [closedPhase({ length: s(5), runs: 0 })] }), { change: () => ({}) }).then((made) => ({
        ...made,
        summary: { ...made.summary, phases: {} },
        machine: [],
      })),
    'of one sample': () => makeRun(alone({ from: 0.19 as never, to: 0.19 as never })),
    'of one phase': () => makeRun(alone()),
    'in blocking mode only': () => makeRun(alone({ mode: 'blocking' })),
    'of warm-up only': () => makeRun(alone({ measured: false })),
    'of forty phases': () =>
      makeRun(
        translatePlan({
          phases: Array.from({ length: 40 }, (_, at) =>
            openPhase({ name: `phase ${at}`, mode: at % 2 ? 'blocking' : 'streaming', length: s(2) }),
          ),
        }),
      ),
    'in which everything failed': () =>
      makeRun(alone(), {
        change: ({ marks: { intended } }) => ({ outcome: { kind: 'disconnected', detail: 'connect ECONNREFUSED' }, marks: { intended } }),
      }),
    'that was killed': () => makeRun(alone(), { killed: true }),
  }

  test.each(Object.keys(kinds))('%s', async (kind) => {
    const markup = page(await kinds[kind]!())
    await expectValid(markup)
    expect(text(markup)).not.toMatch(/NaN|Infinity|undefined|\[object/)
    expect(markup).not.toMatch(/="[^"]*(?:NaN|Infinity)/)
  })

  test('an invalid run says so on top, in words', () => {
    const said = text(page(run, { valid: false, caveats: [{ kind: 'suspended', text: 'The machine slept for 8 s.', invalidates: true }] }))
    expect(said).toMatch(/Invalid\. Do not trust these numbers/)
    expect(said).toContain('Makes the run invalid')
  })

  test.each([
    ['interrupted', 'Interrupted. The run was interrupted'],
    ['incomplete', 'Incomplete. The run was cut off'],
  ] as const)('an %s run says so on top', (status, sentence) => expect(text(page(run, { status }))).toContain(sentence))

  test('no run makes a page above 1 MB', async () => {
    const plan = translatePlan({
      phases: Array.from({ length: 45 }, (_, at) => openPhase({ name: `${'<&"\'>'.repeat(20)}${at}`, length: s(60) })),
    })
    const long = await makeRun(plan)
    const hostile = '<"&\'>'.repeat(200)
    const exchange = { ...long.summary.slowest[0]!, detail: hostile, workflowRunId: hostile, inputSet: hostile }
    const markup = page(long, {
      name: hostile,
      caveats: Array.from({ length: 500 }, () => ({ kind: 'clock', text: hostile, invalidates: true, phase: hostile })),
      objectives: Array.from({ length: 500 }, () => ({ ...long.summary.objectives[0]!, text: hostile, explanation: hostile })),
      slowest: Array.from({ length: 500 }, () => exchange),
      failures: Array.from({ length: 500 }, () => ({
        outcome: 'rejected',
        detail: hostile,
        count: 9,
        examples: Array.from({ length: 50 }, () => exchange),
      })),
    })
    expect(Buffer.byteLength(markup)).toBeLessThan(1_000_000)
  })
})
