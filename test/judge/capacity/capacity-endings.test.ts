import { describe, expect, test } from 'vitest'
import type { CapacityBudget, CapacitySettings } from '../../../src/core/capacity.ts'
import type { Mode } from '../../../src/core/sample.ts'
import type { RunSummary } from '../../../src/core/summary.ts'
import { SECOND, seconds } from '../../../src/core/units.ts'
import { concludeSearch } from '../../../src/judge/capacity/capacity-exit.ts'
import { searchOf } from '../../../src/scenario/capacity.ts'
import { loadProfile } from '../../../src/simulator/profile.ts'
import { openPhase, planOf } from '../../helpers/samples.ts'
import { type VirtualSearchOptions, virtualSearch } from '../../helpers/virtual-search.ts'

const settings: CapacitySettings = { axis: 'rate', from: 8, to: 32, width: 0.2, trial: seconds(4), budget: {} }
const objectives = [{ text: 'response_time p50 < 1s' }, { text: 'failures < 20%' }]

function search(
  over: Partial<CapacitySettings> = {},
  {
    profile = 'saturating',
    mode = 'blocking',
    ...options
  }: VirtualSearchOptions & { readonly profile?: string; readonly mode?: Mode; readonly text?: string } = {},
) {
  const plan = planOf({ phases: [openPhase({ mode })], objectives: options.text === undefined ? objectives : [{ text: options.text }] })
  return virtualSearch(plan, searchOf(plan, { ...settings, ...over }, mode), loadProfile(profile), options)
}

const withTokens = (summary: RunSummary, mean: number): RunSummary => {
  const steady = summary.phases['steady']!
  const totals = { ...steady.totals, tokens: 30 * mean }
  const tokens = { ...steady.metrics['tokens']!, mean }
  return { ...summary, phases: { steady: { ...steady, totals, metrics: { ...steady.metrics, tokens } } } }
}

const invalid = (summary: RunSummary): RunSummary => ({
  ...summary,
  valid: false,
  caveats: [{ kind: 'generator-late', text: 'Sends left late.', invalidates: true }],
})

describe('a search on a server that takes 20 runs a second', () => {
  test('finds them, proves both ends, and says what limits and which knob it is', async () => {
    const { summary } = await search()
    expect(summary).toMatchObject({ status: 'whole', stopped: 'found', exitCode: 0, unit: 'runs per second', axis: 'rate' })
    expect(summary.lower!).toBeLessThanOrEqual(20.5)
    expect(summary.upper!).toBeGreaterThan(20)
    expect(summary.verified).toBe(summary.lower)
    expect(summary.heldSeconds).toBeGreaterThanOrEqual(5 * 4)
    expect(summary.overload).toMatchObject({ kind: 'api-connections', knob: expect.stringContaining('SERVER_WORKER') })
    expect(summary.headroom.map(({ load }) => load / summary.verified!)).toEqual([0.5, 0.6, 0.7, 0.8])
    for (const { byLaw, inFlight, load } of summary.little) if (load < 20) expect(byLaw / inFlight).toBeCloseTo(1, 0)
    expect(summary.scaling?.peak).toBeUndefined()
    expect(summary.sentences[0]).toMatch(/^About 20\/s: .* held, .* did not\.$/)
  })

  test('stopped while it proves the upper end, it keeps the lower one that is proven', async () => {
    const { events } = await search()
    const proofs = events.flatMap(({ order: { purpose } }, index) => (purpose === 'verify' ? [index] : []))
    const { summary } = await search({}, { most: proofs.at(-1)! })
    expect(summary).toMatchObject({ status: 'unfinished', verified: summary.lower, stopped: 'unfinished' })
    expect(summary.verified).toBeGreaterThan(18)
    expect(summary.headroom).toHaveLength(4)
  })

  test.each([
    [16, 'top-held', 0, 16],
    [25, 'lowest-missed', 10, null],
  ] as const)('asked about %d/s alone, it answers by its exit code whether that holds', async (load, stopped, exitCode, verified) => {
    const { summary } = await search({ from: load, to: load })
    expect(summary).toMatchObject({ stopped, exitCode, verified })
    expect(summary.trialList.map(({ purpose }) => purpose)).toEqual(['level', 'level', 'level', 'verify'])
  })

  test('the seed of the scenario decides the seeds of all its runs, and stands in the answer', async () => {
    const seeded = async (seed: number) => {
      const plan = planOf({ phases: [openPhase({ mode: 'blocking' })], objectives, seed })
      return virtualSearch(plan, searchOf(plan, settings, 'blocking'), loadProfile('saturating'), { most: 6 })
    }
    const seedsOf = ({ events }: Awaited<ReturnType<typeof seeded>>) => events.map(({ order, summary }) => [order.seed, summary.seed])
    const [once, again, other] = [await seeded(7), await seeded(7), await seeded(8)]
    expect(once.summary.settings.seed).toBe(7)
    expect(seedsOf(once)).toEqual(seedsOf(again))
    expect(new Set(seedsOf(once).map(([seed]) => seed)).size).toBe(6)
    for (const [ordered, run] of seedsOf(once)) expect(run).toBe(ordered)
    expect(seedsOf(other).filter(([seed]) => seedsOf(once).some(([one]) => one === seed))).toEqual([])
  })

  test('goes on from any of its runs as if it had never stopped', async () => {
    const { events, summary } = await search()
    const half = events.slice(0, Math.floor(events.length / 2))
    const resumed = await search({}, { before: half })
    expect(resumed.summary.levels).toEqual(summary.levels)
    const { summary: unfinished } = await search({}, { most: half.length })
    expect(unfinished).toMatchObject({ status: 'unfinished', stopped: 'unfinished', exitCode: 0, verified: null })
    expect(unfinished.sentences[0]).toContain('--resume goes on')
  })

  test('counts a run that was cut short for nothing, and does it again', async () => {
    const { summary, events } = await search(
      {},
      { happens: (summary, _, nth) => (nth === 4 ? { ...summary, status: 'interrupted' } : summary) },
    )
    expect(summary.stopped).toBe('found')
    expect(summary.trialList.some(({ run }) => run === events[4]!.run)).toBe(false)
  })
})

describe('a search that ends otherwise says so, with its exit code', () => {
  test('the highest load asked for held: 0, and the capacity is higher', async () => {
    const { summary } = await search({ to: 12 })
    expect(summary).toMatchObject({ stopped: 'top-held', exitCode: 0, verified: 12, upper: null })
    expect(summary.sentences[0]).toContain('Raise capacity.to')
  })

  test('this machine can send no more: 12', async () => {
    const { summary } = await search({}, { ceiling: 30 })
    expect(summary).toMatchObject({ stopped: 'ceiling', exitCode: 12, top: 15, verified: 15 })
    const { summary: at } = await search({}, { ceiling: 10 })
    expect(at).toMatchObject({ stopped: 'ceiling', exitCode: 12, verified: null, trials: 0 })
    expect(at.sentences[0]).toContain('larger machine')
  })

  test('what a calibration says of this machine takes the place of a measurement', async () => {
    const plan = planOf({ phases: [openPhase({ mode: 'blocking' })], objectives })
    const search = { ...searchOf(plan, settings, 'blocking'), ceiling: 30 }
    const { summary, events } = await virtualSearch(plan, search, loadProfile('saturating'))
    expect(events.some(({ order }) => order.purpose === 'ceiling')).toBe(false)
    expect(summary).toMatchObject({ stopped: 'ceiling', top: 15, generatorCeiling: 30 })
  })

  test('missed at the lowest load: 10', async () => {
    const { summary } = await search({ from: 25, to: 50 })
    expect(summary).toMatchObject({ stopped: 'lowest-missed', exitCode: 10, verified: null, lower: null, upper: 25 })
    expect(summary.sentences[0]).toContain('25/s is too much already')
    expect(summary.sentences[0]).toMatch(/One run at a time, response time was \d+ ms in the median, p95 \d+ ms\./)
  })

  test('not one run succeeded, sent one at a time: 10, before any trial', async () => {
    const fails = (summary: RunSummary): RunSummary => ({
      ...summary,
      phases: { steady: { ...summary.phases['steady']!, outcomes: { 'workflow-failed': 28, 'timed-out': 2 }, metrics: {} } },
    })
    const { summary } = await search({}, { happens: (summary, { purpose }) => (purpose === 'unloaded' ? fails(summary) : summary) })
    expect(summary).toMatchObject({ stopped: 'unanswered', exitCode: 10, trials: 0 })
    expect(summary.sentences[0]).toMatch(
      /^Of 30 runs sent one at a time none succeeded: 28 workflow-failed, 2 timed-out\. .*the folder run-0\.$/,
    )
  })

  test('a limit of the target: 12, and it is no capacity', async () => {
    const { summary } = await search({ axis: 'concurrency', from: 2, to: 32 }, { profile: 'limited' })
    expect(summary).toMatchObject({ stopped: 'throttled', exitCode: 12, overload: { kind: 'limit' }, lower: 4 })
    expect(summary.sentences[0]).toContain('a limit is no capacity')
    expect(summary.sentences[0]).toMatch(/refused \d+ of \d+ runs by a limit \(it said: .*Too many requests.*\)\. Raise the limit/)
  })

  test('a target that does not come back to rest: 12', async () => {
    const { summary } = await search(
      {},
      {
        happens(summary, { purpose }) {
          const { steady } = summary.phases
          const slow = { ...steady!.metrics['response_time']!, p50: 2e6 }
          return purpose === 'probe'
            ? { ...summary, phases: { steady: { ...steady!, metrics: { ...steady!.metrics, response_time: slow } } } }
            : summary
        },
      },
    )
    expect(summary).toMatchObject({ stopped: 'stuck', exitCode: 12, trials: 1 })
    expect(summary.sentences[0]).toContain('did not come back to rest')
    expect(summary.sentences[0]).toContain('took more than 1.5 times as long')
  })

  test('a target that gives no answer after a trial is not said to be slow', async () => {
    const { summary } = await search(
      {},
      {
        happens: (summary, { purpose }) =>
          purpose === 'probe' ? { ...summary, phases: { steady: { ...summary.phases['steady']!, metrics: {} } } } : summary,
      },
    )
    expect(summary).toMatchObject({ stopped: 'stuck', exitCode: 12 })
    expect(summary.sentences[0]).toContain('a single run still did not succeed')
    expect(summary.sentences[0]).not.toContain('1.5 times')
  })

  test.each([
    ['trials', { trials: 5 }],
    ['time', { time: seconds(60) }],
    ['tokens', { tokens: 8000 }],
  ] as const satisfies readonly (readonly [string, CapacityBudget])[])(
    'a budget of %s: 12, before it is passed',
    async (_, budget: CapacityBudget) => {
      const { summary } = await search({ budget })
      expect(summary).toMatchObject({ stopped: 'budget', exitCode: 12 })
      expect(summary.trials).toBeGreaterThan(0)
      expect(summary.trials).toBeLessThanOrEqual(5)
      if (budget.tokens !== undefined) expect(summary.tokens).toBeLessThanOrEqual(budget.tokens)
      if (budget.time !== undefined) expect(summary.seconds * SECOND).toBeLessThanOrEqual(budget.time)
      expect(summary.sentences[0]).toContain('Raise capacity.budget')
    },
  )

  test.each([
    ['tokens', { tokens: 100 }],
    ['runs', { runs: 20 }],
    ['time', { time: seconds(1) }],
  ] as const satisfies readonly (readonly [string, CapacityBudget])[])(
    'a budget of %s that is less than the unloaded runs take is not passed by them either',
    async (kind, budget: CapacityBudget) => {
      const { summary, events } = await search({ budget })
      expect(summary).toMatchObject({ stopped: 'budget', exitCode: 12, trials: 0 })
      const sent = events.reduce((sum, event) => sum + Object.values(event.summary.phases).reduce((all, phase) => all + phase.sent, 0), 0)
      if (kind === 'tokens') expect(summary.tokens).toBeLessThanOrEqual(100)
      if (kind === 'runs') expect(sent).toBeLessThanOrEqual(20)
      // A run that is under way is not cut off.
      if (kind === 'time') expect(summary.seconds).toBeLessThan(1.5)
    },
  )

  test('limits.runs of the scenario bounds all runs of the search together', async () => {
    const plan = planOf({ phases: [openPhase({ mode: 'blocking' })], objectives })
    const searched = searchOf(plan, { ...settings, budget: { runs: 400 } }, 'blocking')
    const { summary, events } = await virtualSearch(plan, searched, loadProfile('saturating'))
    const sent = events
      .filter(({ order }) => order.purpose !== 'ceiling')
      .reduce((sum, event) => sum + Object.values(event.summary.phases).reduce((all, phase) => all + phase.sent, 0), 0)
    expect(summary).toMatchObject({ stopped: 'budget', exitCode: 12 })
    expect(sent).toBeGreaterThan(200)
    expect(sent).toBeLessThanOrEqual(400)
    expect(summary.sentences[0]).toContain('Raise capacity.budget')
  })

  test('who set no budget is not told that one is spent, but that the search came to its own bound', () => {
    const asked = searchOf(planOf({ phases: [openPhase({})] }), settings, 'blocking')
    const ended = (words?: string) =>
      concludeSearch('budget', asked, {
        spent: { time: 0, tokens: 0, runs: 0 },
        trials: [],
        next: { kind: 'over', end: 'budget', ...(words !== undefined && { because: words }) },
      })
    expect(ended('The search is at its bound')).toEqual({ exitCode: 12, exitReason: 'Exit code 12, since the search is at its bound.' })
    expect(ended().exitReason).toContain('the budget leaves no room')
    // Of a run that its own limit ended: sentences of its report.
    expect(ended('The budget is spent. Sending stopped.').exitReason).toContain('the budget leaves no room')
  })

  test('runs that get dearer under load do not pass a budget of tokens: the trial is ended, and is no vote', async () => {
    const { events } = await search()
    const unloaded = events.filter(({ order }) => order.purpose === 'unloaded')
    const cheap = unloaded.map((event) => ({ ...event, summary: withTokens(event.summary, 1) }))
    const { summary, events: all } = await search({ budget: { tokens: 700 } }, { before: cheap })
    expect(summary.stopped).toBe('budget')
    expect(all.some(({ order }) => order.purpose === 'level')).toBe(true)
    expect(summary.tokens).toBeLessThanOrEqual(700)
    expect(summary.sentences[0]).toContain('The budget is spent')
  })

  test('what a trial that was cut short has cost counts against the budget', async () => {
    const { summary, events } = await search(
      { budget: { time: seconds(60) } },
      { happens: (summary, { purpose }) => (purpose === 'level' ? { ...summary, status: 'interrupted' } : summary) },
    )
    expect(summary).toMatchObject({ stopped: 'budget', trials: 0 })
    expect(events.filter(({ order }) => order.purpose === 'level').length).toBeGreaterThan(2)
    expect(summary.seconds).toBeLessThanOrEqual(60)
  })

  test('slots go on beyond what the unloaded target would take, as long as this machine does not send too much', async () => {
    const { summary } = await search({ axis: 'concurrency', from: 4, to: 64 }, { ceiling: 60, text: 'response_time p50 < 2s' })
    // Half of 60/s at 200 ms are six slots; 20/s is all that is ever sent.
    expect(summary).toMatchObject({ stopped: 'found', exitCode: 0 })
    expect(summary.upper!).toBeGreaterThan(20)
  })

  test('a trial that this machine spoiled is no reason to try more slots than it may send', async () => {
    const halted = (summary: RunSummary): RunSummary => {
      const steady = summary.phases['steady']!
      return { ...invalid(summary), phases: { steady: { ...steady, throughput: steady.throughput / 50 } } }
    }
    const { summary } = await search(
      { axis: 'concurrency', from: 1, to: 64 },
      { ceiling: 30, happens: (summary, { purpose }, nth) => (purpose === 'level' && nth < 4 ? halted(summary) : summary) },
    )
    // Half of 30/s at 200 ms.
    expect(summary).toMatchObject({ stopped: 'ceiling', exitCode: 12, top: 3 })
  })

  test('a budget of tokens that is enough for slots does not end their search: no more is reserved than slots were seen to send', async () => {
    const slots = { axis: 'concurrency', from: 4, to: 64 } as const
    const { summary } = await search(slots)
    const { summary: bounded } = await search({ ...slots, budget: { tokens: Math.ceil(1.1 * summary.tokens) } })
    expect([summary.stopped, bounded.stopped]).toEqual(['found', 'found'])
    expect(bounded.levels).toEqual(summary.levels)
  })

  test('one unloaded run that this machine spoiled is made again, and says nothing of the search', async () => {
    const spoil = (summary: RunSummary, { purpose }: { readonly purpose: string }, nth: number) =>
      purpose === 'unloaded' && nth < 2 ? invalid(summary) : summary
    const { summary, events } = await search({ to: 12 }, { happens: spoil })
    expect(summary).toMatchObject({ stopped: 'top-held', exitCode: 0 })
    expect(events.filter(({ order }) => order.purpose === 'unloaded')).toHaveLength(3)
  })

  test.each(['spoiled', 'throttled', 'stuck'] as const)('after trials that were %s it goes on by trying that level again', async (how) => {
    const bad = (summary: RunSummary, { purpose }: { readonly purpose: string }): RunSummary => {
      const steady = summary.phases['steady']!
      if (how === 'spoiled') return purpose === 'level' ? invalid(summary) : summary
      if (how === 'throttled')
        return purpose === 'level' ? { ...summary, phases: { steady: { ...steady, outcomes: { throttled: 1 } } } } : summary
      return purpose === 'probe' ? { ...summary, phases: { steady: { ...steady, metrics: {} } } } : summary
    }
    const begun = await search(
      { to: 12 },
      { happens: (summary, order, nth) => (nth < 9 && how !== 'stuck' ? summary : bad(summary, order)) },
    )
    expect([4, 12]).toContain(begun.summary.exitCode)
    const { events } = begun
    const before = [...events.slice(0, -1), { ...events.at(-1)!, resumed: true as const }]
    const { summary, events: all } = await search({ to: 12 }, { before })
    expect(summary).toMatchObject({ stopped: 'top-held', exitCode: 0 })
    expect(all.slice(0, events.length).map(({ run }) => run)).toEqual(events.map(({ run }) => run))
    expect(summary.trialList.some(({ finding }) => finding === how)).toBe(true)
  })

  test('stopped in a row of spoiled trials it counts them anew when it goes on', async () => {
    const { events } = await search(
      { to: 12 },
      { most: 8, happens: (summary, { purpose }) => (purpose === 'level' ? invalid(summary) : summary) },
    )
    const [third, { ended }] = [events.at(-2)!, events.at(-1)!]
    const cut = { ...third, began: ended, ended, summary: { ...third.summary, status: 'interrupted' as const }, resumed: true as const }
    const { summary } = await search(
      { to: 12 },
      { before: [...events, cut], happens: (summary, { purpose }, nth) => (purpose === 'level' && nth < 11 ? invalid(summary) : summary) },
    )
    expect(summary.trialList.filter(({ finding }) => finding === 'spoiled')).toHaveLength(4)
    expect(summary).toMatchObject({ stopped: 'top-held', exitCode: 0 })
  })

  test('our own machine: 4, after four trials in a row or in the unloaded runs', async () => {
    const { summary } = await search({}, { happens: (summary, { purpose }) => (purpose === 'level' ? invalid(summary) : summary) })
    expect(summary).toMatchObject({ stopped: 'generator', exitCode: 4, trials: 4 })
    expect(summary.sentences[0]).toContain('go on with --resume, which makes what was spoiled again')
    const { summary: at } = await search({}, { happens: (summary) => invalid(summary) })
    expect(at).toMatchObject({ stopped: 'generator', exitCode: 4, trials: 0 })
    expect(at.exitReason).toContain('three times (Sends left late')
  })
})
