import { expect, test } from 'vitest'
import type { ObjectiveVerdict, RunSummary } from '../../../src/core/summary.ts'
import { type Annotation, githubCommands, MOST_ANNOTATIONS, runAnnotations } from '../../../src/report/exports/github.ts'
import { HOSTILE } from '../../helpers/hostile.ts'
import { makeRun } from '../../helpers/run-summary.ts'

const { summary } = await makeRun()
const [objective] = summary.objectives

const withVerdicts = (...verdicts: readonly ObjectiveVerdict[]): RunSummary => ({
  ...summary,
  objectives: verdicts.map((verdict, at) => ({ ...objective!, text: `objective ${at}`, verdict })),
})
const levels = (run: RunSummary) => runAnnotations(run).map(({ level }) => level)

test('what is missed is an error and comes first, what is undecided a warning, what holds nothing', () => {
  const annotations = runAnnotations(withVerdicts('held', 'undecided', 'missed'))
  expect(annotations.map(({ level, title }) => `${level} ${title}`)).toEqual([
    'error Missed: objective 2 (translate)',
    'warning Undecided: objective 1 (translate)',
  ])
})

test('what is undecided is an error where the run ends in that', () => {
  expect(levels({ ...withVerdicts('held', 'undecided'), exitCode: 12 })).toEqual(['error'])
})

test('a run whose objectives hold says so in one notice', () => {
  expect(levels(withVerdicts('held', 'held-not-proven'))).toEqual(['notice'])
})

test('a run that is not to be believed says so before all else', () => {
  const invalid = { kind: 'suspended', text: 'The machine slept.', invalidates: true } as const
  const [first, ...others] = runAnnotations({ ...withVerdicts('missed'), valid: false, caveats: [invalid] })
  expect(first).toMatchObject({ level: 'error', title: 'Invalid: translate', text: expect.stringContaining('The machine slept.') })
  expect(others).toHaveLength(1)
})

test('a run that was killed fails no objective; one that ended in a code for another reason tells it', () => {
  expect(levels({ ...withVerdicts('missed'), status: 'incomplete' })).toEqual(['warning'])
  const stopped = { ...withVerdicts('held'), exitCode: 130, exitReason: 'Exit code 130, since the run was stopped by SIGINT.' }
  expect(runAnnotations(stopped)).toEqual([{ level: 'error', title: 'flowbench: translate', text: stopped.exitReason }])
})

test('of many, four are told and a fifth counts the others', () => {
  const many = githubCommands(runAnnotations(withVerdicts(...Array<ObjectiveVerdict>(20).fill('missed'))))
  const lines = many.trimEnd().split('\n')
  expect(lines).toHaveLength(MOST_ANNOTATIONS)
  expect(lines.at(-1)).toBe('::error title=flowbench::16 more are told in the summary.')
})

test('foreign text ends no property, begins no line and makes no command', () => {
  for (const hostile of [
    ...HOSTILE,
    'x::set-env name=PATH::y',
    '##[add-mask]x',
    '100%0A::error::x',
    'a\r\n::error::b',
    ':::',
    'a,file=x',
  ]) {
    const annotation: Annotation = { level: 'warning', title: hostile, text: hostile }
    expect(githubCommands([annotation])).toMatch(/^::warning title=[^:,\n]*::(?!.*(::|##\[|%(?!25)))[^\n\r]*\n$/)
  }
})
