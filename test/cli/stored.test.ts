import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { UsageError } from '../../src/core/errors.ts'
import { storedRuns, writeStoredRun } from '../helpers/stored-runs.ts'

const root = mkdtempSync(join(tmpdir(), 'flowbench-cli-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const [before, after] = ['before', 'after'].map((name) => join(root, name)) as [string, string]
for (const run of storedRuns(9)) writeStoredRun(before, run)
for (const run of storedRuns(3, { first: 20 })) writeStoredRun(after, run)

async function refused(words: readonly string[], message: RegExp): Promise<void> {
  const error = await runProgram(words).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toMatch(message)
  expect((error as UsageError).hint).not.toBe('')
}

describe('compare refuses in a sentence', () => {
  test.each([
    [[before], /is a folder, and one folder alone has nothing to be compared with/],
    [[before, after, '--pairs', '8'], /--pairs goes with a scenario/],
    [[before, after, '--set', 'seed=1'], /--set goes with a scenario/],
    [['scenarios/regression.yaml', '--may-differ', 'target'], /--may-differ goes with stored runs/],
    [[before, after, '--margin', '2%'], /Noise of 3% is no less than the margin of 2%/],
    [[before, after, '--margin', 'much'], /--margin much is no share/],
    [[before, after, '--primary', 'patience p95'], /--primary: .*there is no metric `patience`/],
    [[before, join(root, 'nowhere')], /There is no .*nowhere/],
  ])('%j', (words, message) => refused(['compare', ...words], message))
})

describe('report refuses in a sentence', () => {
  const runs = storedRuns(9).map(({ run }) => join(before, run))
  test.each([
    [[runs[0]!, '--out', root], /--out goes with several runs/],
    [[...runs], /9 runs are too many to be told apart in one picture/],
    [[runs[0]!, runs[1]!, '--format', 'junit'], /--format junit is none of flowbench’s for several runs/],
    [[join(root, 'nowhere'), runs[0]!], /nowhere/],
  ])('%j', (words, message) => refused(['report', ...words], message))
})

describe('a share of a plan is refused in a sentence', () => {
  const quick = ['check', '--offline', '--simulator', 'steady', '--concurrency', '4', '--for', '10s']
  const seeded = [...quick, '--seed', '7']
  test.each([
    [[...seeded, '--shard', '9/8'], /--shard 9\/8 is no share of a plan/],
    [[...seeded, '--shard', '0/2'], /--shard 0\/2 is no share of a plan/],
    [[...seeded, '--shard', '1/1'], /--shard 1\/1 is no share of a plan/],
    [[...seeded, '--shard', 'half'], /--shard half is no share of a plan/],
    [[...quick, '--shard', '1/2'], /need one seed, and none is named/],
    [[...seeded, '--shard', '1/5'], /Phase load has 4 slots, fewer than the 5 shards/],
    [[...seeded, '--set', 'limits.runs=3', '--shard', '1/4'], /limits\.runs is 3, less than one for each of 4 shards/],
    [['check', '--offline', 'scenarios/regression.yaml', '--shard', '1/2'], /--shard goes with one plan, and this scenario has arms/],
  ])('%j', (words, message) => refused(words, message))
})

describe('history refuses in a sentence', () => {
  test.each([
    [['add'], /no run is named/],
    [['add', join(root, 'nowhere')], /There is no .*nowhere/],
    [['add', 'x', '--json'], /--json goes with history show/],
    [['show', '--invalid'], /--invalid goes with history add/],
    [['show', 'x'], /history show shows a file, and x was named/],
    [['show', '--file', join(root, 'none.jsonl')], /none\.jsonl holds no run/],
    [['show', '--file', 'package.json'], /package\.json:1 is no line of a history/],
    [['show', '--format', 'csv'], /--format csv is none of a history/],
  ])('%j', (words, message) => refused(['history', ...words], message))
})
