import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { seconds } from '../../src/core/units.ts'
import { concludeStored, type StoredComparison } from '../../src/judge/comparison/comparison-summary.ts'
import { jsonText } from '../../src/report/json.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import { createWorkbench } from '../helpers/cli.ts'
import { type MadeRunOf, madeComparison, slowerBy } from '../helpers/comparison.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { commandsIn, filesIn, runStep, writeComparisonFolder, writeSearchFolder } from '../helpers/runner.ts'
import { openPhase, planOf } from '../helpers/samples.ts'
import { searchHeader, virtualSearch } from '../helpers/virtual-search.ts'

const bench = createWorkbench()

const spoiled: MadeRunOf = { caveats: [{ kind: 'suspended', text: 'We slept.', invalidates: true }] }

/** A comparison that came to its end, as flowbench leaves it. */
function stored(name: string, comparison: StoredComparison): { readonly result: string; readonly code: number } {
  const { summary } = concludeStored(comparison)
  const result = writeComparisonFolder(join(bench.folder, name), comparison)
  writeFileSync(join(result, 'comparison.json'), jsonText(summary))
  return { result, code: summary.exitCode }
}

describe('the step of the GitHub Action', () => {
  test.each([
    ['no regression', 0, '::notice title=No regression shown%3A translate::', madeComparison(slowerBy(1))],
    ['invalid', 4, '::error title=Invalid%3A translate::', madeComparison(() => spoiled)],
    ['regressed', 11, '::error title=Regressed%3A translate::', madeComparison(slowerBy(1.3))],
    [
      'inconclusive',
      12,
      '::error title=Inconclusive%3A translate::',
      madeComparison(({ arm, round }) => ({ p95: arm === 'after' && round % 2 === 0 ? 3e6 : arm === 'after' ? 3e5 : 1e6 })),
    ],
  ])('hands on what is %s as exit code %i, with summary, annotation and outputs', (verdict, code, annotation, comparison) => {
    const step = runStep(bench.folder, { standIn: stored(`comparison-${code}`, comparison) })
    expect(step.code, step.log).toBe(code)
    expect(step.outputs).toMatchObject({
      verdict,
      'exit-code': String(code),
      report: join(step.out, 'translate', 'compare-20261126T050000Z-0001'),
    })
    expect(commandsIn(step.log)).toEqual([expect.stringContaining(annotation)])
    expect(step.summary).toMatch(/^## translate\n/)
    expect(step.summary.match(/Exit code/g)).toHaveLength(1)
    expect(step.summary).toMatch(new RegExp(`^Exit code ${code}, since .*\\.\n\nThe whole report is among the artifacts`, 'm'))
  })

  test('a target that is not there leaves no report, and an error that says where to look', () => {
    const step = runStep(bench.folder, { standIn: { code: 3, says: 'The target is not there.\n' } })
    expect(step.code).toBe(3)
    expect(step.outputs).toMatchObject({ verdict: 'none', 'exit-code': '3', report: '' })
    expect(commandsIn(step.log)).toEqual(['::error title=flowbench::It ended in exit code 3; the log says why.'])
    expect(step.summary).toContain('flowbench ended in exit code 3 before it had measured anything.')
  })

  test('a comparison that was cut short fails by the code that it was stopped with, though what is known of it fails nothing', () => {
    const { result } = stored('stopped', madeComparison(slowerBy(1.3), { until: 5 }))
    const step = runStep(bench.folder, { standIn: { result, code: 130 } })
    expect(step.code).toBe(130)
    expect(commandsIn(step.log)).toEqual([
      expect.stringMatching(/^::warning title=Unfinished%3A translate::(?!.*[Ee]xit code)/),
      '::error title=flowbench::It ended in exit code 130; the log says why.',
    ])
    expect(step.summary).toContain('flowbench itself ended in exit code 130.')
  })

  test('a comparison that was gone on with is told like a new one, whichever others lie beside it', () => {
    const { result: half } = stored('half', madeComparison(slowerBy(1.3), { until: 5 }))
    const { result, code } = stored('gone-on-with', madeComparison(slowerBy(1.3)))
    const before = { 'compare-20261126T050000Z-0001': half, 'compare-20261126T060000Z-0002': half }
    const step = runStep(bench.folder, { before, standIn: { result, code }, asked: { ARGS: '--resume' } })
    expect(step.outputs).toMatchObject({ verdict: 'regressed', report: join(step.out, 'translate', 'compare-20261126T050000Z-0001') })
    expect(step.summary).toMatch(/^## translate\n[\s\S]*Exit code 11, since/)
    const refused = runStep(bench.folder, { before, standIn: { code: 2 }, asked: { ARGS: '--resume' } })
    expect(refused.outputs).toMatchObject({ verdict: 'none', report: '' })
  })

  test('of a search for one load hands on that it does not hold there, with votes, annotation and verdict', async () => {
    const plan = planOf({ phases: [openPhase({ mode: 'blocking' })], objectives: [{ text: 'response_time p50 < 1s' }] })
    const search = searchOf(plan, { axis: 'rate', from: 30, to: 30, width: 0.05, trial: seconds(4), budget: {} }, 'blocking')
    const { events, summary } = await virtualSearch(plan, search, loadProfile('saturating'))
    const result = writeSearchFolder(join(bench.folder, 'search'), { header: searchHeader(plan, search), events, notes: [] })
    writeFileSync(join(result, 'capacity.json'), jsonText(summary))
    const step = runStep(bench.folder, { standIn: { result, code: 10 }, asked: { COMMAND: 'capacity' } })
    expect([step.code, step.outputs['verdict']], step.log).toEqual([10, 'lowest-missed'])
    expect(step.heard).not.toContain('--inconclusive')
    expect(commandsIn(step.log)).toEqual([
      expect.stringContaining('::error title=Missed at the lowest load%3A test%2C blocking::30/s is too much'),
    ])
    expect(step.summary).toContain('| 30/s | 0 of 4 | missed, proven |')
    expect(step.summary.match(/Exit code/g)).toHaveLength(1)
    expect(filesIn(step.outputs['report']!)).toContain('capacity.json')
  })

  test('no text of a server or a scenario becomes a command, an output or markup', () => {
    const attacks = [
      ...HOSTILE,
      '::set-output name=verdict::improved',
      '##[error]x',
      'a%0A::error::b',
      'x\n::add-mask::a\nverdict<<E\nimproved\nE',
    ]
    const says = attacks.flatMap((text) => [`${text}\n`, `  ${text}`, `\r${text}\r\n`]).join('\n')
    const all = attacks.join(' ')
    const made = madeComparison((order) => ({
      ...slowerBy(1.3)(order),
      caveats: attacks.map((text) => ({ kind: 'not-steady' as const, text, invalidates: false })),
    }))
    const lines = [...made.lines, ...attacks.map((note) => ({ note, at: made.header.start }))]
    const { result } = stored('hostile', { ...made, lines, header: { ...made.header, name: all, description: all } })
    const step = runStep(bench.folder, { standIn: { result, code: 11, says } })
    const commands = commandsIn(step.log)
    expect(commands).toHaveLength(1)
    expect(commands[0]).toMatch(/^::error title=[^:,]*::(?!.*(::|##\[))/)
    expect(Object.keys(step.outputs)).toEqual(['verdict', 'exit-code', 'report', 'flowbench'])
    expect(step.outputs['verdict']).toBe('regressed')
    expect(step.summary.replace(/<\/?(details|summary)>/g, '')).not.toMatch(/<|@|https?:\/\/|!\[|^::/m)
    expect(Buffer.byteLength(step.summary)).toBeLessThan(60_000)
  })

  test('calls flowbench with each line of args as one argument, and passes what is not decided unless told otherwise', () => {
    const standIn = { code: 3 }
    const args = '--set\nload.steady.for=5s; $(touch x) \'a\' "b"\n\n  --pairs\n10'
    const step = runStep(bench.folder, { standIn, asked: { ARGS: args } })
    const end = ['--out', step.out, '--format', 'text,csv,html,junit,openmetrics']
    expect(step.heard).toEqual([
      'compare',
      'translate.yaml',
      '--set',
      'load.steady.for=5s; $(touch x) \'a\' "b"',
      '--pairs',
      '10',
      ...end,
      '--inconclusive',
      'pass',
    ])
    expect(runStep(bench.folder, { standIn, asked: { INCONCLUSIVE: 'fail' } }).heard.slice(-2)).toEqual(['--inconclusive', 'fail'])
    expect(runStep(bench.folder, { standIn, asked: { INCONCLUSIVE: 'code' } }).heard).not.toContain('--inconclusive')
    expect(runStep(bench.folder, { standIn, asked: { COMMAND: 'run' } }).heard).not.toContain('--inconclusive')
  })

  test.each([
    [{ COMMAND: 'rm' }, 'command must be one of compare, run, capacity.'],
    [{ INCONCLUSIVE: 'maybe' }, 'inconclusive must be one of pass, fail, code.'],
    [{ SCENARIO: ' ' }, 'scenario must name a scenario file.'],
  ])('refuses %o with a sentence and exit code 2', (asked, sentence) => {
    const step = runStep(bench.folder, { asked })
    expect([step.code, step.log]).toEqual([2, `::error title=flowbench::${sentence}\n`])
  })

  test('a run that misses its objective ends in 10, and what the workflow says in its failure commands nothing', () => {
    bench.write('rude.yaml', {
      description: 'fails in words that a runner might obey',
      inputs: [{ variable: 'text', type: 'paragraph', checked: false }],
      nodes: [
        { id: 'start', type: 'start', takes: '1ms' },
        {
          id: 'fetch',
          type: 'http-request',
          takes: '5ms',
          outputSize: '20B',
          fails: { share: '100%', ends: 'failed', error: '::set-output name=verdict::held <img src=x>' },
        },
        { id: 'end', type: 'end', takes: '1ms' },
      ],
      outputs: { text: 'fetch.output' },
    })
    const scenario = bench.write('rude-scenario.yaml', {
      name: 'rude\n::error title=a::b',
      target: { simulator: './rude.yaml', mode: 'streaming' },
      inputs: [{ values: { text: '{{nonce}}' } }],
      load: [{ name: 'steady', concurrency: 2, runs: 20 }],
      limits: { linger: '0s', timeout: '20s' },
      caveats: { generatorLate: '1m' },
      objectives: ['failures < 50%', 'response_time p50 < 30s'],
    })
    const step = runStep(bench.folder, { asked: { COMMAND: 'run', SCENARIO: scenario } })
    expect(step.code, step.log).toBe(10)
    expect(step.log).toContain('set-output')
    expect(commandsIn(step.log).map((line) => line.slice(0, 30))).toEqual([
      '::error title=Missed%3A failur',
      '::warning title=Undecided%3A r',
    ])
    expect(step.outputs).toMatchObject({ verdict: 'missed', 'exit-code': '10' })
    expect(step.summary).toMatch(/failures &#60; 50%/)
    expect(step.summary.replace(/<\/?(details|summary)>/g, '')).not.toMatch(/<|^::/m)
    expect(filesIn(step.outputs['report']!)).toEqual(expect.arrayContaining(['junit.xml', 'metrics.txt', 'report.html', 'run.json']))
  })
})

describe('the script of the GitLab job', () => {
  test('lays JUnit and metrics where GitLab looks, and ends in the exit code', () => {
    const { result, code } = stored('for-gitlab', madeComparison(slowerBy(1.3)))
    for (const name of ['junit.xml', 'metrics.txt']) writeFileSync(join(result, name), `${name} of this job`)
    const step = runStep(bench.folder, { script: 'gitlab.mjs', standIn: { result, code } })
    expect([step.code, filesIn(step.out)]).toEqual([11, ['junit.xml', 'metrics.txt']])
    expect(step.summary + Object.keys(step.outputs).join()).toBe('')
  })

  test('refuses what makes no sense', () => {
    expect(runStep(bench.folder, { script: 'gitlab.mjs', asked: { COMMAND: 'rm' } })).toMatchObject({
      code: 2,
      log: 'command must be one of compare, run, capacity.\n',
    })
  })
})

test('`report` makes the files of a comparison that are asked for, and takes any of them for its folder', async () => {
  const { result } = stored('made-again', madeComparison(slowerBy(1.3)))
  const { code, stdout } = await bench.flowbench(['report', result, '--format', 'markdown,junit,openmetrics'])
  expect([code, filesIn(result).toSorted()]).toEqual([11, ['comparison.json', 'experiment.jsonl', 'junit.xml', 'metrics.txt']])
  expect(stdout).toMatch(/^## translate\n/)
  expect(readFileSync(join(result, 'junit.xml'), 'utf8')).toContain('tests="3" failures="1"')
  const again = await bench.flowbench(['report', join(result, 'junit.xml'), '--format', 'github'])
  expect([again.code, again.stdout]).toEqual([11, expect.stringMatching(/^::error title=Regressed%3A translate::.*\n$/)])
})
