import { describe, expect, test } from 'vitest'
import type { ArmReading, ComparisonSettings, Fitness } from '../../../src/core/comparison.ts'
import { type Design, type ExperimentEvent, follow, type RunOrder } from '../../../src/judge/comparison/experiment.ts'
import { runOrders } from '../../../src/judge/comparison/run-order.ts'

const settings: ComparisonSettings = {
  primary: 'response_time p95',
  informing: [],
  margin: 0.1,
  noise: 0.03,
  pairs: 8,
  seed: 7,
}
const design: Design = { arms: ['before', 'after'], settings }

const reading = (p95: number, fitness: Fitness = { kind: 'sound' }): ArmReading => ({
  figures: { 'response_time p95': p95 },
  failures: { count: 0, of: 600 },
  work: { modes: ['streaming'], tokens: 100 },
  fitness,
})

/** Wobble of a run, so that pairs scatter: from −2 % to +2 %, the same for both arms every other round. */
const wobble = ({ round, place }: RunOrder) => 1 + 0.02 * Math.sin(3 * round + place)

/** Does what is asked until nothing more is; `change` is what the later arm does to its time. */
function play(change: (order: RunOrder) => number, fitness: (order: RunOrder) => Fitness = () => ({ kind: 'sound' }), of = design) {
  const events: ExperimentEvent[] = []
  const orders: RunOrder[] = []
  for (;;) {
    const progress = follow(of, events)
    if (progress.next.kind !== 'run') return { progress, events, orders }
    const { order } = progress.next
    orders.push(order)
    const slower = order.arm === of.arms[0] ? 1 : change(order)
    events.push({ order, reading: reading(1e6 * wobble(order) * slower, fitness(order)) })
  }
}

const generator: Fitness = { kind: 'generator', reasons: ['suspended'] }

describe('the order of runs', () => {
  test('two arms come in blocks AB BA or BA AB, and each seed tosses its own coins', () => {
    const blocks = new Set<string>()
    for (let seed = 0; seed < 40; seed++) {
      const orders = runOrders(['A', 'B'], 16, seed).map((order) => order.join(''))
      for (let block = 0; block < 8; block++) {
        const two = `${orders[2 * block]} ${orders[2 * block + 1]}`
        expect(['AB BA', 'BA AB']).toContain(two)
        blocks.add(two)
      }
    }
    expect(blocks.size).toBe(2)
    expect(runOrders(['A', 'B'], 16, 3)).toEqual(runOrders(['A', 'B'], 16, 3))
  })
  test.each([3, 4, 5, 6])('%i arms: in a whole square each stands in each place and follows each other one equally often', (count) => {
    const arms = 'ABCDEF'.slice(0, count).split('')
    const rows = runOrders(arms, count % 2 === 0 ? count : 2 * count, 5)
    const places = new Map<string, number>()
    const followers = new Map<string, number>()
    for (const row of rows)
      for (const [place, arm] of row.entries()) {
        places.set(`${place} ${arm}`, (places.get(`${place} ${arm}`) ?? 0) + 1)
        if (place > 0) followers.set(`${row[place - 1]} ${arm}`, (followers.get(`${row[place - 1]} ${arm}`) ?? 0) + 1)
      }
    expect([places.size, new Set(places.values()).size]).toEqual([count * count, 1])
    expect([followers.size, new Set(followers.values()).size]).toEqual([count * (count - 1), 1])
  })
})

test('each square of more than two arms is drawn by itself', () => {
  const arms = ['A', 'B', 'C', 'D']
  const squares = new Set<string>()
  for (let square = 0; square < 8; square++) {
    const rows = runOrders(arms, 32, 1).slice(4 * square, 4 * square + 4)
    squares.add(
      rows
        .map((row) => row.join(''))
        .sort()
        .join(' '),
    )
  }
  expect(squares.size).toBeGreaterThan(2)
})

describe('an experiment', () => {
  test('ends at the first look where that decides: eight pairs, sixteen runs', () => {
    const { progress, orders } = play(() => 1)
    expect(progress.next).toEqual({ kind: 'decided' })
    expect(orders).toHaveLength(16)
    expect(progress.looks).toMatchObject([{ rounds: 8, alpha: 0.0294, judgements: [{ verdict: 'no regression' }] }])
  })
  test('goes on to twice as many pairs where the first look does not decide, and no further', () => {
    const { progress, orders } = play(({ round }) => (round % 4 < 2 ? 0.8 : 1.3))
    expect(orders).toHaveLength(32)
    expect(progress.looks.map(({ rounds }) => rounds)).toEqual([8, 16])
    expect(progress.next).toEqual({ kind: 'undecided' })
  })
  test('both arms of a round share arrivals and bodies, and no two rounds do', () => {
    const { orders } = play(() => 1)
    const seeds = Map.groupBy(orders, ({ round }) => round)
    for (const both of seeds.values()) expect(new Set(both.map(({ seed }) => seed)).size).toBe(1)
    expect(new Set(orders.map(({ seed }) => seed)).size).toBe(8)
  })
  test('a generator that stalls in two runs costs two repeats of whole pairs and no more', () => {
    const spoiled = ({ round, place, attempt }: RunOrder) => attempt === 0 && ((round === 1 && place === 1) || (round === 5 && place === 0))
    const { progress, orders } = play(
      () => 1,
      (order) => (spoiled(order) ? generator : { kind: 'sound' }),
    )
    expect(progress).toMatchObject({ repeated: 2, restarted: 0, next: { kind: 'decided' } })
    expect(progress.rounds).toHaveLength(8)
    // Two more runs where the second of a pair was spoiled, one where the first was.
    expect(orders).toHaveLength(16 + 2 + 1)
    const second = orders.filter(({ round }) => round === 1)
    expect(second.map(({ attempt }) => attempt)).toEqual([0, 0, 1, 1])
    // Bodies that were sent before could be answered from a cache.
    expect(new Set(second.map(({ seed }) => seed)).size).toBe(2)
  })
  test('a third round spoiled by the generator makes it invalid', () => {
    const { progress } = play(
      () => 1,
      ({ round, place, attempt }) => (place === 0 && attempt === 0 && round < 3 ? generator : { kind: 'sound' }),
    )
    expect(progress.next).toEqual({ kind: 'invalid', reasons: ['suspended'] })
  })
  test('whether a pair is repeated does not depend on what was measured', () => {
    const fitness = ({ round, place, attempt }: RunOrder): Fitness =>
      round === 2 && place === 1 && attempt === 0 ? generator : { kind: 'sound' }
    const orders = [0.5, 1, 3].map((change) => play(() => change, fitness).orders.slice(0, 18))
    expect(orders[0]).toEqual(orders[1])
    expect(orders[2]).toEqual(orders[1])
  })
  test('played again from what is stored it stands where it stood, whatever the moment', () => {
    const { events } = play(({ round }) => (round % 4 < 2 ? 0.8 : 1.3))
    for (let kept = 0; kept <= events.length; kept++) {
      const stored = JSON.parse(JSON.stringify(events.slice(0, kept))) as ExperimentEvent[]
      expect(follow(design, stored)).toEqual(follow(design, events.slice(0, kept)))
    }
  })
  test('resumed in the middle of a pair it runs the whole pair again, at no cost in repeats', () => {
    const { events } = play(() => 1)
    const half: ExperimentEvent[] = [...events.slice(0, 5), { resumed: true }]
    const { next, repeated, restarted, rounds } = follow(design, half)
    expect({ repeated, restarted, rounds: rounds.length }).toEqual({ repeated: 0, restarted: 1, rounds: 2 })
    expect(next).toMatchObject({ kind: 'run', order: { round: 2, place: 0, attempt: 1 } })
    expect(follow(design, [...events.slice(0, 4), { resumed: true }])).toMatchObject({ restarted: 0 })
  })
  test('a run that was cut short begins its pair again', () => {
    const { progress } = play(
      () => 1,
      ({ round, attempt }) => (round === 0 && attempt === 0 ? { kind: 'cut-short' } : { kind: 'sound' }),
    )
    expect(progress).toMatchObject({ repeated: 0, restarted: 1, next: { kind: 'decided' } })
  })
  test('a reading that was not due is of another experiment', () => {
    const { events } = play(() => 1)
    expect(() => follow(design, events.slice(1))).toThrow('does not belong here')
  })
  test('three arms are judged against the first, each', () => {
    const { progress, orders } = play(({ arm }) => (arm === 'slow' ? 1.4 : 1), undefined, { arms: ['before', 'same', 'slow'], settings })
    expect(orders).toHaveLength(24)
    expect(progress.looks[0]!.judgements).toMatchObject([
      { candidate: 'same', verdict: 'no regression' },
      { candidate: 'slow', verdict: 'regressed' },
    ])
  })
})
