import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { CAPACITY_FORMATS } from '../../src/run/conclude-capacity.ts'
import { COMPARISON_FORMATS } from '../../src/run/conclude-comparison.ts'
import { page, section } from './markdown.ts'

const action = parse(readFileSync('action.yml', 'utf8')) as Action
const template = parse(readFileSync('ci/gitlab.yml', 'utf8')) as Record<string, Job>
const scripts = readdirSync('ci')
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => readFileSync(`ci/${name}`, 'utf8'))
  .join('\n')
const howTo = page('docs/how-to/use-in-ci.md')

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: unknown }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly using: string; readonly steps: readonly Record<string, unknown>[] }
}

interface Job {
  readonly variables: Readonly<Record<string, string>>
  readonly script: readonly string[]
  readonly artifacts: { readonly paths: readonly string[]; readonly reports: Readonly<Record<string, string>> }
}

/** Variables FLOWBENCH_CI_* that the scripts read. */
const read = [...scripts.matchAll(/read\('([A-Z]+)'/g)].map(([, name]) => `FLOWBENCH_CI_${name}`).toSorted()
const expressions = (of: unknown): readonly string[] =>
  [...JSON.stringify(of).matchAll(/\$\{\{ ([^}]*) \}\}/g)].map(([, what = '']) => what)

test('the verdict that CI hands on is that of each kind of result, and `none` where there is none', async () => {
  const { verdictOf } = (await import(pathToFileURL('ci/measure.mjs').href)) as { verdictOf: (report: string | undefined) => string }
  const folder = mkdtempSync(join(tmpdir(), 'ci-verdict-'))
  const of = (file: string, result: object) => {
    const report = mkdtempSync(join(folder, 'report-'))
    writeFileSync(join(report, file), JSON.stringify(result))
    return verdictOf(report)
  }
  expect(of('comparison.json', { verdict: 'improved' })).toBe('improved')
  expect(of('run.json', { valid: true, objectives: [{ verdict: 'held' }, { verdict: 'missed' }] })).toBe('missed')
  expect(of('capacity.json', { exitCode: 0, stopped: 'found' })).toBe('found')
  expect(of('capacity.json', { exitCode: 4, stopped: 'generator' })).toBe('invalid')
  const answers = { blocking: { stopped: 'found' }, streaming: { stopped: 'budget' } }
  expect(of('capacity-modes.json', { exitCode: 12, modes: ['blocking', 'streaming'], answers })).toBe('blocking found, streaming budget')
  expect([of('other.json', {}), verdictOf(undefined)]).toEqual(['none', 'none'])
  rmSync(folder, { recursive: true })
})

describe('action.yml', () => {
  test('no input stands in a line that a shell reads: they come by the environment', () => {
    for (const { run } of action.runs.steps) expect(expressions(run ?? '')).toEqual([])
  })

  test('every step that runs something names its shell and a script that exists', () => {
    const runs = action.runs.steps.filter(({ run }) => run !== undefined)
    expect(runs.map(({ shell }) => shell)).toEqual(['bash', 'bash'])
    const [, script] = /^node "\$GITHUB_ACTION_PATH\/(.*)"$/.exec(String(runs[1]?.['run'])) ?? []
    expect(existsSync(script ?? ''), script).toBe(true)
  })

  test('hands every variable that the scripts read, each from an input that there is, and uses every input', () => {
    const measure = action.runs.steps.find(({ id }) => id === 'measure')
    expect(Object.keys(measure?.['env'] as object).toSorted()).toEqual(read)
    const used = [...JSON.stringify(action.runs).matchAll(/inputs\.([a-z]+)/g)].map(([, name]) => name)
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(action.inputs).toSorted())
  })

  test('gives only outputs that the script writes', () => {
    const written = [...scripts.matchAll(/output\('([a-z-]+)'/g)].map(([, name = '']) => name)
    expect(Object.keys(action.outputs).toSorted()).toEqual(written.toSorted())
    for (const [name, { value }] of Object.entries(action.outputs)) expect(value).toBe(`\${{ steps.measure.outputs.${name} }}`)
  })

  test('takes no key by an input, and keeps the defaults that the scripts have', () => {
    expect(Object.keys(action.inputs).filter((name) => /key|token|secret|password/.test(name))).toEqual([])
    for (const [name, { default: usual }] of Object.entries(action.inputs)) {
      const [, otherwise] = new RegExp(`read\\('${name.toUpperCase()}', '([^']*)'`).exec(scripts) ?? []
      if (otherwise) expect(usual, name).toBe(otherwise)
    }
  })
})

describe('ci/gitlab.yml', () => {
  const job = template['.flowbench']!

  test('sets every variable that the script reads, with the defaults of the action', () => {
    const own = Object.keys(job.variables).filter((name) => name.startsWith('FLOWBENCH_CI_'))
    expect(own.toSorted()).toEqual(read)
    for (const name of own) {
      const { default: usual = '' } = action.inputs[name.replace('FLOWBENCH_CI_', '').toLowerCase()]!
      expect(job.variables[name], name).toBe(usual)
    }
  })

  test('names a script that exists, and reports that it lays there', () => {
    const [, script] = /^node \.flowbench\/(.*)$/.exec(job.script[0]!) ?? []
    expect(existsSync(script ?? ''), script).toBe(true)
    for (const path of Object.values(job.artifacts.reports)) {
      expect(path.startsWith(job.artifacts.paths[0]!)).toBe(true)
      expect(scripts).toContain(`'${path.replace(/.*\//, '')}'`)
    }
  })
})

test.each([
  ['comparisons', COMPARISON_FORMATS],
  ['searches', CAPACITY_FORMATS],
] as const)('the formats that CI asks for are formats of runs and of %s', (_, known: readonly string[]) => {
  const formats = String(action.inputs['format']?.default).split(',')
  expect(formats.filter((name) => !known.includes(name))).toEqual([])
})

const OF_COMPARE = ['--inconclusive', '--resume']

test('every option that the scripts give or heed is one of the command', () => {
  const options = [...scripts.matchAll(/'(--[a-z-]+)'/g)].map(([, option = '']) => option)
  expect(options).toContain('--inconclusive')
  const reference = page('docs/reference/commands.md')
  for (const option of options)
    expect(section(reference, OF_COMPARE.includes(option) ? 'compare' : 'run'), option).toContain(`\`${option}\``)
})

describe('the page on CI', () => {
  const blocks = [...howTo.text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) => parse(yaml) as Record<string, unknown>)

  test('shows workflows that parse and give the action only inputs that it has', () => {
    const steps = blocks.flatMap(({ jobs }) =>
      Object.values((jobs ?? {}) as Record<string, { steps: { uses?: string; with?: object }[] }>).flatMap(({ steps }) => steps),
    )
    const uses = steps.filter(({ uses }) => uses?.includes('flowbench'))
    expect(uses.length).toBeGreaterThan(1)
    for (const step of uses) expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})))
  })

  test('shows jobs of GitLab that set only variables that there are', () => {
    const jobs = blocks.flatMap((block) => Object.values(block).filter((job) => (job as { extends?: string })?.extends === '.flowbench'))
    expect(jobs.length).toBeGreaterThan(0)
    const known = [...Object.keys(template['.flowbench']!.variables), 'FLOWBENCH_ALLOW', 'BASELINE_URL', 'CANDIDATE_URL']
    for (const job of jobs) expect(known).toEqual(expect.arrayContaining(Object.keys((job as Job).variables)))
  })

  test('tells every input and every output of the action', () => {
    for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)]) expect(howTo.text).toContain(`\`${name}\``)
  })

  test('tells what each code of a comparison or a run means', () => {
    for (const code of [0, 2, 3, 4, 10, 11, 12]) expect(howTo.text).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
  })
})
