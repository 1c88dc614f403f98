import { describe, expect, test } from 'vitest'
import { APPROXIMATE, EXACT } from '../../prove/coverage.ts'
import { doAll } from '../../prove/pool.ts'
import { type Counts, REQUIRED, type Task } from '../../prove/tasks.ts'

/** The proofs of docs/method.md in small: `npm run prove` does 2,000 of each and writes the page. */
const EXPERIMENTS = 250
const TRIALS = 2000

// In threads of their own: the test runner's way to import makes the inner loops several times slower.
const results = new Map<string, Counts>()
const keyOf = (task: Task): string => JSON.stringify(task)
const questions = REQUIRED.map(({ question }): Task => ({ kind: 'paired', question, from: 0, to: EXPERIMENTS }))
const singleRuns: Task = { kind: 'opponents', question: REQUIRED[0]!.question, times: 1, from: 0, to: 100 }
const quick = (name: string) => !/required law|\b16\b/.test(name)
const covers = (
  [
    ['approximate', APPROXIMATE],
    ['exact', EXACT],
  ] as const
).flatMap(([of, each]) =>
  Object.keys(each)
    .filter(quick)
    .map((name) => ({ of, name, task: { kind: 'coverage', of, name, trials: TRIALS } satisfies Task })),
)
const withinRun: Task = { kind: 'within-run', exchanges: 20_000, part: 0 }
const tasks: readonly Task[] = [...questions, singleRuns, withinRun, ...covers.map(({ task }) => task)]
const done = await doAll(tasks, () => {})
for (const [index, task] of tasks.entries()) results.set(keyOf(task), done[index]!)

const countsOf = (task: Task): Counts => results.get(keyOf(task))!
const share = (counts: Counts, name: string) => counts[`${name} held`]! / counts[`${name} intervals`]!

describe('experiments of known truth, under virtual time', () => {
  test.each(REQUIRED.map((each, index) => [each.name, each.verdict, each, questions[index]!] as const))(
    '%s: %s as often as required, and no more',
    (_name, verdict, { atMost = 1, atLeast = 0 }, task) => {
      const seen = (countsOf(task)[verdict] ?? 0) / EXPERIMENTS
      expect(seen).toBeLessThanOrEqual(atMost)
      expect(seen).toBeGreaterThanOrEqual(atLeast)
    },
  )
  test('two runs of equal arms, compared request by request, differ significantly in a quarter of all cases and more', () => {
    expect(countsOf(singleRuns)['welch significant']).toBeGreaterThan(25)
    expect(countsOf(singleRuns)['mannWhitney significant']).toBeGreaterThan(25)
  })
})

describe('coverage', () => {
  test.each(covers.map(({ name, of, task }) => [name, of, task] as const))('%s', (_name, of, task) => {
    const held = share(countsOf(task), '')
    expect(held).toBeGreaterThanOrEqual(of === 'exact' ? 0.94 : 0.93)
    if (of === 'approximate') expect(held).toBeLessThanOrEqual(0.97)
  })
})

describe('intervals within a run, on the simulator at 80 % utilisation', () => {
  const held = (count: string) => share(countsOf(withinRun), `${count} 600 0.5`)
  test('hold the true median in about 90 % of runs', () => expect(held('sum')).toBeGreaterThanOrEqual(0.85))
  test('would hold it far less often by the correlation of neighbours alone', () =>
    expect(held('neighbour')).toBeLessThan(held('sum') - 0.15))
})
