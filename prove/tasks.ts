import type { Verdict } from '../src/core/comparison.ts'
import { keyed, wholeBetween } from '../src/core/random.ts'
import { plantedSearch } from '../test/helpers/planted-search.ts'
import { responsesOfBusyServer } from './busy-server.ts'
import { naivelySearched, type Sought, searched } from './capacity-law.ts'
import { APPROXIMATE, COUNTS, type Coverage, coverage, EXACT, withinRun } from './coverage.ts'
import { type FailuresQuestion, failuresExperiment } from './failures-experiment.ts'
import { type HistoryQuestion, historyExperiment } from './history-experiment.ts'
import { REQUIRED_LAW } from './law.ts'
import { opponents } from './opponent.ts'
import { pairedExperiment, type Question } from './paired-experiment.ts'
import { isNamed, PLANTED, type Planted } from './planted.ts'
import { type StoredQuestion, storedExperiment } from './stored-experiment.ts'

/** A piece of a proof, as plain data, so that any thread can do it. What it gives depends on nothing but itself. */
export type Task =
  | { readonly kind: 'paired'; readonly question: Question; readonly from: number; readonly to: number }
  | { readonly kind: 'opponents'; readonly question: Question; readonly times: number; readonly from: number; readonly to: number }
  | { readonly kind: 'coverage'; readonly of: 'approximate' | 'exact'; readonly name: string; readonly trials: number }
  | { readonly kind: 'stored'; readonly question: StoredQuestion; readonly from: number; readonly to: number }
  | { readonly kind: 'failures'; readonly question: FailuresQuestion; readonly from: number; readonly to: number }
  | { readonly kind: 'history'; readonly question: HistoryQuestion; readonly from: number; readonly to: number }
  | { readonly kind: 'within-run'; readonly exchanges: number; readonly part: number }
  | { readonly kind: 'overload'; readonly planted: number; readonly from: number; readonly to: number }
  | { readonly kind: 'capacity'; readonly how: keyof typeof SEARCHES; readonly sought: Sought; readonly from: number; readonly to: number }

/** Ways to search for the capacity of a queue. */
export const SEARCHES = { flowbench: searched, naive: naivelySearched } as const

/** Counts by name; those of the same task's parts are added up. */
export type Counts = Readonly<Record<string, number>>

const SEED = 2026
export const RUN_LENGTHS = [600, 1200, 3000] as const
export const WITHIN_QUANTILES = [0.5, 0.9, 0.95, 0.99] as const
export const UTILISATION = 0.8

export async function doTask(task: Task): Promise<Counts> {
  const counts: Record<string, number> = {}
  const add = (name: string, count = 1) => {
    counts[name] = (counts[name] ?? 0) + count
  }
  const covered = (name: string, { held, intervals, tried }: Coverage) => {
    add(`${name} held`, held)
    add(`${name} intervals`, intervals)
    add(`${name} tried`, tried)
  }
  switch (task.kind) {
    case 'paired':
      for (let n = task.from; n < task.to; n++) {
        const { verdict, runs } = pairedExperiment(task.question, seedOf(task.question, n))
        add(verdict)
        add('runs', runs)
      }
      break
    case 'opponents':
      for (let n = task.from; n < task.to; n++) {
        const both = opponents(task.question, { seed: seedOf(task.question, n), times: task.times })
        for (const [name, { verdict, significant }] of Object.entries(both)) {
          add(`${name} ${verdict}`)
          if (significant) add(`${name} significant`)
        }
      }
      break
    case 'stored':
      for (let n = task.from; n < task.to; n++) add(storedExperiment(task.question, seedOf(task.question, n)))
      break
    case 'failures':
      for (let n = task.from; n < task.to; n++) {
        const { verdict, look } = failuresExperiment(task.question, seedOf(task.question, n))
        add('experiments')
        add(verdict === 'not-grown' ? `${verdict} ${look}` : verdict)
      }
      break
    case 'history':
      for (let n = task.from; n < task.to; n++) {
        const { found, others } = historyExperiment(task.question, seedOf(task.question, n))
        add('histories')
        if (found) add('found')
        if (others > 0) add('with others')
      }
      break
    case 'coverage': {
      const { name, trials } = task
      const cover = (task.of === 'exact' ? EXACT : APPROXIMATE)[name]!
      covered('', coverage(cover, { name, trials, seed: SEED }))
      break
    }
    case 'capacity':
      for (let n = task.from; n < task.to; n++) {
        const { miss, trials } = SEARCHES[task.how](n, task.sought)
        add('searches')
        if (miss > 0.05) add('beyond 5 %')
        if (miss > 0.15) add('beyond 15 %')
        add(`trials ${trials}`)
      }
      break
    case 'overload':
      for (let n = task.from; n < task.to; n++) add(await foundOf(PLANTED[task.planted]!, n))
      break
    case 'within-run': {
      const series = responsesOfBusyServer({ utilisation: UTILISATION, count: task.exchanges, seed: SEED + task.part })
      for (const length of RUN_LENGTHS)
        for (const p of WITHIN_QUANTILES)
          for (const [name, count] of Object.entries(COUNTS)) covered(`${name} ${length} ${p}`, withinRun(series, { length, p, count }))
      break
    }
  }
  return counts
}

/** What a search says of a planted overload. */
export type Found = 'named' | 'not clear' | 'another' | 'none'

async function foundOf(planted: Planted, seed: number): Promise<Found> {
  const { overload } = (await plantedSearch(planted, seed)).summary
  if (isNamed(planted, overload)) return 'named'
  return overload === null ? 'none' : overload.kind === 'unclear' ? 'not clear' : 'another'
}

/** Of experiment n of a question: another for each question and number. */
const seedOf = (question: Question | StoredQuestion | HistoryQuestion | FailuresQuestion, n: number): number =>
  wholeBetween(keyed(SEED, JSON.stringify(question), n), 0, 2 ** 31)

/** The questions whose answers are required, and the answers. */
export const REQUIRED: readonly {
  readonly name: string
  readonly question: Question
  readonly verdict: Verdict
  readonly atMost?: number
  readonly atLeast?: number
}[] = [
  { name: 'A/A', question: { law: REQUIRED_LAW, change: 0 }, verdict: 'regressed', atMost: 0.01 },
  { name: 'A/A, drift 0.5 % a run', question: { law: { ...REQUIRED_LAW, drift: 0.005 }, change: 0 }, verdict: 'regressed', atMost: 0.01 },
  { name: '+2 %', question: { law: REQUIRED_LAW, change: 0.02 }, verdict: 'regressed', atMost: 0.05 },
  { name: '+15 %', question: { law: REQUIRED_LAW, change: 0.15 }, verdict: 'regressed', atLeast: 0.9 },
  { name: '−15 %', question: { law: REQUIRED_LAW, change: -0.15 }, verdict: 'improved', atLeast: 0.9 },
]
