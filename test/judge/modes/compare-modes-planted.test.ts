import { beforeAll, describe, expect, test } from 'vitest'
import type { ModesCompared, OverRuns, PhaseOfModes } from '../../../src/core/modes-compared.ts'
import type { Plan } from '../../../src/core/plan.ts'
import type { Mode } from '../../../src/core/sample.ts'
import type { RunSummary } from '../../../src/core/summary.ts'
import { LOOK_ALPHA } from '../../../src/judge/comparison/experiment.ts'
import { compareModes, type RunsOfPair } from '../../../src/judge/modes/compare-modes.ts'
import { diagnose } from '../../../src/judge/overload/diagnose.ts'
import { loadArms } from '../../../src/scenario/load-scenario.ts'
import { loadProfile } from '../../../src/simulator/profile.ts'
import type { Profile } from '../../../src/simulator/profile-schema.ts'
import { modelTransport } from '../../helpers/model-transport.ts'
import { sharedCore } from '../../helpers/shared-core.ts'
import { OBEY, virtualRun } from '../../helpers/virtual-run.ts'

const PAIRS = 8
const PHASES = ['light', 'middle', 'heavy'] as const

/** What the profile says of itself, in µs: before the core, on it until the first text, on it until the end. */
const PLANTED = {
  streaming: { before: 45_000, text: 250_000, end: 975_000 },
  blocking: { before: 5_000, text: 975_000, end: 975_000 },
} as const

interface Experiment {
  readonly modes: ModesCompared
  /** Medians of each run as the law of a shared core has them for its arrivals; by phase and mode, a number per pair. */
  readonly law: Readonly<Record<string, Readonly<Record<Mode, { readonly output: number[]; readonly end: number[] }>>>>
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1]!
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The scenario as it is shipped, on `profile`, in virtual time. */
async function experimentOn(profile: Profile): Promise<Experiment> {
  const { arms } = loadArms('scenarios/blocking-vs-streaming.yaml', { env: {}, seed: 1 })
  const none = () => ({ output: [] as number[], end: [] as number[] })
  const law = Object.fromEntries(PHASES.map((name) => [name, { streaming: none(), blocking: none() }]))
  const pairs: RunsOfPair[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const runs: Record<string, RunSummary> = {}
    for (const { name, plan } of arms) {
      const { measured, samples } = await virtualRun({ ...plan, seed: 100 + pair }, OBEY, {
        transport: (clock) => modelTransport(clock, profile, pair),
      })
      runs[name] = { phases: measured.phases, diagnoses: diagnose(measured.phases) } as unknown as RunSummary
      for (const phase of PHASES) {
        const mode = modeOf(plan)
        const { before, text, end } = PLANTED[mode]
        const arrivals = samples.filter((sample) => sample.phase === phase).map(({ marks }) => marks.intended)
        const capacity = profile.cpu[mode === 'streaming' ? 'worker' : 'api']!
        const times = sharedCore(arrivals, { capacity, marks: [text, end] })
        law[phase]![mode].output.push(before + median(times.map(([toText]) => toText!)))
        law[phase]![mode].end.push(before + median(times.map(([, toEnd]) => toEnd!)))
      }
    }
    pairs.push(runs)
  }
  const modes = compareModes(pairs, { arms: arms.map(({ name }) => name), alpha: LOOK_ALPHA, noise: 0.03 })
  return { modes: modes!, law }
}

const modeOf = ({ phases }: Plan): Mode => phases.at(-1)!.mode
const phase = ({ modes }: Experiment, name: string): PhaseOfModes => modes.phases.find((one) => one.phase === name)!
const figure = (experiment: Experiment, name: string, of: string) => phase(experiment, name).figures[of]!
const contains = ({ low, high }: OverRuns, value: number) => low! - 500 <= value && value <= high! + 500

describe('what was planted in each mode is found at each rate', { timeout: 120_000 }, () => {
  let found: Experiment
  beforeAll(async () => {
    found = await experimentOn(loadProfile('two-processes'))
  }, 120_000)

  test('phases, arms and what exists in one mode only', () => {
    expect(found.modes.arms).toEqual({ streaming: 'streaming', blocking: 'blocking' })
    expect(found.modes.phases.map((one) => one.phase)).toEqual([...PHASES])
    for (const name of PHASES) {
      expect(figure(found, name, 'first_text p50')).toEqual({ streaming: figure(found, name, 'first_output p50').streaming })
      expect(figure(found, name, 'first_event p50').blocking).toBeUndefined()
      expect(figure(found, name, 'first_output p50').blocking).toEqual(figure(found, name, 'response_time p50').blocking)
    }
  })

  test.each(PHASES)('first output and end are the law’s in both modes: %s', (name) => {
    for (const mode of ['streaming', 'blocking'] as const) {
      const expected = found.law[name]![mode]
      expect(figure(found, name, 'first_output p50')[mode]!.estimate).toBeCloseTo(meanOf(expected.output), -4)
      expect(figure(found, name, 'response_time p50')[mode]!.estimate).toBeCloseTo(meanOf(expected.end), -4)
    }
  })

  test.each(PHASES)('the gain and the cost are the differences of these, proven: %s', (name) => {
    const { streaming, blocking } = found.law[name]!
    const [output, end] = [figure(found, name, 'first_output p50'), figure(found, name, 'response_time p50')]
    expect(output.proven && end.proven).toBe(true)
    expect(contains(output.difference!, meanOf(streaming.output) - meanOf(blocking.output))).toBe(true)
    expect(contains(end.difference!, meanOf(streaming.end) - meanOf(blocking.end))).toBe(true)
  })

  test('at a light load by hand: 685 ms earlier, 40 ms later; at a heavy one the end is earlier too', () => {
    expect(figure(found, 'light', 'first_output p50').difference!.estimate).toBeCloseTo(-685_000, -4)
    expect(figure(found, 'light', 'response_time p50').difference!.estimate).toBeCloseTo(40_000, -4)
    expect(figure(found, 'light', 'first_event p50').streaming!.estimate).toBeCloseTo(60_000, -3)
    expect(figure(found, 'heavy', 'response_time p50').difference!.high).toBeLessThan(0)
    expect(figure(found, 'light', 'elapsed_time p50')).toMatchObject({ streaming: { estimate: 960_000 }, blocking: { estimate: 960_000 } })
  })

  test('the core of the API gives way first, between 8 and 20 runs a second, and the advice says so', () => {
    expect(found.modes.first).toEqual({ mode: 'blocking', pairs: PAIRS })
    expect(phase(found, 'heavy').gaveWay).toMatchObject({ streaming: { runs: 0 }, blocking: { runs: PAIRS, kind: 'api-cpu' } })
    expect(phase(found, 'light').gaveWay).toEqual({ streaming: { runs: 0 }, blocking: { runs: 0 } })
    const [light, , way] = found.modes.advice
    expect(light).toMatch(
      /^At 4\/s, in the median, with streaming the first output comes 68\d ms earlier \(.*\), and the end comes (39|40)(\.\d)? ms later \(/,
    )
    expect(way).toBe('Above 8/s blocking gives way first (8 of 8 pairs).')
    expect(found.modes.advice.at(-1)).toBe(
      'So up to 8/s streaming serves people who read along, and blocking a program that needs the whole answer; above it streaming is the one that carries more.',
    )
  })
})

describe('another plant is found as well', { timeout: 120_000 }, () => {
  test('seven places for workers: streaming gives way first, by its workers', async () => {
    const profile = loadProfile('two-processes')
    const { modes } = await experimentOn({ ...profile, slots: { ...profile.slots, workers: 7 }, cpu: { worker: 1000, api: 1000 } })
    expect(modes.first.mode).toBe('streaming')
    expect(modes.phases.at(-1)!.gaveWay.streaming).toMatchObject({ runs: PAIRS, kind: 'workers' })
    expect(modes.advice.at(-1)).toMatch(/^So up to 8\/s streaming serves people .*; above it blocking is the one that carries more\.$/)
  })

  test('two processes that are alike but for a handover of 5 ms: noise, so that the end costs nothing, and neither gives way', async () => {
    const profile = loadProfile('two-processes')
    const { modes } = await experimentOn({
      ...profile,
      cpu: { worker: 1000, api: 1000 },
      times: { ...profile.times, handover: profile.times.admission },
    })
    expect(modes.first).toEqual({ mode: 'neither', pairs: PAIRS })
    expect(modes.advice.at(-1)).toBe(
      'So streaming serves people who read along, and costs a program that needs the whole answer nothing beyond noise.',
    )
    expect(modes.advice.join(' ')).toContain('Neither mode gave way up to 20/s')
  })
})
